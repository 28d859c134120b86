"""`driftwatch reset`: a development database as its migrations make it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from driftwatch.cli.options import common, configuration, migrations_option, source_argument
from driftwatch.config import find_target
from driftwatch.config.workflow import PushRequest

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@source_argument("database")
@migrations_option
@click.option("--yes", "confirmed", metavar="NAME", help="Confirm by the database's name on its server.")
@common
@click.pass_context
def command(context: click.Context, database: str, migrations: Path | None, confirmed: str | None) -> None:
    """Empty DATABASE, one for development, and apply all migrations; every row in it is lost.

    Only schemas that the role owns are dropped. Refused for every database that is protected, that is another
    configured one too, or that does not bear the mark of 'driftwatch init --mark-development'.
    """
    config = configuration(context)
    request = PushRequest(find_target(database, config), None, migrations, confirmed)
    from driftwatch.app.push import reset

    context.exit(reset(request, config))
