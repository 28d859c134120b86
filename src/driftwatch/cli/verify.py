"""`driftwatch verify`: a proof for a migration that somebody wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict, Unpack

import click

from driftwatch.cli.options import common, configuration, source_argument
from driftwatch.config import Config, Verify, VerifyRequest, find_pair

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


class Options(TypedDict):
    """The command's options, as click hands them over."""

    migration: Path
    desired: str | None
    actual: str | None
    rollback: Path | None
    full: bool
    schema: tuple[str, ...]


@click.command()
@click.argument("migration", type=_FILE)
@source_argument("desired", required=False)
@source_argument("actual", required=False)
@click.option("--rollback", type=_FILE, help="The way back, to be proved too.")
@click.option("--full", is_flag=True, help="First show by pg_dump that the rebuild of ACTUAL is faithful.")
@click.option("--schema", metavar="PATTERN", multiple=True, help="Only schemas of this name (* and ? stand for any).")
@common
@click.pass_context
def command(context: click.Context, /, **options: Unpack[Options]) -> None:
    """Prove that MIGRATION, an SQL file, brings ACTUAL (prod) to DESIRED (dev).

    It is applied to a rebuild of ACTUAL on a throw-away PostgreSQL, never to a database of yours. Without DESIRED and
    ACTUAL, the pair that config.yaml names is taken.

    Exit codes: 0 proved; 1 not proved, or an error.
    """
    config = configuration(context)
    request = verify_request(config, options)
    from driftwatch.app.verify import verify

    context.exit(verify(request, config))


def verify_request(config: Config, options: Options) -> VerifyRequest:
    """The options over those of the configuration.

    Raises:
        DriftwatchError: a side that cannot be found.
    """
    pair = find_pair(config, options["desired"], options["actual"], options["schema"])
    full = options["full"] or config.verify is Verify.FULL
    return VerifyRequest(options["migration"], options["rollback"], pair, Verify.FULL if full else Verify.QUICK)
