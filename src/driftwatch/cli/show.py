"""`driftwatch show`: one run of the history."""

from __future__ import annotations

import click

from driftwatch.cli.options import as_json, common, configuration
from driftwatch.config import ShowRequest


@click.command()
@click.argument("run", type=int)
@as_json
@common
@click.pass_context
def command(context: click.Context, run: int, *, json: bool) -> None:
    """Show run number RUN: how it ended, what was open, what had happened since the run before, who moved."""
    config = configuration(context)
    from driftwatch.app.history import show_run

    context.exit(show_run(ShowRequest(run, json), config))
