"""Likely renames: a dropped and an added object of one kind, place and shape, as a question to the user."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch.model.change import Verb
from driftwatch.model.comparison import RenameCandidate
from driftwatch.model.edges import Tie
from driftwatch.model.key import Key
from driftwatch.model.rules import Ignore
from driftwatch.sql import quote

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from driftwatch.model.change import Change
    from driftwatch.model.edges import Edge
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object, Snapshot

RANKED = 50
"""How many pairs of a kind are ranked that differ in more than the name: DeepDiff takes over a millisecond a pair."""

LIKELY = 0.7
"""From this likeness on a pair is worth a question."""

_MOST_PAIRS = 10_000
"""A bucket with more pairs than this is not looked into."""


def candidates(
    changes: Iterable[Change], old: Snapshot, new: Snapshot, kinds: Sequence[Kind]
) -> tuple[tuple[RenameCandidate, ...], tuple[str, ...]]:
    """Pairs that may be one object under two names, and sentences that say what was not tried.

    Each object is in one pair at the most. What comes and goes with another object (a dropped table's columns, a serial
    column's sequence, a partition) is in none.
    """
    by_name = {kind.name: kind for kind in kinds}
    found: defaultdict[str, list[_Pair]] = defaultdict(list)
    untried: list[str] = []
    for dropped, added in _buckets(changes, old, new, by_name):
        kind = dropped[0].key.kind
        if len(dropped) * len(added) > _MOST_PAIRS:
            untried.append(f"{len(dropped)} dropped and {len(added)} added objects of kind {kind} are alike")
        else:
            found[kind] += (_Pair(a, b) for a in dropped for b in added if _overlap(a.parts, b.parts) >= LIKELY)
    chosen: list[RenameCandidate] = []
    for kind, pairs in sorted(found.items()):
        likely, rest = _ranked(pairs)
        chosen += _best(likely, by_name[kind])
        untried += [f"{rest} pairs of dropped and added objects of kind {kind} are somewhat alike"] if rest else []
    return tuple(chosen), tuple(f"not tried as renames: {sentence}" for sentence in untried)


def own_name(kind: Kind, key: Key) -> str:
    """An object's name without its place: the last part of most paths, of routines the last but one."""
    return key.path[_name_place(kind)]


def renamed(kind: Kind, key: Key, name: str) -> Key:
    """The key of an object under another name."""
    place = _name_place(kind)
    return Key(key.kind, (*key.path[:place], name, *key.path[place + 1 :]))


def _name_place(kind: Kind) -> int:
    return kind.identity.index("name") if "name" in kind.identity else len(kind.identity) - 1


class _Shape(NamedTuple):
    """An object without its name."""

    key: Key
    name: str
    item: Object
    parts: Mapping[str, Any]
    """What it consists of, by names: its lines and items, its columns and constraints."""


class _Pair(NamedTuple):
    old: _Shape
    new: _Shape

    @property
    def names_likeness(self) -> float:
        """How much the two names have in common."""
        return SequenceMatcher(None, self.old.name, self.new.name).ratio()


def _buckets(
    changes: Iterable[Change], old: Snapshot, new: Snapshot, kinds: Mapping[str, Kind]
) -> Iterator[tuple[list[_Shape], list[_Shape]]]:
    """Dropped and added objects of one kind and place whose single values (a type, an index's definition) are equal."""
    sides: defaultdict[Any, tuple[list[_Shape], list[_Shape]]] = defaultdict(lambda: ([], []))
    gone = {change.key: change for change in changes if change.verb is not Verb.ALTER}
    for key, change in sorted(gone.items()):
        snapshot = old if change.verb is Verb.DROP else new
        if kinds[key.kind].rename and not any(_follows(edge, gone) for edge in snapshot.needs.get(key, ())):
            bucket, shape = _shape(key, snapshot, kinds)
            sides[bucket][change.verb is Verb.ADD].append(shape)
    return (side for side in sides.values() if all(side))


def _follows(edge: Edge, gone: Container[Key]) -> bool:
    """Whether the object comes and goes with another that does, or is a partition: those come and go by themselves."""
    partition = edge.tie is Tie.OWNED and edge.needs.kind == edge.key.kind
    return partition or (edge.tie is not Tie.NORMAL and edge.needs in gone)


def _shape(key: Key, snapshot: Snapshot, kinds: Mapping[str, Kind]) -> tuple[Any, _Shape]:
    kind, item = kinds[key.kind], snapshot.objects[key]
    name = own_name(kind, key)
    nameless = _Nameless(name)
    same: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    for attribute, value in _values(kind, item, nameless).items():
        if isinstance(value, str) and "\n" not in value:
            same[attribute] = value
        else:
            parts |= _pieces(attribute, value)
    for edge in snapshot.dependents.get(key, ()):
        part, other = kinds[edge.key.kind], snapshot.objects[edge.key]
        if not part.about and part.parent(other) == key:
            parts[nameless(f"{edge.key.kind} {edge.key.path[-1]}")] = _values(part, other, nameless)
    place = kind.parent(item) or renamed(kind, key, "")
    return (key.kind, place, tuple(same.items())), _Shape(key, name, item, parts)


def _values(kind: Kind, item: Object, nameless: _Nameless) -> dict[str, Any]:
    """What counts of an object's attributes, without a name, and without what is nothing."""
    counted = (name for name, rule in kind.alter.items() if not isinstance(rule, Ignore))
    values = {name: nameless(getattr(item, name)) for name in counted}
    return {name: value for name, value in values.items() if value}


def _pieces(attribute: str, value: Any) -> dict[str, Any]:  # noqa: ANN401  an attribute's value
    """Lines and items one by one, the second of two equal ones by a number."""
    items = value.splitlines() if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        return {attribute: value}
    seen: Counter[str] = Counter()
    pieces = {}
    for item in items:
        text = str(item)
        seen[text] += 1
        pieces[f"{attribute}: {text} {seen[text]}"] = item
    return pieces


class _Nameless:
    """Takes a name out of texts, also where it begins another name (`users_pkey`)."""

    def __init__(self, name: str) -> None:
        self._pattern = re.compile(rf"(?<!\w){re.escape(name)}(?![^\W_])")

    def __call__(self, value: Any) -> Any:  # noqa: ANN401  an attribute's value
        if isinstance(value, tuple):
            return tuple(map(self, value))
        # A single letter is a type or a state, also where the object is named like it.
        return self._pattern.sub("…", value) if isinstance(value, str) and len(value) > 1 else value


def _overlap(old: Mapping[str, Any], new: Mapping[str, Any]) -> float:
    """The share of parts with the same name: no pair is more alike than that."""
    both = len(old) + len(new)
    return 2 * len(old.keys() & new.keys()) / both if both else 1.0


def _ranked(pairs: Sequence[_Pair]) -> tuple[list[tuple[float, _Pair]], int]:
    """The pairs with their likeness, and how many were left unranked."""
    same = [(1.0, pair) for pair in pairs if pair.old.parts == pair.new.parts]
    similar = [pair for pair in pairs if pair.old.parts != pair.new.parts]
    similar.sort(key=lambda pair: (-_overlap(pair.old.parts, pair.new.parts), -pair.names_likeness))
    ranked = [(_likeness(pair.old.parts, pair.new.parts), pair) for pair in similar[:RANKED]]
    return same + [(likeness, pair) for likeness, pair in ranked if likeness >= LIKELY], len(similar[RANKED:])


def _likeness(old: Mapping[str, Any], new: Mapping[str, Any]) -> float:
    """The share of equal parts; of those with one name that differ, as much as DeepDiff finds alike."""
    from deepdiff import DeepDiff

    names = old.keys() & new.keys()
    differ = {name for name in names if old[name] != new[name]}
    distance = 0.0
    if differ:
        before, after = ({name: side[name] for name in differ} for side in (old, new))
        distance = float(DeepDiff(before, after, get_deep_distance=True).get("deep_distance", 0.0))
    return 2 * (len(names) - len(differ) * min(1.0, 2 * distance)) / (len(old) + len(new))


def _best(ranked: Iterable[tuple[float, _Pair]], kind: Kind) -> Iterator[RenameCandidate]:
    """One pair for each object: the most alike first, then the most alike in name."""
    taken: set[Key] = set()
    order = sorted(ranked, key=lambda row: (-row[0], -row[1].names_likeness, row[1].old.key, row[1].new.key))
    for likeness, (old, new) in order:
        if not {old.key, new.key} & taken:
            taken |= {old.key, new.key}
            statement = kind.rename(old.item, new.name) if kind.rename else None
            option = f"{old.key} = {quote(new.name)}"
            yield RenameCandidate(old.key, new.key, round(likeness, 2), option, statement.sql if statement else "")
