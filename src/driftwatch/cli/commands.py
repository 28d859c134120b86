"""The group of commands: what there is, in which order, and the help that teaches it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

import click
from click.exceptions import NoSuchCommand

from driftwatch import __version__
from driftwatch.cli.options import common

if TYPE_CHECKING:
    from collections.abc import Mapping


WIDEST, UNKNOWN_WIDTH, NARROWEST = 100, 80, 50
"""Columns: where the terminal is wider; where there is none; where it is narrower."""


class Entry(NamedTuple):
    """A command of the group: the line it has in the help, and the module (of `driftwatch.cli`) that holds it."""

    summary: str
    module: str


COMMANDS: Mapping[str, Mapping[str, Entry]] = {
    "Compare": {
        "compare": Entry("What differs, and the proved migration that ends it.", "compare"),
        "snapshot": Entry("Save a database's schema to a file, to compare with later.", "snapshot"),
        "verify": Entry("Prove a migration that you wrote.", "verify"),
    },
    "History": {
        "history": Entry("List the runs that are remembered.", "history"),
        "show": Entry("Show one of them: what was open, what had happened, who moved.", "show"),
        "diff": Entry("What changed in one database between two runs.", "diff"),
        "ack": Entry("Acknowledge drift: it is no news until it changes.", "ack"),
        "baseline": Entry("Acknowledge all drift that is open.", "baseline"),
        "prune": Entry("Take old runs out of the history.", "prune"),
    },
    "Every night": {
        "schedule": Entry("Compare on schedule: remember, report, tell what is news.", "schedule"),
        "notify": Entry("Send a test message to the configured channels.", "notify"),
    },
    "Migrate": {
        "pull": Entry("Write a schema as files, for review and git.", "pull"),
        "status": Entry("How each migration stands in a database.", "status"),
        "migrate": Entry("Write the next migration of the directory, proved.", "migrate"),
        "deploy": Entry("Apply the pending migrations.", "deploy"),
        "resolve": Entry("Declare a failed migration applied or rolled back.", "resolve"),
        "push": Entry("Bring a development database to a schema, without a migration.", "push"),
        "reset": Entry("Empty a development database and apply all migrations.", "reset"),
    },
    "Set up": {
        "demo": Entry("Compare the example that ships with driftwatch.", "demo"),
        "init": Entry("Write a commented config.yaml; mark a development database.", "init"),
        "doctor": Entry("Check each database: reachable, version, rights.", "doctor"),
        "studio": Entry("Open the newest report in a browser.", "studio"),
        "completion": Entry("Print the completion script of a shell.", "completion"),
    },
}

_ENTRIES = {name: entry for section in COMMANDS.values() for name, entry in section.items()}

_EPILOG = """
\b
Examples:
  driftwatch compare                          the pair that config.yaml names
  driftwatch compare dev prod --include owners,grants
  driftwatch compare schema.sql "$DATABASE_URL" --format markdown
  driftwatch compare dev prod --format sql | psql -X -v ON_ERROR_STOP=1 "$PROD_DATABASE_URL"

\b
Exit codes:
  0    nothing that --fail-on names, and everything asked for was read
  2    something that --fail-on names (by default: drift)
  1    everything else: an error, a migration that failed its proof
  130  interrupted
"""


def help_width() -> int:
    """Columns of the help, as click chooses them: it asks `shutil`, which imports every compression that there is."""
    asked = os.environ.get("COLUMNS", "")
    columns = int(asked) if asked.isdecimal() else 0
    try:
        columns = columns or os.get_terminal_size().columns
    except OSError:  # no terminal
        columns = UNKNOWN_WIDTH
    return max(min(columns or UNKNOWN_WIDTH, WIDEST) - 2, NARROWEST)


class Commands(click.Group):
    """A group that imports a command when it is called, and lists all of them without importing any."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """Begins a call; the commands' contexts have the width from here."""
        return super().make_context(info_name, args, parent, **{"terminal_width": help_width(), **extra})

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the help."""
        return list(_ENTRIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Imports a command's module."""
        if cmd_name not in _ENTRIES:
            return None
        return cast("click.Command", import_module(f"driftwatch.cli.{_ENTRIES[cmd_name].module}").command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command of an argument; the nearest name is told for one that is unknown."""
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            raise NoSuchCommand(error.command_name, possibilities=_ENTRIES, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Writes the commands under their headings."""
        for heading, section in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, entry.summary) for name, entry in section.items()])


@click.group(
    cls=Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST},
)
@click.version_option(__version__, "--version", "-V", message="driftwatch %(version)s")
@common
def driftwatch() -> None:
    """Find out how two PostgreSQL schemas differ, and get a migration that is proved to end it.

    A source is a database that config.yaml names, a connection URL, an .sql file, a folder of them, a migrations
    directory, a snapshot, or what git has of these (git:REF:PATH).
    The first one is what the schema should be (dev), the second one what it is (prod).
    """
