"""Likely renames: a dropped and an added object of one kind and one shape, as a question to the user."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from driftwatch.model.change import Verb
from driftwatch.model.comparison import RenameCandidate
from driftwatch.sql import quote

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from driftwatch.model.change import Change
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot

MOST_PAIRS = 50
"""How many pairs of a kind are ranked: DeepDiff takes over a millisecond a pair."""

LIKELY = 0.85
"""From this likeness on a pair is worth a question."""


def candidates(
    changes: Iterable[Change], old: Snapshot, new: Snapshot, kinds: Sequence[Kind]
) -> tuple[tuple[RenameCandidate, ...], tuple[str, ...]]:
    """Pairs that may be one object under two names, the likeliest first, and what was not tried.

    Objects are only held against each other within one kind, one place (the table of a column) and one bucket: the same
    shape but for names. Each object is in one pair at the most.
    """
    by_name = {kind.name: kind for kind in kinds if kind.rename}
    shapes = _Shapes(old, new, by_name)
    found: list[RenameCandidate] = []
    untried: list[str] = []
    for name, pairs in sorted(_pairs(changes, shapes).items()):
        ranked = pairs[:MOST_PAIRS]
        found += _best(RenameCandidate(a, b, likeness, _option(a, b)) for a, b, likeness in shapes.ranked(ranked))
        if len(pairs) > MOST_PAIRS:
            untried.append(f"{len(pairs) - MOST_PAIRS} pairs of kind {name} were not tried as renames")
    return tuple(found), tuple(untried)


def _pairs(changes: Iterable[Change], shapes: _Shapes) -> Mapping[str, list[tuple[Key, Key]]]:
    dropped: defaultdict[Hashable, list[Key]] = defaultdict(list)
    added: defaultdict[Hashable, list[Key]] = defaultdict(list)
    for change in changes:
        if change.verb is not Verb.ALTER and shapes.has_name(change):
            side = dropped if change.verb is Verb.DROP else added
            side[shapes.bucket(change.key, old=change.verb is Verb.DROP)].append(change.key)
    pairs: defaultdict[str, list[tuple[Key, Key]]] = defaultdict(list)
    for bucket, keys in dropped.items():
        for key in sorted(keys):
            pairs[key.kind] += [(key, other) for other in sorted(added.get(bucket, ()))]
    return pairs


class _Shapes:
    """What objects look like without their names."""

    def __init__(self, old: Snapshot, new: Snapshot, kinds: Mapping[str, Kind]) -> None:
        self.old, self.new, self.kinds = old, new, kinds

    def has_name(self, change: Change) -> bool:
        """Whether the object can be renamed by the last part of its key; a routine's is its argument types."""
        item = change.new if change.old is None else change.old
        return change.key.kind in self.kinds and getattr(item, "name", None) == change.key.path[-1]

    def bucket(self, key: Key, *, old: bool) -> Hashable:
        """Kind, place, and whether parts hang on it: an object is only like one with as many."""
        snapshot = self.old if old else self.new
        parent = self.kinds[key.kind].parent(snapshot.objects[key])
        return key.kind, parent or key.path[:-1], self._kind_of_shape(key, snapshot)

    def _kind_of_shape(self, key: Key, snapshot: Snapshot) -> Hashable:
        """A column is only like one of its type; what has parts is ranked by them."""
        return getattr(snapshot.objects[key], "type", None)

    def shape(self, key: Key, snapshot: Snapshot) -> dict[str, Any]:
        """The attributes and the parts, as text without the object's own name."""
        kind = self.kinds[key.kind]
        item = snapshot.objects[key]
        own = {name: self._nameless(getattr(item, name), key) for name in kind.alter if name != "position"}
        parts = {}
        for edge in snapshot.dependents.get(key, ()):
            part = self.kinds.get(edge.key.kind)
            if part is not None and part.parent(snapshot.objects[edge.key]) == key:
                values = snapshot.objects[edge.key][len(part.identity) :]
                parts[f"{edge.key.kind} {edge.key.path[-1]}"] = [self._nameless(value, key) for value in values]
        return {**own, "parts": {self._nameless(name, key): values for name, values in parts.items()}}

    def _nameless(self, value: Any, key: Key) -> Any:  # noqa: ANN401  an attribute's value
        return value.replace(key.path[-1], "…") if isinstance(value, str) else value

    def ranked(self, pairs: Iterable[tuple[Key, Key]]) -> Iterator[tuple[Key, Key, float]]:
        """The pairs that are alike enough, by DeepDiff's distance."""
        from deepdiff import DeepDiff

        for old, new in pairs:
            before, after = self.shape(old, self.old), self.shape(new, self.new)
            distance = DeepDiff(before, after, get_deep_distance=True).get("deep_distance", 0.0)
            if 1 - float(distance) >= LIKELY:
                yield old, new, round(1 - float(distance), 2)


def _best(found: Iterable[RenameCandidate]) -> Iterator[RenameCandidate]:
    taken: set[Key] = set()
    for candidate in sorted(found, key=lambda item: (-item.likeness, item.old, item.new)):
        if not {candidate.old, candidate.new} & taken:
            taken |= {candidate.old, candidate.new}
            yield candidate


def _option(old: Key, new: Key) -> str:
    return f"{old} = {quote(new.path[-1])}"
