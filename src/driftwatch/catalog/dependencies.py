"""Dependencies between objects, from pg_depend: addresses become keys, internal objects their owners."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch.model.edges import Edge, Edges, Tie

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from driftwatch.catalog.addresses import Address, Addresses
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object, Snapshot

NAME = "dependencies"

# Only what involves a user's object: 16384 is the first oid that initdb does not give away (FirstNormalObjectId);
# schemas, languages and extensions made by initdb (public, plpgsql) can be dropped like any other. There are more of
# these rows than of all others together, and few are ever looked at: they come packed, by what they have in common.
QUERY = """
    SELECT d.classid::regclass::text, d.refclassid::regclass::text, d.deptype,
           string_agg(oidsend(d.objid), ''), string_agg(int4send(d.objsubid), ''),
           string_agg(oidsend(d.refobjid), ''), string_agg(int4send(d.refobjsubid), '')
    FROM pg_depend d
    WHERE d.objid >= 16384 AND (d.refobjid >= 16384 OR d.refclassid IN
          ('pg_namespace'::regclass, 'pg_language'::regclass, 'pg_extension'::regclass))
       OR d.deptype = 'e'
    GROUP BY d.classid, d.refclassid, d.deptype"""

_AUTO = frozenset("aiPS")
_OWNS = frozenset("ie")
_STRENGTH = {Tie.ORDER: -1, Tie.NORMAL: 0, Tie.OWNED: 1, Tie.INHERITED: 2, Tie.BOUND: 3, Tie.AUTO: 4}


class Row(NamedTuple):
    """A row of pg_depend."""

    dependent: Address
    needed: Address
    deptype: str


class _Between(NamedTuple):
    """What some rows have in common."""

    dependents: str
    needed: str
    deptype: str


class _Index(NamedTuple):
    """Rows by oid: a dictionary of lists would take more memory than all objects of a schema."""

    oids: array[int]
    """In ascending order."""
    rows: array[int]
    """Their rows."""

    def find(self, oid: int) -> Sequence[int]:
        return self.rows[bisect_left(self.oids, oid) : bisect_right(self.oids, oid)]


_NOWHERE = _Index(array("I"), array("I"))


class CatalogRows:
    """The rows of pg_depend, column by column, by either end."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Take the rows of QUERY."""
        self._between: list[tuple[_Between, range]] = []
        self._group = array("H")
        self._columns = [array("I") for _ in range(4)]
        for row in rows:
            start = len(self._group)
            for whole, part in zip(self._columns, map(_unpacked, row[3:]), strict=True):
                whole.extend(part)
            end = len(self._columns[0])
            self._group.extend([len(self._between)] * (end - start))
            self._between.append((_Between(*row[:3]), range(start, end)))

    def of(self, catalog: str, oid: int) -> Iterator[Row]:
        """What an object and its parts need."""
        return self._rows(self._by_dependent.get(catalog, _NOWHERE).find(oid))

    def to(self, catalog: str, oid: int) -> Iterator[Row]:
        """What needs an object or a part of it."""
        return self._rows(self._by_needed.get(catalog, _NOWHERE).find(oid))

    def inside(self, catalog: str, oid: int) -> Iterator[Row]:
        """What is internal to an object or to a part of it, or an extension's member."""
        return self._rows(self._by_owner.get(catalog, _NOWHERE).find(oid))

    def owner(self, catalog: str, oid: int) -> Address | None:
        """What an object is internal to, or the extension that it is a member of."""
        rows = self._rows(self._by_member.get(catalog, _NOWHERE).find(oid)[-1:])
        return next((row.needed for row in rows), None)

    def _rows(self, numbers: Iterable[int]) -> Iterator[Row]:
        oids, parts, needed, needed_parts = self._columns
        for n in numbers:
            between = self._between[self._group[n]][0]
            dependent = (between.dependents, oids[n], parts[n])
            yield Row(dependent, (between.needed, needed[n], needed_parts[n]), between.deptype)

    @cached_property
    def _by_dependent(self) -> Mapping[str, _Index]:
        return self._index(0)

    @cached_property
    def _by_needed(self) -> Mapping[str, _Index]:
        return self._index(1)

    @cached_property
    def _by_member(self) -> Mapping[str, _Index]:
        return self._index(0, _OWNS)

    @cached_property
    def _by_owner(self) -> Mapping[str, _Index]:
        return self._index(1, _OWNS)

    def _index(self, end: int, deptypes: Container[str] | None = None) -> Mapping[str, _Index]:
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for between, numbers in self._between:
            if deptypes is None or between.deptype in deptypes:
                rows[between[end]] += numbers
        oid = self._columns[2 * end].__getitem__
        ordered = {catalog: sorted(found, key=oid) for catalog, found in rows.items()}
        return {catalog: _Index(array("I", map(oid, found)), array("I", found)) for catalog, found in ordered.items()}


def _unpacked(column: bytes) -> array[int]:
    """Four bytes each, in the order of the network."""
    numbers = array("I", column)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


class CatalogEdges(Edges):
    """Every dependency between two objects, once: from pg_depend, to the parent, and as the kinds know beyond that."""

    def __init__(self, kinds: Iterable[Kind], snapshot: Snapshot, addresses: Addresses, rows: CatalogRows) -> None:
        super().__init__()
        self._kinds = {kind.name: kind for kind in kinds}
        self._snapshot = snapshot
        self._addresses = addresses
        self._rows = rows

    def __iter__(self) -> Iterator[Edge]:
        return (edge for key in self._snapshot.objects for edge in self.needs[key])

    def _needs(self, key: Key) -> Iterable[Edge]:
        item = self._snapshot.objects.get(key)
        if item is None:
            return ()
        found: dict[Key, Tie] = {}
        for needed, tie in self._from_catalog(key):
            if needed not in found or _STRENGTH[tie] > _STRENGTH[found[needed]]:
                found[needed] = tie
        self._add_from_kind(self._kinds[key.kind], key, item, found)
        return [Edge(key, needed, tie) for needed, tie in found.items()]

    def _dependents(self, key: Key) -> Iterable[Edge]:
        rows = (row for catalog, oid, _ in self._places(key) for row in self._rows.to(catalog, oid))
        there = (self._resolve(row.dependent) for row in rows if self._resolve(row.needed) == key)
        found = dict.fromkeys([*(other for other in there if other is not None), *self._claims.get(key, ())])
        return [edge for other in found for edge in self.needs[other] if edge.needs == key]

    # What the kinds know

    def _add_from_kind(self, kind: Kind, key: Key, item: Object, found: dict[Key, Tie]) -> None:
        objects = self._snapshot.objects
        parent = kind.whole(item)
        if parent is not None and parent in objects:
            found[parent] = Tie.AUTO
        for needed, how in kind.inherits(item, self._snapshot):
            if needed in objects:
                found.setdefault(needed, how)
        for needed in kind.needs(item, self._snapshot):
            if needed in objects and needed != key:
                found.setdefault(needed, Tie.NORMAL)
        for needed in kind.follows(item, self._snapshot):
            if needed in objects and needed != key:
                found.setdefault(needed, Tie.ORDER)

    @cached_property
    def _claims(self) -> Mapping[Key, Sequence[Key]]:
        """By what is needed, the keys whose kinds say that they need it: more than do, for `needs` tells."""
        claims: defaultdict[Key, list[Key]] = defaultdict(list)
        snapshot = self._snapshot
        known = {name: (kind.whole, kind.beyond) for name, kind in self._kinds.items()}
        # Once for every object of the schema: what most kinds have nothing to say to is not asked.
        for key, item in snapshot.objects.items():
            whole, beyond = known[key.kind]
            if (parent := whole(item)) is not None:
                claims[parent].append(key)
            for find in beyond:
                for needed in find(item, snapshot):
                    claims[needed].append(key)
        return claims

    # What the catalogue says

    def _from_catalog(self, key: Key) -> Iterator[tuple[Key, Tie]]:
        weak = self._kinds[key.kind].weak
        for place in self._places(key):
            for row in self._rows.of(*place[:2]):
                own = self._addresses.find(*row.dependent)
                needed = self._resolve(row.needed)
                if (own or self._resolve(row.dependent)) != key or needed is None or needed == key:
                    continue
                auto = row.deptype in _AUTO and own is not None
                if needed.kind not in weak:
                    yield needed, Tie.BOUND if row.deptype == "P" else Tie.AUTO if auto else Tie.NORMAL
                elif auto:
                    # The tie itself is an object; what is left is that dropping the one drops the other.
                    yield needed, Tie.OWNED

    def _places(self, key: Key) -> Sequence[Address]:
        """The object's own address, and those of what is internal to it (a view's rule, a constraint's index)."""
        start = self._addresses.of(key)
        places = [] if start is None else [start]
        seen = {place[:2] for place in places}
        for catalog, oid, _ in places:  # grows while it is walked through
            for row in self._rows.inside(catalog, oid):
                inner = row.dependent
                if inner[:2] not in seen and self._addresses.find(*inner) is None and self._resolve(inner) == key:
                    seen.add(inner[:2])
                    places.append((*inner[:2], 0))
        return places

    def _resolve(self, address: Address) -> Key | None:
        """The key of an address; of an internal object, its owner's; of an extension's member, the extension's."""
        place: Address | None = address
        for _ in range(8):  # an array type of a range's row type …: no real chain is longer
            if place is None:
                return None
            key = self._addresses.find(*place)
            if key is not None:
                return key
            place = self._rows.owner(*place[:2])
        return None
