"""The part of two schemas that a proof has to build: what is touched, what that needs, what hangs on it."""

from __future__ import annotations

from collections import defaultdict
from itertools import compress
from operator import is_not, itemgetter
from typing import TYPE_CHECKING

from driftwatch.model.edges import only
from driftwatch.model.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from driftwatch.model.change import Change
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.plan import Plan


def touched(changes: Iterable[Change], *plans: Plan) -> set[Key]:
    """What the changes and the statements of the plans are of, name or lock."""
    found = {change.key for change in changes}
    for step in (step for plan in plans for step in plan.steps):
        found |= {step.key, *step.statement.touches}
    return found


def closure(touched: Iterable[Key], old: Snapshot, new: Snapshot, kinds: Mapping[str, Kind]) -> frozenset[Key]:
    """The keys to build, in both schemas, for a change from one to the other.

    The touched objects come with all their parts and with everything that depends on them; whatever is needed beyond
    that comes with the parts without which it would be another thing (a table's columns and keys, but not its indexes,
    triggers and foreign keys, which would bring half the schema along). Kinds that reach into every statement (event
    triggers) always come; what is no part of one object and completes several (a cast, without which an expression on
    its types is another) comes once all of them are there.
    """
    found = set(touched)
    for snapshot in (old, new):
        items = [(kinds[key.kind], snapshot.objects[key]) for key in found & snapshot.objects.keys()]
        found.update(key for kind, item in items for key in kind.names(item, snapshot))
    for snapshot in (old, new):
        found |= snapshot.with_dependents(found & snapshot.objects.keys())
        found |= {key for kind in kinds.values() if kind.ambient for key in snapshot.keys_by_kind.get(kind.name, ())}
    parts = _parts(old, new, kinds)
    size = 0
    while size != len(found):  # what one schema needs may be another thing in the other, with other needs
        size = len(found)
        for snapshot in (old, new):
            found |= _with_needs(found & snapshot.objects.keys(), snapshot, parts)
            found |= _between(found, snapshot, kinds)
    return frozenset(found)


def _between(found: set[Key], snapshot: Snapshot, kinds: Mapping[str, Kind]) -> set[Key]:
    """What completes objects together that are all there."""
    pairs = (
        (key, kind.parent(item))
        for kind in kinds.values()
        if kind.completes
        for key, item in zip(snapshot.keys_by_kind.get(kind.name, ()), snapshot.by_kind.get(kind.name, ()), strict=True)
    )
    return {key for key, whole in pairs if whole is None and found.issuperset(_needs(key, snapshot))}


def _with_needs(keys: set[Key], snapshot: Snapshot, parts: Mapping[Key, Sequence[Key]]) -> set[Key]:
    found, todo = set(keys), list(keys)
    while todo:
        key = todo.pop()
        for needed in (*_needs(key, snapshot), *parts.get(key, ())):
            if needed not in found:
                found.add(needed)
                todo.append(needed)
    return found


def _needs(key: Key, snapshot: Snapshot) -> Iterable[Key]:
    return (edge.needs for edge in snapshot.needs.get(key, ()))


def _parts(old: Snapshot, new: Snapshot, kinds: Mapping[str, Kind]) -> Mapping[Key, Sequence[Key]]:
    """By object: what would be written into its CREATE statement, what completes it, and what is said about it.

    Worked out for all at once: among the dependents of one schema there may be thousands that are neither. What both
    schemas have alike was kept once, and is looked at once.
    """
    found: defaultdict[Key, list[Key]] = defaultdict(list)
    for snapshot, known in ((new, {}), (old, new.objects)):
        for name, keys in snapshot.keys_by_kind.items():
            kind, items = kinds[name], snapshot.by_kind[name]
            whole_of = itemgetter(0) if kind.about else kind.parent if kind.completes else kind.folds_into
            unlike = list(map(is_not, map(known.get, keys), items))
            for key, whole in zip(compress(keys, unlike), map(whole_of, compress(items, unlike)), strict=True):
                if whole is not None:
                    found[whole].append(key)
    return found


def restricted(snapshot: Snapshot, keys: AbstractSet[Key]) -> Snapshot:
    """The snapshot with these objects only."""
    return Snapshot(
        objects={key: item for key, item in snapshot.objects.items() if key in keys},
        server=snapshot.server,
        read_edges=lambda _: only(snapshot.edges, keys),
        partly=snapshot.partly,
    )
