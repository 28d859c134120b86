"""Indexes of a partition that are like one which is attached above, but stand by themselves.

ATTACH PARTITION attaches the oldest index that fits, and an index can't be detached: so these come last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.kinds.index import Index
    from driftwatch.kinds.parts.lineage import Path
    from driftwatch.model.snapshot import Snapshot


def of(table: Path, snapshot: Snapshot) -> Iterator[Key]:
    """The indexes of this partition that stand by themselves beside an attached one."""
    if Key("partition", table) not in snapshot.objects:
        return
    indexes: list[Index] = snapshot.parts(Key("table", table), "index")
    attached = {_fit(index) for index in indexes if _attached(index, snapshot)}
    for index in indexes if attached else ():
        if _fit(index) in attached and not _attached(index, snapshot):
            yield Key("index", (index.schema, index.name))


def _fit(index: Index) -> tuple[object, ...]:
    """What ATTACH PARTITION compares (CompareIndexInfo): not the options, and not where it is stored."""
    return index.definition, index.predicate, index.unique


def _attached(index: Index, snapshot: Snapshot) -> bool:
    return Key("index_partition", (index.schema, index.name)) in snapshot.objects
