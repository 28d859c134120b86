"""`driftwatch status`: how the migrations stand, or what was deployed when."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from driftwatch.app.migrating.directory import directory_for, live, status_of
from driftwatch.migrations.model import State
from driftwatch.protection import reach
from driftwatch.report.display import plural, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from driftwatch.config import Config, Target
    from driftwatch.config.workflow import StatusRequest
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.status import Entry, Status

_NEXT: Mapping[State, str] = {
    State.FAILED: "repair the database, then 'driftwatch resolve {name} --database {db} --applied' or '--rolled-back'",
    State.EDITED: "put the file back as it was, and write what it should have done as a new migration",
    State.MISSING: "get the file back (another branch may have it); a deploy refuses until then",
    State.DUPLICATED: "give one of the two another number, or take the second row out",
    State.OUT_OF_ORDER: "'driftwatch deploy {db} --out-of-order' runs it late, if nothing after it stands in its way",
    State.PENDING: "'driftwatch deploy {db}' applies it",
    State.ROLLED_BACK: "'driftwatch deploy {db}' applies it again",
}
"""The next step, most urgent state first."""


def status(request: StatusRequest, config: Config) -> int:
    """Print how the migrations stand in each database.

    Returns:
        The exit code: 0 all is applied as it stands in the directory, 2 something is not.

    Raises:
        DriftwatchError: a directory or a database can't be read.
    """
    told: list[dict[str, Any]] = []
    clean = True
    for target in request.targets:
        directory = directory_for(target, config, request.migrations)
        source = live(target)
        with reach(source, config.timeouts.connect) as connection:
            found = status_of(connection, directory, source)
        clean &= found.clean
        if request.json:
            told.append(_as_json(target, directory, found))
        else:
            lines = _history(target, found) if request.history else _lines(target, directory, found)
            click.echo("\n".join(map(visible, lines)))
    if request.json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    return 0 if clean else 2


def _lines(target: Target, directory: Directory, found: Status) -> Iterator[str]:
    yield f"{target.name} ({target.location}): {directory.tool.name}, {directory.path}"
    for entry in found.entries:
        if entry.state is not State.APPLIED:
            yield f"  {entry.state}: {entry.name}{_when(entry.at)}"
            yield from (f"      {line}" for line in entry.log.splitlines() if line.strip())
    applied = found.of(State.APPLIED)
    newest = f", the newest is {applied[-1].name}{_when(applied[-1].at)}" if applied else ""
    yield f"  {plural(len(applied), 'migration')} applied{newest}"
    if first := _most_urgent(found):
        yield f"  next: {_NEXT[first.state].format(db=target.name, name=first.name)}"


def _most_urgent(found: Status) -> Entry | None:
    return next((entry for state in _NEXT for entry in found.of(state)), None)


def _history(target: Target, found: Status) -> Iterator[str]:
    yield f"{target.name} ({target.location}): {plural(len(found.history), 'record')}"
    for record in found.history:
        yield f"  {_stamp(record.at):<25}  {record.fate:<11}  {record.version}"
        yield from (f"      {line}" for line in record.log.splitlines() if line.strip())


def _when(at: datetime | None) -> str:
    return f" ({_stamp(at)})" if at else ""


def _stamp(at: datetime | None) -> str:
    return at.isoformat(sep=" ", timespec="seconds") if at else "-"


def _as_json(target: Target, directory: Directory, found: Status) -> dict[str, Any]:
    return {
        "database": target.name,
        "location": target.location,
        "tool": directory.tool.name,
        "directory": str(directory.path),
        "clean": found.clean,
        "migrations": [
            {"name": e.name, "state": str(e.state), "at": e.at.isoformat() if e.at else None, "log": e.log}
            for e in found.entries
        ],
        "history": [
            {"version": r.version, "fate": str(r.fate), "at": r.at.isoformat() if r.at else None, "log": r.log}
            for r in found.history
        ],
    }
