"""Who may name an object in `needs` or `follows`: few stand near it, and to ask all of a schema would take longer."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from driftwatch.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.kinds.parts.lineage import Path
    from driftwatch.model.snapshot import Snapshot


def constraints(named: Key, snapshot: Snapshot) -> Iterator[Key]:
    """Those of the table and of the tables around it, and the foreign keys to it or to what it is a partition of."""
    table = _table(named, snapshot)
    upwards = list(_upwards(table, snapshot))
    near = () if named.kind == "table" else (*upwards, *_below(table, snapshot))
    own = (snapshot.parts(Key("table", path), "constraint") for path in near)
    pointing = (snapshot.pointing("constraint", path) for path in upwards)
    return (Key("constraint", (item.schema, item.table, item.name)) for item in chain(*own, *pointing))


def indexes(named: Key, snapshot: Snapshot) -> Iterator[Key]:
    """Those of the table, and of what it is a partition of."""
    for path in _upwards(_table(named, snapshot), snapshot):
        yield from (Key("index", (item.schema, item.name)) for item in snapshot.parts(Key("table", path), "index"))


def partitions(named: Key, snapshot: Snapshot) -> Iterator[Key]:
    """The places of the table, of its partitions, and of what it is itself a partition of."""
    table = _table(named, snapshot)
    return (Key("partition", path) for path in (*_upwards(table, snapshot), *_below(table, snapshot)))


def _table(key: Key, snapshot: Snapshot) -> Path:
    """The relation that an object is, or is a part of."""
    if key.kind in {"index", "index_partition"}:
        item = snapshot.objects[key]
        return item.schema, item.table
    return key.path[:2]


def _upwards(table: Path, snapshot: Snapshot) -> Iterator[Path]:
    """The table, and what it is a partition of, at every height."""
    yield table
    place = snapshot.get(Key("partition", table))
    if place is not None:
        yield from _upwards((place.parent_schema, place.parent), snapshot)


def _below(table: Path, snapshot: Snapshot) -> Iterator[Path]:
    """Its partitions."""
    return (key.path for key in snapshot.below("partition", table))
