"""Two snapshots, key by key: equality of whole objects first, then attribute by attribute."""

from __future__ import annotations

from itertools import compress, filterfalse
from operator import is_not
from typing import TYPE_CHECKING

from driftwatch.model.change import AttributeChange, Change, Verb
from driftwatch.model.rules import Ignore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object, Snapshot


def compare(
    old: Snapshot, new: Snapshot, kinds: Iterable[Kind], among: Iterable[Key] | None = None
) -> tuple[Change, ...]:
    """The changes that lead from old to new, in the order of their keys.

    A change with neither `attributes` nor a verb other than ALTER holds information only.

    Args:
        old: where they start.
        new: where they lead.
        kinds: every kind.
        among: the keys to look at, where all others are known to be alike; None: all.
    """
    by_name = {kind.name: kind for kind in kinds}
    versions = old.server.version, new.server.version
    keys = _unlike(old, new) if among is None else among
    return tuple(sorted(_changes(old, new, keys, by_name, versions), key=lambda change: change.key))


def _unlike(old: Snapshot, new: Snapshot) -> list[Key]:
    """The keys of what only one side has, or each has its own of: what both have alike was kept once."""
    unlike = map(is_not, map(old.objects.get, new.objects), new.objects.values())
    return [*compress(new.objects, unlike), *filterfalse(new.objects.__contains__, old.objects)]


def _changes(
    old: Snapshot, new: Snapshot, keys: Iterable[Key], kinds: dict[str, Kind], versions: tuple[int, int]
) -> Iterator[Change]:
    for key in keys:
        before, after = old.objects.get(key), new.objects.get(key)
        if before == after:
            continue
        if before is None:
            yield Change(key, Verb.ADD, None, after)
        elif after is None:
            yield Change(key, Verb.DROP, before, None)
        else:
            change = _alteration(key, before, after, kinds[key.kind], versions)
            if change.attributes or change.information:
                yield change


def _alteration(key: Key, old: Object, new: Object, kind: Kind, versions: tuple[int, int]) -> Change:
    counted, told = [], []
    for name in kind.alter:
        before, after = getattr(old, name), getattr(new, name)
        if before == after or kind.since.get(name, 0) > min(versions):
            continue
        if name in kind.defaults and (before, after) == tuple(map(kind.defaults[name], versions)):
            continue
        rule = kind.alter[name]
        if not isinstance(rule, Ignore):
            counted.append(AttributeChange(name, before, after))
        elif rule.told:
            told.append(AttributeChange(name, before, after))
    return Change(key, Verb.ALTER, old, new, tuple(counted), tuple(told))


def drift(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that are drift, without those that hold information only."""
    return tuple(change for change in changes if change.verb is not Verb.ALTER or change.attributes)


_BACK = {Verb.ADD: Verb.DROP, Verb.DROP: Verb.ADD, Verb.ALTER: Verb.ALTER}


def reverse(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The way back: what `compare` would find from new to old."""
    return tuple(
        Change(each.key, _BACK[each.verb], each.new, each.old, _back(each.attributes), _back(each.information))
        for each in changes
    )


def _back(attributes: Iterable[AttributeChange]) -> tuple[AttributeChange, ...]:
    return tuple(AttributeChange(name, new, old) for name, old, new, _ in attributes)
