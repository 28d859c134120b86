"""`driftwatch snapshot`: a schema into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict, Unpack

import click

from driftwatch.cli.options import common, configuration, source_argument
from driftwatch.config import Config, SnapshotRequest, find_target
from driftwatch.errors import ConfigError
from driftwatch.sources.locate import SNAPSHOT_SUFFIXES

_STDOUT = Path("-")


class Options(TypedDict):
    """The command's options, as click hands them over."""

    source: str
    output: Path | None
    schema: tuple[str, ...]
    force: bool


@click.command()
@source_argument("source")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="The file; - is stdout.  [default: NAME.snapshot.json]",
)
@click.option("--schema", metavar="PATTERN", multiple=True, help="Only schemas of this name (* and ? stand for any).")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@common
@click.pass_context
def command(context: click.Context, /, **options: Unpack[Options]) -> None:
    """Save the schema of SOURCE to a file, to compare with later or offline.

    A snapshot holds names and definitions, no rows; it can stand wherever a database can.
    """
    config = configuration(context)
    request = snapshot_request(config, options)
    from driftwatch.app.snapshot import snapshot

    context.exit(snapshot(request, config))


def snapshot_request(config: Config, options: Options) -> SnapshotRequest:
    """The options, with the file's name where none was given.

    Raises:
        DriftwatchError: the source cannot be found, or the file is there, or its name is no snapshot's.
    """
    target = find_target(options["source"], config, options["schema"])
    output = options["output"] or Path(f"{target.name}.snapshot.json")
    if output == _STDOUT:
        return SnapshotRequest(target, None)
    if output.suffix not in SNAPSHOT_SUFFIXES:
        raise ConfigError(f"{output} would not be found again as a snapshot: end its name in .json or .snapshot")
    if output.exists() and not options["force"]:
        raise ConfigError(f"{output} is there already: add --force to replace it, or name another file by --output")
    return SnapshotRequest(target, output)
