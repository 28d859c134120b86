"""`driftwatch history`: the runs that are remembered."""

from __future__ import annotations

import click

from driftwatch.cli.options import as_json, common, configuration
from driftwatch.config import HistoryRequest


@click.command()
@click.option("--pair", default="", metavar="DESIRED/ACTUAL", help="Only of this pair.")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=30, help="At most so many.  [default: 30]")
@as_json
@common
@click.pass_context
def command(context: click.Context, pair: str, limit: int, *, json: bool) -> None:
    """List the runs that are remembered, the newest first.

    They are kept where `history:` in config.yaml says.
    """
    config = configuration(context)
    from driftwatch.app.history import history

    context.exit(history(HistoryRequest(pair, limit, json), config))
