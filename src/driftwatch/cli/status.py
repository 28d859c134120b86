"""`driftwatch status`: how the migrations stand in a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from driftwatch.cli.options import common, configuration, migrations_option, source_argument
from driftwatch.config import Config, Target, find_target
from driftwatch.config.workflow import StatusRequest
from driftwatch.errors import ConfigError
from driftwatch.sources.locate import LiveSource

if TYPE_CHECKING:
    from pathlib import Path


class Options(TypedDict):
    """The command's options, as click hands them over."""

    database: str | None
    migrations: Path | None
    history: bool
    format: str


@click.command()
@source_argument("database", required=False)
@migrations_option
@click.option("--history", is_flag=True, help="List what was deployed when, the oldest first.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="What to print.  [default: text]")
@common
@click.pass_context
def command(context: click.Context, /, **options: Unpack[Options]) -> None:
    """Hold the migrations directory against what DATABASE remembers of it; nothing is changed.

    Without DATABASE every configured live database is looked at. The directory is the one that config.yaml names, else
    the one that a tool would use by custom (prisma/migrations, db/migrations, alembic, …).

    \b
    Exit codes: 0 all is applied as it stands in the directory; 2 something is pending, failed, edited, missing,
    out of order or there twice; 1 an error.
    """
    config = configuration(context)
    targets = _targets(options["database"], config)
    request = StatusRequest(targets, options["migrations"], options["history"], options["format"] == "json")
    from driftwatch.app.status import status

    context.exit(status(request, config))


def _targets(named: str | None, config: Config) -> tuple[Target, ...]:
    if named is not None:
        return (find_target(named, config),)
    known = [name for name, database in config.databases.items() if not database.problem]
    targets = tuple(target for name in known if isinstance((target := find_target(name, config)).source, LiveSource))
    if not targets:
        raise ConfigError("name a database: no live one is configured")
    return targets
