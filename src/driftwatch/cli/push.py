"""`driftwatch push`: a development database straight to a schema."""

from __future__ import annotations

import click

from driftwatch.cli.options import common, configuration, source_argument
from driftwatch.config import find_target
from driftwatch.config.workflow import PushRequest


@click.command()
@source_argument("database")
@click.option("--from", "source", metavar="SOURCE", required=True, help="The schema it is brought to.")
@click.option("--yes", "confirmed", metavar="NAME", help="Confirm by the database's name on its server.")
@common
@click.pass_context
def command(context: click.Context, database: str, source: str, confirmed: str | None) -> None:
    """Bring DATABASE, one for development, to the schema of SOURCE without a migration.

    Refused for every database that is protected, that is another configured one too, or that does not bear the mark of
    'driftwatch init --mark-development'. The change is proved first, as compare does it.
    """
    config = configuration(context)
    request = PushRequest(find_target(database, config), find_target(source, config), None, confirmed)
    from driftwatch.app.push import push

    context.exit(push(request, config))
