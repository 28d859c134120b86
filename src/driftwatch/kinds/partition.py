"""Which table is a partition of which, and its bound (pg_inherits, pg_class.relpartbound).

A partition is created as a table of its own and then attached, as `pg_dump` does: so it may have columns in another
order, constraints and indexes of its own, and ATTACH PARTITION takes the weaker lock on the parent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import (
    constraint_writing,
    index_twins,
    kept_rows,
    lineage,
    neighbours,
    partial_indexes,
    partition_rows,
)
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import WHOLE, Kind
from driftwatch.model.rules import Ignore, Replace
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class Partition(NamedTuple):
    """A table's place in a partitioned one."""

    schema: str
    table: str
    parent_schema: str
    parent: str
    bound: str
    relation: str


def query(_version: int) -> str:
    """Every partition's parent and bound."""
    return f"""
        SELECT 0 AS objid, n.nspname AS schema, c.relname AS "table", pn.nspname AS parent_schema, p.relname AS parent,
               pg_get_expr(c.relpartbound, c.oid) AS bound,
               CASE c.relkind WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS relation
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
        WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f')
          AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


_SCANNED = Hazard(Danger.SCAN, "the table is scanned for rows outside of the bound; a matching CHECK spares that")
_OUTSIDE = Hazard(Danger.MAY_FAIL, "a row outside of the bound makes it fail: move it before")
_HOMELESS = Hazard(Danger.MAY_FAIL, "a row that no partition takes any more makes it fail; nothing is lost then")


def create(partition: Partition, context: Context) -> Writing:
    """ATTACH PARTITION, which scans a filled table unless a matching check spares it."""
    child, above = qualify(partition.schema, partition.table), qualify(partition.parent_schema, partition.parent)
    outside = _HOMELESS if partition_rows.gives_away(partition, context) else _OUTSIDE
    standing = () if parent(partition) in context.made else (_SCANNED, outside)
    hazards = (*standing, *partition_rows.hazards(partition, context))
    sql = f"ALTER TABLE ONLY {above} ATTACH PARTITION {child} {partition.bound}"
    moved = partition_rows.taken_over(partition, context)
    return [*moved, Statement(sql, Lock.SHARE_UPDATE_EXCLUSIVE, hazards)]


def drop(partition: Partition, context: Context) -> Writing:
    """DETACH PARTITION: the table stays, its rows leave the parent."""
    child, above = qualify(partition.schema, partition.table), qualify(partition.parent_schema, partition.parent)
    hazards = [Hazard(Danger.BREAKS_CODE, f"rows of {partition.table} are no longer seen through {partition.parent}")]
    if partition_rows.refers_to_itself(partition, context.old):
        refused = f"a row of {partition.table} that a foreign key of {partition.parent} itself refers to makes it fail"
        hazards.append(Hazard(Danger.MAY_FAIL, f"{refused}; nothing is lost then"))
    return [Statement(f"ALTER TABLE ONLY {above} DETACH PARTITION {child}", Lock.ACCESS_EXCLUSIVE, tuple(hazards))]


def parent(partition: Partition) -> Key:
    """The table that is a partition."""
    return Key(partition.relation, (partition.schema, partition.table))


def needs(partition: Partition, _snapshot: Snapshot) -> Iterable[Key]:
    """The partitioned table."""
    return [_above(partition)]


def follows(partition: Partition, snapshot: Snapshot) -> Iterable[Key]:
    """What has to match in both tables, and the partition's keys and indexes, but for those that come last.

    The indexes, since ATTACH PARTITION makes some of its own, and foreign keys, where it finds none that match. Those
    of a partitioned one with all that is attached to them: before that they are not valid, and it makes others.
    """
    child = parent(partition)
    yield from lineage.parts_that_match(child, _above(partition), snapshot)
    for item in snapshot.parts(child, "constraint"):
        if item.type != "c" and not constraint_writing.comes_by_attaching(item):
            yield Key("constraint", (*child.path, item.name))
            yield from snapshot.beneath("index_partition", (item.schema, item.name))
    last = set(index_twins.of(child.path, snapshot))
    for item in snapshot.parts(child, "index"):
        key = Key("index", (item.schema, item.name))
        if key not in last:
            yield key
            yield from snapshot.beneath("index_partition", key.path)


def goes_before(partition: Partition, context: Context) -> bool:
    """Whether its table steps aside, to be made anew with its rows, while the parent stays."""
    table = parent(partition)
    stays = table.kind != "table" or table not in context.made or _above(partition) in context.ended
    return not stays and kept_rows.applies(context.old.objects[table], context)


def displaces(partition: Partition, context: Context) -> Iterable[Key]:
    """Indexes that it would take for others, or have in full where a part is wanted; keys onto rows that may move."""
    path = parent(partition).path
    indexes = [*index_twins.of(path, context.new), *partial_indexes.above(path, context.new)]
    return [*indexes, *partition_rows.referring(partition, context.old, context.new)]


def hands_over(partition: Partition, context: Context) -> Iterable[Key]:
    """Where its rows may belong as it comes back with another bound."""
    if Key("partition", parent(partition).path) not in context.made or parent(partition) in context.made:
        return ()
    return partition_rows.hands_over(parent(partition).path, context)


def clears(partition: Partition, snapshot: Snapshot) -> Iterable[Key]:
    """Partitions whose bounds may overlap, what would not match any more, its type, and what it would be given.

    That is indexes and triggers: the parent's triggers are cloned to it, and to its own partitions, under their names.
    """
    above = _above(partition)
    yield from snapshot.below("partition", above.path)
    yield from lineage.parts_that_match(parent(partition), above, snapshot)
    for item in snapshot.parts(above, "constraint"):
        if item.type != "c":
            yield Key("constraint", (*above.path, item.name))
    yield Key("typed_table", parent(partition).path)
    for table in (above, parent(partition)):
        yield from (Key("index", (item.schema, item.name)) for item in snapshot.parts(table, "index"))
    for path in (parent(partition).path, *(key.path for key in snapshot.beneath("partition", parent(partition).path))):
        yield from (Key("trigger", (*path, item.name)) for item in snapshot.parts(Key("table", path), "trigger"))


def _above(partition: Partition) -> Key:
    return Key("table", (partition.parent_schema, partition.parent))


KIND = Kind(
    name="partition",
    model=Partition,
    identity=("schema", "table"),
    query=query,
    create=create,
    drop=drop,
    alter={
        "parent_schema": Replace(),
        "parent": Replace(),
        "bound": Replace(),
        "relation": Ignore("the table itself is replaced then", told=False),
    },
    stands_in=WHOLE,
    parent=parent,
    needs=needs,
    follows=follows,
    reaches=frozenset({"table", "column", "constraint", "index", "index_partition"}),
    neighbours=neighbours.partitions,
    names=partition_rows.default_partitions,
    clears=clears,
    displaces=displaces,
    hands_over=hands_over,
    goes_before=goes_before,
    # The parent's triggers would act on rows that come into it: those that only wait for their table come before.
    rows_first=lambda _tie: True,
)
