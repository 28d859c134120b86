"""`driftwatch prune`: what is old goes."""

from __future__ import annotations

import click

from driftwatch.cli.options import as_json, common, configuration
from driftwatch.config import History, PruneRequest

DAY = 86400.0


@click.command()
@click.option("--days", type=click.IntRange(min=1), help="What is older than so many days.  [default: history: keep]")
@as_json
@common
@click.pass_context
def command(context: click.Context, days: int | None, *, json: bool) -> None:
    """Take old runs out of the history, and old reports of ours out of their folder.

    What is open, the last run of each pair, the snapshots that later runs refer to and the latest report stay.
    """
    config = configuration(context)
    age = days * DAY if days else (config.history or History()).keep
    if not age:
        raise click.UsageError("the configuration keeps everything (keep: 0): say how much by --days.")
    from driftwatch.app.history import prune

    context.exit(prune(PruneRequest(age, json), config))
