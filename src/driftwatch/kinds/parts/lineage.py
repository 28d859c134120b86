"""How columns, constraints and indexes of a table hang on those of its parents: by inheritance or as a partition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Object, Snapshot

Path = tuple[str, ...]
"""A relation's schema and name."""


def tie(child: Path, above: Path, snapshot: Snapshot) -> Key | None:
    """The object that makes one table a child, or a partition, of another in this snapshot."""
    for key in (Key("inheritance", (*child, *above)), Key("partition", child)):
        if key in snapshot.objects:
            return key
    return None


def link(item: Object, other: Key, snapshot: Snapshot) -> Key | None:
    """The same, for a part of the child and a part of the parent."""
    return tie((item.schema, item.table), other.path[:2], snapshot)


def column_link(item: Object, other: Key, snapshot: Snapshot) -> Key | None:
    """For a column and a parent's, the tie; for a column and a tie, the parent's column that holds it there."""
    if other.kind == "inheritance":
        return Key("column", (*other.path[2:], item.name))
    if other.kind == "partition":
        return next((Key("column", (*path, item.name)) for path in item.inherited_from), None)
    return link(item, other, snapshot)


def column_holders(item: Object) -> list[Key]:
    """The ties that do not let go of an inherited column while the parent's stands."""
    child = (item.schema, item.table)
    if not item.inherited_from:
        return []
    return [Key("partition", child), *(Key("inheritance", (*child, *path)) for path in item.inherited_from)]


def partition_link(item: Object, _other: Key, _snapshot: Snapshot) -> Key:
    """The same, for what only partitions have of their parent."""
    return Key("partition", (item.schema, item.table))


def is_partition(item: Object, snapshot: Snapshot) -> bool:
    """Whether the table that this is a part of is a partition."""
    return partition_link(item, Key("", ()), snapshot) in snapshot.objects


def is_partitioned(table: Key, snapshot: Snapshot) -> bool:
    """Whether it is a table with a partition key."""
    return getattr(snapshot.get(table), "partition_key", None) is not None


def is_whole(table: Key, snapshot: Snapshot) -> bool:
    """Whether it has all its partitions here: each is given its own index, so that the table's is made on it alone."""
    return table not in snapshot.partly


def attached(item: Object, snapshot: Snapshot) -> Iterator[Key]:
    """The partitions' indexes, or constraints, that are attached to an index or to that of a constraint."""
    for part in snapshot.below("index_partition", (item.schema, item.name)):
        found = snapshot.objects[part]
        path = (found.schema, found.table, found.name) if found.constraint else (found.schema, found.name)
        yield Key("constraint" if found.constraint else "index", path)


def steady(item: Object, above: Path, context: Context) -> bool:
    """Whether the tie to that parent stands throughout: what is done to the parent's parts happens to the child's."""
    found = tie((item.schema, item.table), above, context.old)
    return found is not None and found not in context.ended


def steady_parents(item: Object, context: Context) -> Iterator[Path]:
    """The paths in `inherited_from` whose ties stand throughout."""
    return (path for path in item.inherited_from if steady(item, path[:2], context))


def heirs(key: Key, context: Context) -> Iterator[Object]:
    """The parts of children, in the old snapshot, that come from this one over a tie that stands throughout."""
    for edge in context.old.dependents.get(key, ()):
        item, above = context.old.objects[edge.key], key.path[:2]
        inherited = edge.key.kind == key.kind and any(path[:2] == above for path in item.inherited_from)
        if inherited and steady(item, above, context):
            yield item


def ties_below(item: Object, snapshot: Snapshot) -> Iterator[Key]:
    """The ties of children to this part's table: one that is cut goes before, or the child would be given the part."""
    for kind in ("partition", "inheritance"):
        yield from snapshot.below(kind, (item.schema, item.table))


def has_children(table: Key, context: Context) -> bool:
    """Whether tables inherit from this one (other than as its partitions) when the plan is at its columns."""
    ties = (edge.key for edge in context.old.dependents.get(table, ()) if edge.key.kind == "inheritance")
    return any(key.path[2:] == table.path and key not in context.ended for key in ties)


def bars_retyping(dependent: Key, old: Object, _new: Object, context: Context) -> bool:
    """Whether a tie has to be cut for a new type: a column with two parents can't follow one of them (42P16).

    The first parent's tie stays; those behind it are all cut, so that they come back in their order.
    """
    if dependent.kind != "inheritance" or dependent.path[:2] != (old.schema, old.table):
        return False
    return len(old.inherited_from) > 1 and context.old.objects[dependent].position > 1


def parts_that_match(child: Key, above: Key, snapshot: Snapshot) -> Iterable[Key]:
    """Columns and checks that have to be alike when two tables are tied: of the parent, and those of the child."""
    for table in (child, above):
        for kind in ("column", "constraint"):
            for item in snapshot.parts(table, kind):
                if kind == "column" or item.type == "c":
                    yield Key(kind, (*table.path, item.name))
