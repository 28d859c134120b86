"""Dependencies between objects, from pg_depend: addresses become keys, internal objects their owners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from driftwatch.model.key import Key
from driftwatch.model.snapshot import Edge, Tie

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object, Snapshot

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
_STRENGTH = {Tie.ORDER: -1, Tie.NORMAL: 0, Tie.OWNED: 1, Tie.INHERITED: 2, Tie.BOUND: 3, Tie.AUTO: 4}

Address = tuple[str, int, int]
"""Where an object stands in the catalogue: the catalogue's name, oid, sub-id."""
Addresses = dict[Address, Key]


def find(addresses: Addresses, address: Address) -> Key | None:
    """The key of an address; for a part that is no object of its own, its whole."""
    found = addresses.get(address)
    return addresses.get((*address[:2], 0)) if found is None and address[2] else found


def edges(
    kinds: Sequence[Kind], snapshot: Snapshot, addresses: Addresses, rows: Sequence[tuple[Any, ...]]
) -> tuple[Edge, ...]:
    """Every dependency between two objects, once: from pg_depend, to the parent, and as the kinds know beyond that."""
    by_name = {kind.name: kind for kind in kinds}
    found: dict[tuple[Key, Key], Tie] = {}
    for pair, tie in _from_catalog(by_name, addresses, rows):
        there = found.get(pair)
        if there is None or _STRENGTH[tie] > _STRENGTH[there]:
            found[pair] = tie
    for key, item in snapshot.objects.items():
        _add_from_kind(by_name[key.kind], key, item, snapshot, found)
    return tuple(Edge(key, needed, tie) for (key, needed), tie in found.items())


def _add_from_kind(kind: Kind, key: Key, item: Object, snapshot: Snapshot, found: dict[tuple[Key, Key], Tie]) -> None:
    objects = snapshot.objects
    parent: Key | None = item[0] if kind.about else kind.parent(item)
    if parent is not None and parent in objects:
        found[key, parent] = Tie.AUTO
    for needed, how in kind.inherits(item, snapshot):
        if needed in objects:
            found.setdefault((key, needed), how)
    for needed in kind.needs(item, snapshot):
        if needed in objects and needed != key:
            found.setdefault((key, needed), Tie.NORMAL)
    for needed in kind.follows(item, snapshot):
        if needed in objects and needed != key:
            found.setdefault((key, needed), Tie.ORDER)


def _from_catalog(
    kinds: Mapping[str, Kind], addresses: Addresses, rows: Sequence[tuple[Any, ...]]
) -> Iterator[tuple[tuple[Key, Key], Tie]]:
    owners = {row[:2]: row[3:6] for row in rows if row[6] in "ie"}
    for row in rows:
        dependent, target, deptype = row[:3], row[3:6], row[6]
        key = addresses.get(dependent) or _resolve(dependent, addresses, owners)
        needed = key and (addresses.get(target) or _resolve(target, addresses, owners))
        if key is None or needed is None or key == needed:
            continue
        auto = deptype in _AUTO and find(addresses, dependent) is not None
        if needed.kind in kinds[key.kind].weak:
            # The tie itself is an object; what is left is that dropping the one drops the other.
            if auto:
                yield (key, needed), Tie.OWNED
        else:
            yield (key, needed), Tie.BOUND if deptype == "P" else Tie.AUTO if auto else Tie.NORMAL


def _resolve(address: Address, addresses: Addresses, owners: Mapping[tuple[str, int], Address]) -> Key | None:
    """The key of an address; of an internal object, its owner's; of an extension's member, the extension's."""
    for _ in range(8):  # an array type of a range's row type …: no real chain is longer
        key = find(addresses, address)
        if key is not None:
            return key
        owner = owners.get(address[:2])
        if owner is None:
            return None
        address = owner
    return None
