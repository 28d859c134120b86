"""`driftwatch pull`: a schema as files."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict, Unpack

import click

from driftwatch.cli.options import common, configuration, source_argument
from driftwatch.config import find_target
from driftwatch.config.workflow import PullRequest


class Options(TypedDict):
    """The command's options, as click hands them over."""

    source: str
    to: Path
    check: bool
    prisma: bool


@click.command()
@source_argument("source")
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    default=Path("schema"),
    help="A folder, or one .sql file.  [default: schema]",
)
@click.option("--check", is_flag=True, help="Write nothing; exit code 2 where the files are not as they should be.")
@click.option("--prisma", is_flag=True, help="Have the installed Prisma refresh its schema.prisma ('prisma db pull').")
@common
@click.pass_context
def command(context: click.Context, /, **options: Unpack[Options]) -> None:
    """Write the schema of SOURCE as files: one an object, and a load.sql that lists them in an order that loads.

    The files are loaded on the shadow first and have to make the same schema. Only those that changed are written; of
    the others only what an older load.sql lists is deleted. The bookkeeping of migration tools is left out.
    """
    config = configuration(context)
    request = PullRequest(find_target(options["source"], config), options["to"], options["check"], options["prisma"])
    from driftwatch.app.pull import pull

    context.exit(pull(request, config))
