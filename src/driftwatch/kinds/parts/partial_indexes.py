"""Partitioned indexes that not every partition has a part of (CREATE INDEX ON ONLY): they are not valid.

ATTACH PARTITION takes none that is not valid for the one above, and makes another: so the one above comes last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.kinds.parts.lineage import Path
    from driftwatch.model.snapshot import Snapshot


def above(table: Path, snapshot: Snapshot) -> Iterator[Key]:
    """The indexes that those of this partition are parts of, without being whole."""
    for index in snapshot.parts(Key("table", table), "index"):
        part = snapshot.get(Key("index_partition", (index.schema, index.name)))
        if part is not None and not part.parent_constraint and not _whole((index.schema, index.name), table, snapshot):
            yield Key("index", (part.parent_schema, part.parent))


def _whole(index: Path, table: Path, snapshot: Snapshot) -> bool:
    """Whether every partition has a part of the index, and that is whole."""
    parts = {}
    for key in snapshot.below("index_partition", index):
        part = snapshot.objects[key]
        parts[part.schema, part.table] = key.path
    partitions = [key.path for key in snapshot.below("partition", table)]
    return all(path in parts and _whole(parts[path], path, snapshot) for path in partitions)
