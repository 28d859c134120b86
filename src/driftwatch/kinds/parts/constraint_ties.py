"""What a table constraint hangs on: the table it refers to, the parents' constraints, what is to come before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds.parts import lineage
from driftwatch.kinds.parts.constraint_changes import key, table_key
from driftwatch.model.edges import Tie
from driftwatch.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.kinds.constraint import Constraint
    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot


ALTERNATIVES = 2
"""So many keys make a choice."""


def needs(constraint: Constraint, _snapshot: Snapshot) -> Iterable[Key]:
    """The table that a foreign key refers to."""
    return [Key("table", constraint.referenced)] if constraint.referenced else ()


def inherits(constraint: Constraint, snapshot: Snapshot) -> Iterable[tuple[Key, Tie]]:
    """The parents' constraints; a partition can't keep what is dropped above it."""
    if not constraint.inherited_from:
        return ()
    how = Tie.BOUND if lineage.is_partition(constraint, snapshot) else Tie.INHERITED
    return [(Key("constraint", path), how) for path in constraint.inherited_from]


def follows(constraint: Constraint, snapshot: Snapshot) -> Iterable[Key]:
    """Of what is passed on to partitions: these, which attached later would get theirs under names of their choice.

    Where it reaches partitions by itself, also the keys of those that are here: it takes them for its parts then.
    Of a foreign key also every key it could lean on, since a database that was migrated may lean on another of two that
    are alike; those of partitions that it takes over under other names; and the parts of the key it refers to, which is
    not valid before they are attached. What is given another name, or validated: the parent's, which brings it.
    """
    if constraint.type == "c":
        return
    if not constraint.usual_name or comes_unvalidated(constraint, snapshot):
        yield Key("partition", (constraint.schema, constraint.table))
        yield from (Key("constraint", path) for path in constraint.inherited_from)
    partitions = list(snapshot.beneath("partition", (constraint.schema, constraint.table)))
    yield from partitions
    if not lineage.is_whole(table_key(constraint), snapshot):
        yield from lineage.attached(constraint, snapshot)
    if constraint.type != "f":
        return
    yield from _possible_targets(constraint, snapshot)
    for item in (item for path in partitions for item in snapshot.parts(path, "constraint")):
        if item.type == "f" and (*key(constraint).path,) in item.inherited_from and item.name != constraint.name:
            yield key(item)
    if not snapshot.below("partition", constraint.referenced):
        return  # its indexes have no parts
    for target in _possible_targets(constraint, snapshot):
        yield from snapshot.beneath("index_partition", (target.path[0], target.path[-1]))


def comes_unvalidated(constraint: Constraint, snapshot: Snapshot) -> bool:
    """Whether a partition's valid foreign key comes from a parent's that is NOT VALID (18)."""
    if constraint.type != "f" or constraint.local or not constraint.validated:
        return False
    above = (snapshot.objects[Key("constraint", path)] for path in constraint.inherited_from)
    return any(parent.enforced and not parent.validated for parent in above)


def stands_apart(constraint: Constraint, snapshot: Snapshot) -> bool:
    """Whether a primary key can't come with its table.

    It is the partitioned table's alone, and a partition would be given it when it is attached; or a foreign key leans
    on another one like it, which was there first.
    """
    if constraint.type != "p":
        return False
    if _comes_later(constraint, snapshot):
        return True
    parts = (snapshot.objects[part] for part in snapshot.below("index_partition", (constraint.schema, constraint.name)))
    keys = ((part, snapshot.get(Key("constraint", (part.schema, part.table, part.name)))) for part in parts)
    # A unique constraint can be attached to it later, and does not keep a partition from being given a key.
    served = {(part.schema, part.table) for part, own in keys if own is not None and own.type == "p"}
    return any(key.path not in served for key in snapshot.below("partition", (constraint.schema, constraint.table)))


def _possible_targets(constraint: Constraint, snapshot: Snapshot) -> Iterator[Key]:
    """The unique indexes, also those behind constraints, of the table that a foreign key refers to."""
    table = Key("table", constraint.referenced)
    yield from (key(item) for item in snapshot.parts(table, "constraint") if item.type in "pu")
    yield from (Key("index", (item.schema, item.name)) for item in snapshot.parts(table, "index") if item.unique)


def leans_on_first(constraint: Constraint, snapshot: Snapshot) -> Iterator[tuple[Key, Key]]:
    """The key that a foreign key leans on, with each other one that it would lean on had that been made before.

    PostgreSQL takes the oldest of them; what then stands in the way of dropping one is not the same.
    """
    alike = list(_possible_targets(constraint, snapshot)) if constraint.type == "f" else []
    if len(alike) < ALTERNATIVES:
        return
    needed = {edge.needs for edge in snapshot.needs.get(key(constraint), ()) if edge.tie is not Tie.ORDER}
    for chosen in needed.intersection(alike):
        for other in alike:
            columns = {edge.needs for edge in snapshot.needs.get(other, ()) if edge.needs.kind == "column"}
            if other != chosen and columns <= needed:
                yield chosen, other


def _comes_later(primary: Constraint, snapshot: Snapshot) -> bool:
    pointing = snapshot.pointing("constraint", (primary.schema, primary.table))
    return any(later == key(primary) for each in pointing for _, later in leans_on_first(each, snapshot))


def clears(constraint: Constraint, old: Snapshot) -> Iterator[Key]:
    """Ties of the partitions below; for a foreign key also every old key it could lean on.

    PostgreSQL takes the oldest unique index over the same columns, in whatever order they stand in it.
    """
    yield from lineage.ties_below(constraint, old)
    if constraint.type == "f":
        yield from _possible_targets(constraint, old)


def displaces(constraint: Constraint, context: Context) -> Iterator[Key]:
    """Ties over which a parent's new NOT ENFORCED check would come first (18): a child's own merges as valid with it.

    A partition could be given none of its own then.
    """
    if constraint.type != "c" or not constraint.enforced:
        return
    for path in constraint.inherited_from:
        above = Key("constraint", path)
        comes = above not in context.old.objects and not context.new.objects[above].enforced
        found = lineage.tie((constraint.schema, constraint.table), path[:2], context.new)
        if comes and found is not None and (found.kind == "partition" or not constraint.validated):
            yield found


def link(constraint: Constraint, other: Key, snapshot: Snapshot) -> Key | None:
    """The tie of the tables: what happens to a parent's constraint reaches this one only over it.

    For a check and a tie, the parent's check that holds it there. A foreign key of a tree to itself has none: detached
    first, the partition's would go on referring to the partitions that stay, none of which could be dropped (2BP01).
    """
    if other.kind in {"inheritance", "partition"}:
        paths = (path for path in constraint.inherited_from if other.kind == "partition" or path[:2] == other.path[2:])
        return next((Key("constraint", path) for path in paths), None)
    if constraint.type == "c":
        return lineage.link(constraint, other, snapshot)
    if _refers_to_its_tree(constraint, snapshot):
        return None
    return lineage.partition_link(constraint, other, snapshot)


def _refers_to_its_tree(constraint: Constraint, snapshot: Snapshot) -> bool:
    own = Key("partition", (constraint.schema, constraint.table))
    return constraint.type == "f" and own in snapshot.beneath("partition", constraint.referenced)


def holders(constraint: Constraint) -> list[Key]:
    """The ties that do not let go of an inherited check while the parent's stands (42P16)."""
    child = (constraint.schema, constraint.table)
    if constraint.type != "c" or not constraint.inherited_from:
        return []
    return [Key("partition", child), *(Key("inheritance", (*child, *path[:2])) for path in constraint.inherited_from)]
