"""`driftwatch diff`: one database between two nights."""

from __future__ import annotations

import click

from driftwatch.cli.options import as_json, common, configuration
from driftwatch.config import DiffRequest


@click.command()
@click.argument("older", type=int)
@click.argument("newer", type=int)
@click.option(
    "--side",
    type=click.Choice(("desired", "actual")),
    default="actual",
    help="Which of the two databases.  [default: actual]",
)
@as_json
@common
@click.pass_context
def command(context: click.Context, older: int, newer: int, side: str, *, json: bool) -> None:
    """Show what changed in one database (prod, unless --side desired) between runs OLDER and NEWER."""
    config = configuration(context)
    from driftwatch.app.history import diff_runs

    context.exit(diff_runs(DiffRequest(older, newer, side, json), config))
