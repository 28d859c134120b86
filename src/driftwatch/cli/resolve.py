"""`driftwatch resolve`: what a failed migration has come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from driftwatch.cli.options import common, configuration, migrations_option
from driftwatch.config import find_target
from driftwatch.config.workflow import ResolveRequest

if TYPE_CHECKING:
    from pathlib import Path


class Options(TypedDict):
    """The command's options, as click hands them over."""

    migration: str | None
    database: str | None
    migrations: Path | None
    applied: bool
    rolled_back: bool


@click.command()
@click.argument("migration", required=False)
@click.option(
    "--database", metavar="DATABASE", help="Where it failed.  [default: the actual side of config.yaml's pair]"
)
@click.option("--applied", is_flag=True, help="Its effect is there: the next deploy leaves it out.")
@click.option("--rolled-back", is_flag=True, help="Its effect is gone: the next deploy runs it again.")
@migrations_option
@common
@click.pass_context
def command(context: click.Context, /, **options: Unpack[Options]) -> None:
    """Write down what became of MIGRATION after it failed, as its tool would; by default of the only one that failed.

    With --applied also a migration that was never run: so a database that has its schema already is taken into the
    workflow.
    """
    config = configuration(context)
    if options["applied"] == options["rolled_back"]:
        raise click.UsageError("Say either --applied or --rolled-back.")
    named = options["database"] or (config.compare.actual if config.compare else None)
    if named is None:
        raise click.UsageError("Name the database by --database.")
    request = ResolveRequest(
        find_target(named, config), options["migrations"], options["migration"] or "", applied=options["applied"]
    )
    from driftwatch.app.resolve import resolve

    context.exit(resolve(request, config))
