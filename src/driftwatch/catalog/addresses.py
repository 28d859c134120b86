"""Where objects stand in the catalogues: the catalogue's name, oid and sub-id, as pg_depend has them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driftwatch.model.key import Key

Address = tuple[str, int, int]
"""The catalogue's name, oid, sub-id."""

_PART_BITS = 11
"""A table has 1,600 columns at most."""


class _Block(NamedTuple):
    """One kind's objects, as they were read."""

    catalog: str
    keys: list[Key]
    oids: list[int]
    parts: list[int]


class Addresses:
    """The keys of addresses, and the addresses of keys."""

    def __init__(self) -> None:
        self._wholes: defaultdict[str, dict[int, Key]] = defaultdict(dict)
        self._parts: defaultdict[str, dict[int, Key]] = defaultdict(dict)
        self._blocks: dict[str, _Block] = {}
        self._inverted: dict[str, dict[Key, tuple[int, int]]] = {}
        self._by_whole: dict[str, dict[int, list[Key]]] = {}

    def add(self, catalog: str, keys: Sequence[Key], oids: Sequence[int], parts: Sequence[int] | None) -> None:
        """Objects of one kind, or some of them; `parts` where they are parts of others (columns)."""
        block = self._blocks.setdefault(keys[0].kind, _Block(catalog, [], [], []))
        block.keys.extend(keys)
        block.oids.extend(oids)
        block.parts.extend(parts or [0] * len(keys))
        if parts is None:
            self._wholes[catalog].update(zip(oids, keys, strict=True))
        else:
            places = [oid << _PART_BITS | part for oid, part in zip(oids, parts, strict=True)]
            self._parts[catalog].update(zip(places, keys, strict=True))

    def find(self, catalog: str, oid: int, part: int) -> Key | None:
        """The key of an address; for a part that is no object of its own, its whole."""
        found = self._parts[catalog].get(oid << _PART_BITS | part) if part > 0 else None
        return self._wholes[catalog].get(oid) if found is None else found

    def parts(self, catalog: str, oid: int) -> Sequence[Key]:
        """The parts of a whole that are objects of their own."""
        if catalog not in self._by_whole:
            found = self._by_whole[catalog] = defaultdict(list)
            for place, key in self._parts[catalog].items() if catalog in self._parts else ():
                found[place >> _PART_BITS].append(key)
        return self._by_whole[catalog].get(oid, ())

    def of(self, key: Key) -> Address | None:
        """Where an object stands, if it stands in a row of its own."""
        block = self._blocks.get(key.kind)
        if block is None:
            return None
        if key.kind not in self._inverted:
            places = zip(block.oids, block.parts, strict=True)
            self._inverted[key.kind] = dict(zip(block.keys, places, strict=True))
        place = self._inverted[key.kind].get(key)
        return None if place is None else (block.catalog, *place)
