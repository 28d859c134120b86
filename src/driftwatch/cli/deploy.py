"""`driftwatch deploy`: the pending migrations, applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from driftwatch.cli.options import common, configuration, migrations_option, source_argument
from driftwatch.config import find_target
from driftwatch.config.workflow import DeployRequest

if TYPE_CHECKING:
    from pathlib import Path


class Options(TypedDict):
    """The command's options, as click hands them over."""

    database: str
    migrations: Path | None
    allow_edited: bool
    allow_missing: bool
    out_of_order: bool
    no_check: bool


@click.command()
@source_argument("database")
@migrations_option
@click.option("--allow-edited", is_flag=True, help="Go on although a migration was edited after it was deployed.")
@click.option("--allow-missing", is_flag=True, help="Go on although the directory lacks one that was deployed.")
@click.option("--out-of-order", is_flag=True, help="Also run what is older than what is applied.")
@click.option("--no-check", is_flag=True, help="Do not compare the schema with the directory's afterwards.")
@common
@click.pass_context
def command(context: click.Context, /, **options: Unpack[Options]) -> None:
    """Apply the migrations that are pending in DATABASE, in order, and write them down as their tool would.

    The tool's own lock is taken, so that two deploys can't run at once. The first failure ends it; what failed is told
    with its file, line and the server's message.

    \b
    Exit codes: 0 all is applied and the schema is what the directory says; 2 it is another one; 1 an error.
    """
    from driftwatch.migrations.model import State

    config = configuration(context)
    allowed = {
        State.EDITED: options["allow_edited"],
        State.MISSING: options["allow_missing"],
        State.OUT_OF_ORDER: options["out_of_order"],
    }
    request = DeployRequest(
        find_target(options["database"], config),
        options["migrations"],
        frozenset(state for state, given in allowed.items() if given),
        check=not options["no_check"],
    )
    from driftwatch.app.deploy import deploy

    context.exit(deploy(request, config))
