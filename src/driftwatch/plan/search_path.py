"""Where functions that a migration runs look for what they name without a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot

FALLBACK = "public"


def search_path(old: Snapshot, new: Snapshot, kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    """The schemas that a migration's search_path has to hold; none where nothing that it may run looks there.

    What we write names everything with its schema, so that the path matters only to bodies of functions that were
    written with one in mind: those behind a default, a check, an index, a materialized view run while these are made,
    and while their table is written anew. Such a function's own schema comes first, then `public`.
    """
    schemas = {schema for snapshot in (old, new) for schema in _schemas(snapshot, kinds)}
    if not schemas:
        return ()
    return (*sorted(schemas - {FALLBACK}), FALLBACK)


def _schemas(snapshot: Snapshot, kinds: Mapping[str, Kind]) -> Iterator[str]:
    for kind in kinds.values():
        if (follows := kind.follows_path) is None:
            continue
        for item in snapshot.by_kind.get(kind.name, ()):
            if follows(item) and _is_run(kind.key(item), snapshot, kinds):
                yield item.schema


def _is_run(key: Key, snapshot: Snapshot, kinds: Mapping[str, Kind]) -> bool:
    """Whether something that runs what it depends on depends on it, over however many others."""
    seen, todo = {key}, [key]
    while todo:
        for edge in snapshot.dependents.get(todo.pop(), ()):
            if kinds[edge.key.kind].runs:
                return True
            if edge.key not in seen:
                seen.add(edge.key)
                todo.append(edge.key)
    return False
