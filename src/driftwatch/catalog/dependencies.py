"""Dependencies between objects, from pg_depend: addresses become keys, internal objects their owners."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch.model.edges import Edge, Edges, Tie

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from driftwatch.catalog.addresses import Address, Addresses
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Claiming, Kind, Neighbours
    from driftwatch.model.snapshot import Object, Snapshot

    _Claims = Callable[[Key], Iterable[Key]]
    """For what is needed, what says by its kind that it needs it."""

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


class CatalogRows:
    """The rows of pg_depend, column by column, by either end."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Take the rows of QUERY."""
        self._between: list[tuple[_Between, range]] = []
        self._group = array("H")
        self._columns = [array("I") for _ in range(4)]
        self._indexes: dict[tuple[int, str, frozenset[str] | None], _Index] = {}
        for row in rows:
            start = len(self._group)
            for whole, part in zip(self._columns, map(_unpacked, row[3:]), strict=True):
                whole.extend(part)
            end = len(self._columns[0])
            self._group.extend([len(self._between)] * (end - start))
            self._between.append((_Between(*row[:3]), range(start, end)))

    def of(self, catalog: str, oid: int) -> Iterator[Row]:
        """What an object and its parts need."""
        return self._rows(self._index(0, catalog).find(oid))

    def to(self, catalog: str, oid: int) -> Iterator[Row]:
        """What needs an object or a part of it."""
        return self._rows(self._index(1, catalog).find(oid))

    def inside(self, catalog: str, oid: int) -> Iterator[Row]:
        """What is internal to an object or to a part of it, or an extension's member."""
        return self._rows(self._index(1, catalog, _OWNS).find(oid))

    def owner(self, catalog: str, oid: int) -> Address | None:
        """What an object is internal to, or the extension that it is a member of."""
        rows = self._rows(self._index(0, catalog, _OWNS).find(oid)[-1:])
        return next((row.needed for row in rows), None)

    def _rows(self, numbers: Iterable[int]) -> Iterator[Row]:
        oids, parts, needed, needed_parts = self._columns
        for n in numbers:
            between = self._between[self._group[n]][0]
            dependent = (between.dependents, oids[n], parts[n])
            yield Row(dependent, (between.needed, needed[n], needed_parts[n]), between.deptype)

    def _index(self, end: int, catalog: str, deptypes: frozenset[str] | None = None) -> _Index:
        """The rows with an object of this catalogue at this end: of most catalogues nobody asks."""
        asked = end, catalog, deptypes
        if asked not in self._indexes:
            numbers = [
                n
                for between, rows in self._between
                if between[end] == catalog and (deptypes is None or between.deptype in deptypes)
                for n in rows
            ]
            oid = self._columns[2 * end].__getitem__
            numbers.sort(key=oid)
            self._indexes[asked] = _Index(array("I", map(oid, numbers)), array("I", numbers))
        return self._indexes[asked]


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
        self._claimed: dict[str, Sequence[_Claims]] = {}
        self._said: dict[tuple[str, int], _Claims] = {}
        self._named_by: dict[tuple[Claiming, Key], Collection[Key]] = {}
        self._to_parts: dict[tuple[str, int], Mapping[Key, Sequence[Key]]] = {}

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
        bound = self._add_from_kind(self._kinds[key.kind], key, item, found)
        return [Edge(key, needed, tie) for needed, tie in (*found.items(), *((each, Tie.ORDER) for each in bound))]

    def _dependents(self, key: Key) -> Iterable[Edge]:
        found = dict.fromkeys([*self._tied(key), *self._claims(key)])
        return [edge for other in found for edge in self.needs[other] if edge.needs == key]

    def _tied(self, key: Key) -> Iterator[Key]:
        """The object's parts, and what pg_depend ties to it: of a whole also what it ties to a part, as an index is."""
        for catalog, oid, part in self._places(key):
            if part:
                yield from self._tied_to_parts(catalog, oid).get(key, ())
                continue
            yield from self._addresses.parts(catalog, oid)
            for row in self._rows.to(catalog, oid):
                other = self._resolve(row.dependent)
                if other is not None:
                    yield other

    def _tied_to_parts(self, catalog: str, oid: int) -> Mapping[Key, Sequence[Key]]:
        """What pg_depend ties to an object's parts, by these: each of a table's columns is asked about."""
        if (catalog, oid) not in self._to_parts:
            found: defaultdict[Key, list[Key]] = defaultdict(list)
            for row in self._rows.to(catalog, oid):
                needed, other = self._resolve(row.needed), self._resolve(row.dependent)
                if needed is not None and other is not None:
                    found[needed].append(other)
            self._to_parts[catalog, oid] = found
        return self._to_parts[catalog, oid]

    # What the kinds know

    def _add_from_kind(self, kind: Kind, key: Key, item: Object, found: dict[Key, Tie]) -> list[Key]:
        """Adds to what the catalogue says; gives what the object is bound to and, which that does not mean, follows."""
        objects = self._snapshot.objects
        bound = []
        parent = kind.whole(item)
        if parent is not None and parent in objects:
            found[parent] = Tie.AUTO
        for needed, how in kind.inherits(item, self._snapshot):
            if needed in objects:
                found.setdefault(needed, how)
        for find, how in ((kind.needs, Tie.NORMAL), (kind.follows, Tie.ORDER)):
            for needed in find(item, self._snapshot):
                if needed.kind not in kind.reaches:
                    raise TypeError(f"kind {kind.name}: `reaches` does not name {needed.kind}")
                if needed in objects and needed != key:
                    tie = found.setdefault(needed, how)
                    bound += [needed] if tie is Tie.BOUND and how is Tie.ORDER else []
        return bound

    def _claims(self, key: Key) -> Iterator[Key]:
        """What says by its kind that it needs the object, where pg_depend need not: more than does: `needs` tells."""
        if key.kind not in self._claimed:
            self._claimed[key.kind] = list(self._claiming(key.kind))
        for claims in self._claimed[key.kind]:
            yield from claims(key)

    def _claiming(self, needed: str) -> Iterator[_Claims]:
        """What objects say of those of a kind that they need."""
        for name, kind in self._kinds.items():
            for n, way in enumerate(kind.beyond):
                if name in self._snapshot.by_kind and (way.reaches is None or needed in way.reaches):
                    if (name, n) not in self._said:
                        near = way.neighbours
                        said = partial(self._said_near, way.find, near) if near else self._said_by(name, way.find)
                        self._said[name, n] = said
                    yield self._said[name, n]

    def _said_near(self, find: Claiming, neighbours: Neighbours, needed: Key) -> Iterator[Key]:
        """Which of those that stand near an object say so."""
        objects = self._snapshot.objects
        if needed in objects:
            near = dict.fromkeys(neighbours(needed, self._snapshot))
            yield from (key for key in near if key in objects and needed in self._named(find, key))

    def _named(self, find: Claiming, key: Key) -> Collection[Key]:
        """What an object says it needs, asked once: a tree's top stands near each of its thousand partitions."""
        if (find, key) not in self._named_by:
            claims = find([key], [self._snapshot.objects[key]], self._snapshot)
            self._named_by[find, key] = frozenset(needed for needed, _ in claims)
        return self._named_by[find, key]

    def _said_by(self, name: str, find: Claiming) -> _Claims:
        """What all objects of a kind say, by what is needed: a schema has too many of them to ask without need."""
        claims: defaultdict[Key, list[Key]] = defaultdict(list)
        keys, items = self._snapshot.keys_by_kind[name], self._snapshot.by_kind[name]
        for needed, key in find(keys, items, self._snapshot):
            claims[needed].append(key)
        return lambda needed: claims.get(needed, ())

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
