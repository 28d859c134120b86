"""Who moved: each difference held against what the migrations say, or against a common ancestor.

Four schemas are known: both sides, the actual one as its applied migrations make it (`before`), and the desired one as
all migrations make it (`after`). An object of the actual side that is not as in `before` was changed by hand; one of
the desired side that is not as in `after` is not declared yet.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from driftwatch.app.migrating.directory import declared, directory_for, live, status_of
from driftwatch.app.proving.carrying_over import carry_over
from driftwatch.config import FailOn, Verify
from driftwatch.diff.compare import compare, drift
from driftwatch.diff.scope import effective
from driftwatch.errors import DriftwatchError, MigrationError
from driftwatch.migrations.directory import usual_places
from driftwatch.migrations.model import State
from driftwatch.model.comparison import Label
from driftwatch.plan.planner import plan
from driftwatch.plan.script import script
from driftwatch.protection import reach
from driftwatch.sources.locate import LiveSource, SqlSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from driftwatch.app.comparison.reading import Readings
    from driftwatch.app.progress import Progress
    from driftwatch.app.session import Session
    from driftwatch.config import CompareRequest, Config
    from driftwatch.diff.scope import Scoped
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.status import Status
    from driftwatch.model.comparison import Comparison, Finding
    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.sources.locate import Source


@dataclass(frozen=True)
class Ancestors:
    """What both sides are held against.

    Attributes:
        before: The actual side as its applied migrations make it.
        after: The desired side as all migrations make it.
        edited: What migrations touch that were edited after they had been deployed.
        declares: Whether the two are migrations; a common ancestor declares nothing.
    """

    before: Snapshot
    after: Snapshot
    edited: frozenset[Key] = frozenset()
    declares: bool = True


def labelled(
    comparison: Comparison, readings: Readings, request: CompareRequest, session: Session, progress: Progress
) -> Comparison:
    """The comparison with a label on each finding, where something tells who moved.

    Raises:
        DriftwatchError: labels were asked for by `--base` or `--fail-on hotfix`, and can't be had.
    """
    try:
        found = _ancestors(readings, request, session, progress)
        if found is None:
            return comparison
        moved = _Moved(found, readings, request, session)
    except DriftwatchError as error:
        if request.base is not None or FailOn.HOTFIX in request.fail_on:
            raise
        return replace(comparison, warnings=(*comparison.warnings, f"nothing tells who moved: {error}"))
    comparison = replace(comparison, warnings=(*comparison.warnings, *_across_majors(found, readings)))
    back: dict[Key, list[str]] = {}
    for step in comparison.rollback.steps:
        back.setdefault(step.key, []).append(step.statement.sql)
    findings = tuple(
        _with_label(finding, moved, tuple(back.get(finding.change.key, ()))) for finding in comparison.findings
    )
    keys = moved.undeclared({finding.change.key for finding in findings}) if found.declares else ()
    return replace(comparison, findings=findings, undeclared=keys, undeclared_sql=moved.declaration(keys))


def _across_majors(found: Ancestors, readings: Readings) -> Iterator[str]:
    """Majors print some expressions differently, and labels are told by what is printed."""
    sides = {reading.snapshot.server.major for reading in (readings.actual, readings.desired)}
    if others := sorted(sides - {found.before.server.major, found.after.server.major}):
        known = " and ".join(map(str, sorted({found.before.server.major, found.after.server.major})))
        what = "the migrations were replayed" if found.declares else "the common ancestor was read"
        yield (
            f"{what} on PostgreSQL {known}, and a side runs {' and '.join(map(str, others))}: labels of views, checks "
            "and other expressions may rest on how the majors print them"
        )


def _with_label(finding: Finding, moved: _Moved, back: tuple[str, ...]) -> Finding:
    label = moved.label(finding.change.key)
    return replace(finding, label=label, backport=back if label is Label.HOTFIX else ())


def _ancestors(readings: Readings, request: CompareRequest, session: Session, progress: Progress) -> Ancestors | None:
    if request.base is not None:
        progress.stage("reading the common ancestor")
        (snapshot,) = _read([request.base], readings, request, session)
        return Ancestors(snapshot, snapshot, declares=False)
    actual, config = request.pair.actual, session.config
    database = config.databases.get(actual.name)
    configured = bool(config.migrations or (database and database.migrations))
    if not isinstance(actual.source, LiveSource) or not (configured or _stands_in_a_usual_place(config)):
        if FailOn.HOTFIX in request.fail_on:
            raise DriftwatchError(
                "--fail-on hotfix has to know who moved: say 'migrations: <folder>' in config.yaml or --base <source>"
            )
        return None
    if isinstance(request.pair.desired.source, SqlSource) and request.pair.desired.source.path.is_dir():
        return None
    progress.stage("replaying the migrations")
    directory = directory_for(actual, config)
    source = live(actual)
    with reach(source, config.timeouts.connect) as connection:
        found = status_of(connection, directory, source)
    if not (configured or found.history):
        return None  # the folder may be some other database's
    return _replayed(directory, found, readings, request, session)


def _stands_in_a_usual_place(config: Config) -> bool:
    """Whether there is one directory that the commands around migrations find by themselves."""
    with suppress(MigrationError):  # files of two tools
        return len(list(usual_places(config.base_dir))) == 1
    return False


def _read(sources: Sequence[Source], readings: Readings, request: CompareRequest, session: Session) -> list[Snapshot]:
    """What both sides are held against: in the desired side's names, so that it follows the map as well."""
    pair = request.pair
    if any(isinstance(each, SqlSource) for each in sources):
        session.shadow(readings.actual.snapshot.server.major)  # without drift nothing has opened one yet
    found = session.readers.read_all(sources)
    return [carry_over(each, readings.actual, pair, Verify.QUICK, session).snapshot for each in found]


def _replayed(
    directory: Directory, found: Status, readings: Readings, request: CompareRequest, session: Session
) -> Ancestors:
    versions = tuple(each.version for each in directory.migrations if each.version in found.applied)
    like = request.pair.actual
    cuts = [n for n, version in enumerate(versions) if version in _edited(found)]
    prefixes = [versions[:n] for cut in cuts for n in (cut, cut + 1)]
    whole = declared(directory, like).source
    sources = [whole, *(declared(directory, like, part).source for part in (versions, *prefixes))]
    after, before, *stages = _read(sources, readings, request, session)
    touched = {
        change.key
        for old, new in zip(stages[::2], stages[1::2], strict=True)
        for change in drift(compare(old, new, session.kinds))
    }
    return Ancestors(before, after, frozenset(touched))


def _edited(found: Status) -> frozenset[str]:
    return frozenset(entry.migration.version for entry in found.of(State.EDITED) if entry.migration)


class _Moved:
    """Which objects each side has changed since its ancestor, in the comparison's scope."""

    def __init__(self, ancestors: Ancestors, readings: Readings, request: CompareRequest, session: Session) -> None:
        self._ancestors, self._request, self._session = ancestors, request, session
        self._desired = readings.desired.snapshot
        self._prod = self._keys(ancestors.before, readings.actual.snapshot)
        self._dev = self._keys(ancestors.after, self._desired)
        self._pending = self._keys(ancestors.before, ancestors.after)

    def _scoped(self, old: Snapshot, new: Snapshot) -> Scoped:
        return effective(new, old, self._session.kinds, self._request, self._session.config)

    def _keys(self, old: Snapshot, new: Snapshot) -> frozenset[Key]:
        return frozenset(change.key for change in drift(self._scoped(old, new).changes))

    def label(self, key: Key) -> Label | None:
        """Who moved an object that differs."""
        prod, dev, pending = key in self._prod, key in self._dev, key in self._pending
        if prod:
            if dev or pending:
                return Label.CONFLICT
            return Label.EDITED if key in self._ancestors.edited else Label.HOTFIX
        if dev:
            return Label.UNDECLARED if self._ancestors.declares else Label.PENDING
        return Label.PENDING if pending else None

    def undeclared(self, differing: set[Key]) -> tuple[Key, ...]:
        """What both sides changed alike."""
        return tuple(sorted((self._prod & self._dev) - differing))

    def declaration(self, keys: tuple[Key, ...]) -> str:
        """The statements that a migration would have to say of them; empty where there is none."""
        if not keys:
            return ""
        scoped = self._scoped(self._ancestors.after, self._desired)
        chosen = [change for change in drift(scoped.changes) if change.key in set(keys)]
        return script(plan(chosen, scoped.actual, scoped.desired, self._session.kinds))
