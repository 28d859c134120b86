"""`driftwatch snapshot`: a schema into a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from driftwatch.app.progress import Progress
from driftwatch.app.session import Session

if TYPE_CHECKING:
    from driftwatch.config import Config, SnapshotRequest


def snapshot(request: SnapshotRequest, config: Config) -> int:
    """Read the source and save what was read.

    Returns:
        The exit code: 0.

    Raises:
        DriftwatchError: the source can't be read, or the file can't be written.
    """
    from driftwatch.app.remembering.remember import known_key
    from driftwatch.diff.scope import in_schemas
    from driftwatch.sources.snapshot_file import dumps, save

    with Session(config, known_key(config)) as session, Progress() as progress:
        progress.stage(f"reading {request.target.name}")
        (reading,) = session.readers_by(request.target.reader).read_all([request.target.source])
        found = in_schemas(reading.snapshot, session.kinds, request.target.schemas)
    if request.output is None:
        sys.stdout.write(dumps(found, session.kinds))
    else:
        save(found, request.output, session.kinds)
        click.echo(f"{len(found.objects)} objects of {request.target.name} saved in {request.output}", err=True)
    return 0
