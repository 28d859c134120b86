"""A directory and what a database remembers, held side by side."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from driftwatch.migrations.directory import twice
from driftwatch.migrations.model import Fate, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.model import Migration, Record


@dataclass(frozen=True, slots=True)
class Entry:
    """How one migration stands.

    Attributes:
        name: What users call it.
        state: How it stands.
        migration: In the directory; None where it is missing there.
        at: When it was last run or written down, where the tool keeps that.
        log: What the server said of a failure, where the tool keeps that.
    """

    name: str
    state: State
    migration: Migration | None = None
    at: datetime | None = None
    log: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """Every migration that the directory or the database knows, in the directory's order."""

    entries: tuple[Entry, ...]
    history: tuple[Record, ...]
    """What the database remembers, the oldest first."""

    @property
    def clean(self) -> bool:
        """Whether all is applied as it stands in the directory."""
        return all(entry.state is State.APPLIED for entry in self.entries)

    def of(self, *states: State) -> tuple[Entry, ...]:
        """The entries in one of these states."""
        return tuple(entry for entry in self.entries if entry.state in states)

    @property
    def pending(self) -> tuple[Migration, ...]:
        """What is not applied as it stands, in order."""
        return tuple(entry.migration for entry in self.entries if entry.state.due and entry.migration)

    @property
    def to_run(self) -> tuple[Migration, ...]:
        """What the next deploy runs, in order: what is pending, and what each deploy runs again."""
        return tuple(
            entry.migration
            for entry in self.entries
            if entry.migration and (entry.state.due or (entry.migration.always and entry.state is State.APPLIED))
        )

    @property
    def applied(self) -> frozenset[str]:
        """The versions whose effect the database has."""
        done = {State.APPLIED, State.EDITED, State.DUPLICATED}
        return frozenset(entry.migration.version for entry in self.entries if entry.migration and entry.state in done)


def status(directory: Directory, records: Sequence[Record] | None) -> Status:
    """How each migration stands.

    Args:
        directory: the migrations.
        records: the rows of the tool's table, the oldest first; None where there is no table yet.
    """
    rows: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records or ():
        rows[record.version].append(record)
    several = twice(directory.migrations)
    last = _last_applied(directory.migrations, rows)
    entries = [
        _entry(migration, rows.get(migration.version, []), several, late=number < last)
        for number, migration in enumerate(directory.migrations)
    ]
    known = {migration.version for migration in directory.migrations}
    missing = [_missing(version, found) for version, found in rows.items() if version not in known]
    return Status((*entries, *(entry for entry in missing if entry)), tuple(records or ()))


def _last_applied(migrations: Sequence[Migration], rows: dict[str, list[Record]]) -> int:
    """The place of the newest one that is applied; -1 where none is."""
    applied = [
        number
        for number, migration in enumerate(migrations)
        if not migration.repeatable and any(record.fate is Fate.APPLIED for record in rows.get(migration.version, []))
    ]
    return max(applied, default=-1)


def _entry(migration: Migration, rows: Sequence[Record], several: frozenset[str], *, late: bool) -> Entry:
    newest = rows[-1] if rows else None
    state = _state(migration, rows, several, late=late)
    failed = next((row for row in reversed(rows) if row.fate is Fate.FAILED), None)
    log = failed.log if failed and state is State.FAILED else ""
    return Entry(migration.name, state, migration, newest.at if newest else None, log)


def _state(migration: Migration, rows: Sequence[Record], several: frozenset[str], *, late: bool) -> State:
    standing = [row for row in rows if row.fate is not Fate.ROLLED_BACK]
    done = [row for row in standing if row.fate is Fate.APPLIED]
    if migration.version in several or len(done) > 1:
        return State.DUPLICATED
    if len(standing) > len(done):
        return State.FAILED
    if done:
        return _unchanged(migration, done[0])
    if rows:
        return State.ROLLED_BACK
    # What Alembic knows of a branch, others know by order: older than what is applied, and never run.
    return State.OUT_OF_ORDER if late and not migration.needs and not migration.repeatable else State.PENDING


def _unchanged(migration: Migration, row: Record) -> State:
    if not migration.checksum or not row.checksum or migration.checksum == row.checksum:
        return State.APPLIED
    return State.PENDING if migration.repeatable else State.EDITED


def _missing(version: str, rows: Sequence[Record]) -> Entry | None:
    """A migration that the directory lacks; one that was rolled back is nothing to miss."""
    standing = [row for row in rows if row.fate is not Fate.ROLLED_BACK]
    if not standing:
        return None
    return Entry(version, State.MISSING, None, standing[-1].at, standing[-1].log)
