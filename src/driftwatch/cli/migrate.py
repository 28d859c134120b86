"""`driftwatch migrate`: the next migration of the directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from driftwatch.cli.options import common, configuration, migrations_option, source_argument
from driftwatch.config import Verify, find_target
from driftwatch.config.workflow import MigrateRequest

if TYPE_CHECKING:
    from pathlib import Path

_DIRECTORY = "migrations"


class Options(TypedDict):
    """The command's options, as click hands them over."""

    desired: str | None
    name: str
    base: str
    migrations: Path | None
    verify: Verify | None
    unproved: bool
    no_record: bool


@click.command()
@source_argument("desired", required=False)
@click.option("--name", required=True, help="What it does, in a few words: add_user_verification_fields.")
@click.option(
    "--from",
    "base",
    metavar="SOURCE",
    default=_DIRECTORY,
    help="What it starts from: 'migrations', what the directory makes, or a database.  [default: migrations]",
)
@migrations_option
@click.option("--verify", type=click.Choice([Verify.QUICK, Verify.FULL], case_sensitive=False), help="How to prove it.")
@click.option("--unproved", is_flag=True, help="Write it although it was not proved.")
@click.option("--no-record", is_flag=True, help="Do not tell the desired database that it has this migration.")
@common
@click.pass_context
def command(context: click.Context, /, **options: Unpack[Options]) -> None:
    """Write the migration that brings what the directory makes to the schema of DESIRED (dev).

    It is written in the format of the directory's tool, with the way back where that has one; files that are there stay
    as they are. The directory is then replayed on the shadow: with the new files it has to make the schema of DESIRED,
    else they are taken away again. What can't run in a transaction gets a migration of its own.
    """
    config = configuration(context)
    named = options["desired"] or (config.compare.desired if config.compare else None)
    if named is None:
        raise click.UsageError("Name the desired database.")
    base = None if options["base"] == _DIRECTORY else find_target(options["base"], config)
    request = MigrateRequest(
        options["name"],
        find_target(named, config),
        base,
        options["migrations"],
        options["verify"] or (Verify.FULL if config.verify is Verify.FULL else Verify.QUICK),
        unproved=options["unproved"],
        record=not options["no_record"],
    )
    from driftwatch.app.migrate import migrate

    context.exit(migrate(request, config))
