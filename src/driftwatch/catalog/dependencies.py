"""Dependencies between objects, from pg_depend: addresses become keys, internal objects their owners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from driftwatch.model.snapshot import Edge, Tie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot

NAME = "dependencies"

# Only what involves a user's object: 16384 is the first oid that initdb does not give away (FirstNormalObjectId);
# schemas, languages and extensions made by initdb (public, plpgsql) can be dropped like any other.
QUERY = """
    SELECT d.classid::regclass::text, d.objid, d.objsubid, d.refclassid::regclass::text, d.refobjid, d.refobjsubid,
           d.deptype
    FROM pg_depend d
    WHERE d.objid >= 16384 AND (d.refobjid >= 16384 OR d.refclassid IN
          ('pg_namespace'::regclass, 'pg_language'::regclass, 'pg_extension'::regclass))
       OR d.deptype = 'e'"""

_AUTO = frozenset("aiPS")
_STRENGTH = {Tie.ORDER: -1, Tie.NORMAL: 0, Tie.OWNED: 1, Tie.BOUND: 2, Tie.AUTO: 3}
Address = tuple[str, int, int]


class Addresses:
    """Keys by (catalogue, oid, sub-id)."""

    def __init__(self) -> None:
        self._keys: dict[Address, Key] = {}

    def add(self, catalog: str, objid: int, objsubid: int, key: Key) -> None:
        """Remember where an object stands in the catalogue."""
        self._keys[catalog, objid, objsubid] = key

    def find(self, catalog: str, objid: int, objsubid: int) -> Key | None:
        """The key of an address; for a part that is no object of its own, its whole."""
        found = self._keys.get((catalog, objid, objsubid))
        return self._keys.get((catalog, objid, 0)) if found is None and objsubid else found


def edges(
    kinds: Sequence[Kind],
    snapshot: Snapshot,
    addresses: Addresses,
    rows: Iterable[tuple[Any, ...]],
) -> tuple[Edge, ...]:
    """Every dependency between two objects, once: from pg_depend, to the parent, and as the kinds know beyond that."""
    by_name = {kind.name: kind for kind in kinds}
    found: dict[tuple[Key, Key], Tie] = {}
    for key, needed, tie in _from_catalog(by_name, addresses, list(rows)):
        if _STRENGTH[tie] > _STRENGTH[found.get((key, needed), Tie.NORMAL)] or (key, needed) not in found:
            found[key, needed] = tie
    for key, item in snapshot.objects.items():
        kind = by_name[key.kind]
        parent = item[0] if kind.about else kind.parent(item)
        if parent is not None and parent in snapshot.objects:
            found[key, parent] = Tie.AUTO
        for needed in kind.needs(item, snapshot):
            if needed in snapshot.objects and needed != key:
                found.setdefault((key, needed), Tie.NORMAL)
        for needed in kind.follows(item, snapshot):
            if needed in snapshot.objects and needed != key:
                found.setdefault((key, needed), Tie.ORDER)
    return tuple(Edge(key, needed, tie) for (key, needed), tie in found.items())


def _from_catalog(
    kinds: Mapping[str, Kind], addresses: Addresses, rows: list[tuple[Any, ...]]
) -> Iterator[tuple[Key, Key, Tie]]:
    owners = {(row[0], row[1]): (row[3], row[4], row[5]) for row in rows if row[6] in "ie"}
    for classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype in rows:
        key = _resolve((classid, objid, objsubid), addresses, owners)
        needed = _resolve((refclassid, refobjid, refobjsubid), addresses, owners)
        if key is None or needed is None or key == needed:
            continue
        auto = deptype in _AUTO and addresses.find(classid, objid, objsubid) == key
        if needed.kind in kinds[key.kind].weak:
            # The tie itself is an object; what is left is that dropping the one drops the other.
            if auto:
                yield key, needed, Tie.OWNED
        else:
            yield key, needed, Tie.BOUND if deptype == "P" else Tie.AUTO if auto else Tie.NORMAL


def _resolve(address: Address, addresses: Addresses, owners: Mapping[tuple[str, int], Address]) -> Key | None:
    """The key of an address; of an internal object, its owner's; of an extension's member, the extension's."""
    for _ in range(8):  # an array type of a range's row type …: no real chain is longer
        key = addresses.find(*address)
        if key is not None:
            return key
        owner = owners.get(address[:2])
        if owner is None:
            return None
        address = owner
    return None
