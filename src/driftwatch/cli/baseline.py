"""`driftwatch baseline`: all of today's drift is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from driftwatch.cli.ack import until_option
from driftwatch.cli.options import as_json, by_whom, common, configuration
from driftwatch.config import AckRequest

if TYPE_CHECKING:
    from datetime import datetime


class Options(TypedDict):
    """The command's options, as click hands them over."""

    pair: str
    reason: str
    by: str
    until: datetime | None
    json: bool


@click.command()
@click.option("--reason", default="baseline", help="Why that is as it should be.  [default: baseline]")
@until_option()
@by_whom
@click.option("--pair", default="", metavar="DESIRED/ACTUAL", help="Of which pair; needed where there are several.")
@as_json
@common
@click.pass_context
def command(context: click.Context, /, **options: Unpack[Options]) -> None:
    """Acknowledge all drift that is open: from now on only what is new is news."""
    config = configuration(context)
    from driftwatch.app.acknowledge import baseline

    context.exit(baseline(AckRequest(keys=(), **options), config))
