"""`driftwatch ack`: drift that somebody knows of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from driftwatch.cli.options import as_json, by_whom, common, configuration
from driftwatch.config import AckRequest

if TYPE_CHECKING:
    from collections.abc import Callable


class Options(TypedDict):
    """The command's options, as click hands them over."""

    keys: tuple[str, ...]
    pair: str
    reason: str
    by: str
    until: datetime | None
    remove: bool
    json: bool


def until(context: click.Context, parameter: click.Parameter, value: datetime | None) -> datetime | None:  # noqa: ARG001  click's signature
    """The end of an acknowledgement: that day's beginning, in UTC, and not in the past."""
    if value is None:
        return None
    end = value.replace(tzinfo=UTC)
    if end <= datetime.now(UTC):
        raise click.BadParameter("lies in the past")
    return end


def until_option() -> Callable[[Callable[..., None]], Callable[..., None]]:
    """`--until DATE`."""
    return click.option(
        "--until",
        type=click.DateTime(["%Y-%m-%d"]),
        callback=until,
        metavar="YYYY-MM-DD",
        help="It is news again from this day on (UTC).  [default: it holds until the drift changes]",
    )


@click.command()
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option("--reason", default="", help="Why that is as it should be.")
@until_option()
@by_whom
@click.option("--pair", default="", metavar="DESIRED/ACTUAL", help="Of which pair; needed where there are several.")
@click.option("--remove", is_flag=True, help="Take the acknowledgement back.")
@as_json
@common
@click.pass_context
def command(context: click.Context, /, **options: Unpack[Options]) -> None:
    """Acknowledge the drift of KEY ('column public.users.email'): it is listed apart, and is no news any more.

    With an object that came or went so are the parts that did with it: a table's columns, constraints and policies.

    That holds for the difference as it is now: when it changes, or on the day of --until, it is news again.
    """
    if not options["reason"] and not options["remove"]:
        raise click.UsageError("say why, by --reason.")
    config = configuration(context)
    from driftwatch.app.acknowledge import acknowledge

    context.exit(acknowledge(AckRequest(**options), config))
