"""From changes and plans to what a reader of the report wants to know of each change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from driftwatch.model.change import Verb
from driftwatch.model.comparison import Finding
from driftwatch.model.context import Context
from driftwatch.model.snapshot import Snapshot
from driftwatch.model.statement import Implied, Level, Lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from driftwatch.model.change import Change
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.plan import Plan
    from driftwatch.model.statement import Statement

_LOCKS = list(Lock)
_LEVELS = [Level.SAFE, Level.BLOCKING, Level.BREAKING]


def findings(
    changes: Iterable[Change], old: Snapshot, new: Snapshot, kinds: Sequence[Kind], migration: Plan | None
) -> tuple[Finding, ...]:
    """One finding a change, in the changes' order; without a plan all but new objects counts as breaking."""
    by_name = {kind.name: kind for kind in kinds}
    statements: defaultdict[Key, list[Statement]] = defaultdict(list)
    for step in migration.steps if migration else ():
        statements[step.key].append(step.statement)
    found = [_finding(change, old, new, by_name, statements.get(change.key, [])) for change in changes]
    return tuple(_unplanned(found) if migration is None else _with_groups_level(found))


def _unplanned(found: Sequence[Finding]) -> Iterable[Finding]:
    added = {finding.change.key for finding in found if finding.change.verb is Verb.ADD}
    for finding in found:
        new = finding.change.verb is Verb.ADD and finding.group in added
        yield finding if new else replace(finding, level=Level.BREAKING)


def _finding(
    change: Change, old: Snapshot, new: Snapshot, kinds: Mapping[str, Kind], statements: Sequence[Statement]
) -> Finding:
    return Finding(
        change=change,
        group=group(change.key, new if change.new is not None else old, kinds),
        level=max((statement.level for statement in statements), key=_LEVELS.index, default=Level.SAFE),
        old_sql=ddl(change.key, old, kinds) if change.old is not None else "",
        new_sql=ddl(change.key, new, kinds) if change.new is not None else "",
        statements=tuple(statement.sql for statement in statements),
        hazards=tuple(dict.fromkeys(hazard for statement in statements for hazard in statement.hazards)),
        lock=max((statement.lock for statement in statements), key=_LOCKS.index, default=Lock.NONE),
    )


def _with_groups_level(found: Sequence[Finding]) -> Iterable[Finding]:
    """What is dropped along with its table is as breaking as that."""
    levels = {finding.change.key: finding.level for finding in found}
    for finding in found:
        if not finding.statements and finding.change.verb is Verb.DROP:
            yield replace(finding, level=levels.get(finding.group, finding.level))
        else:
            yield finding


def group(key: Key, snapshot: Snapshot, kinds: Mapping[str, Kind]) -> Key:
    """The object that this one is shown under: the last of its parents."""
    item = snapshot.get(key)
    while item is not None:
        kind = kinds[key.kind]
        parent = kind.whole(item)
        if parent is None or parent not in snapshot.objects:
            return key
        key, item = parent, snapshot.objects[parent]
    return key


def ddl(key: Key, snapshot: Snapshot, kinds: Mapping[str, Kind]) -> str:
    """The object as the SQL that would create it, with what folds into it."""
    folded = {
        target: tuple(sorted(_foldable(target, snapshot, kinds))) for target in (key, *_foldable(key, snapshot, kinds))
    }
    context = Context(
        old=Snapshot({}, snapshot.server),
        new=snapshot,
        version=snapshot.server.version,
        made=frozenset([key, group(key, snapshot, kinds)]),
        folded=folded,
        with_data=False,
        kinds=kinds,
    )
    written = kinds[key.kind].create(snapshot.objects[key], context)
    return "" if isinstance(written, Implied) else "".join(f"{statement.sql};\n" for statement in written)


def _foldable(key: Key, snapshot: Snapshot, kinds: Mapping[str, Kind]) -> list[Key]:
    return [
        edge.key
        for edge in snapshot.dependents.get(key, ())
        if kinds[edge.key.kind].folds_into(snapshot.objects[edge.key]) == key
    ]
