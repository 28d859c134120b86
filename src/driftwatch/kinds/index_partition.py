"""Which index is a part of which partitioned index (pg_inherits): attached after both exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import handed_down, lineage
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import WHOLE, Kind
from driftwatch.model.rules import Ignore, Replace
from driftwatch.model.statement import Implied, Lock, Statement
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class IndexPartition(NamedTuple):
    """An index's place in a partitioned index; constraints' indexes bear their constraint's name."""

    schema: str
    name: str
    table: str
    constraint: bool
    parent_schema: str
    parent: str
    parent_table: str
    parent_constraint: bool


def query(_version: int) -> str:
    """Every attached index."""

    def constraint(oid: str) -> str:
        return f"EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = {oid} AND k.contype IN ('p', 'u', 'x'))"

    return f"""
        SELECT 0 AS objid, n.nspname AS schema, c.relname AS name, t.relname AS "table",
               {constraint("c.oid")} AS "constraint", pn.nspname AS parent_schema, p.relname AS parent,
               pt.relname AS parent_table, {constraint("p.oid")} AS parent_constraint
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_index x ON x.indexrelid = c.oid JOIN pg_class t ON t.oid = x.indrelid
        JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
        JOIN pg_index px ON px.indexrelid = p.oid JOIN pg_class pt ON pt.oid = px.indrelid
        WHERE c.relkind IN ('i', 'I') AND {USER_SCHEMA} AND {no_member("pg_class", "t.oid")}"""


def create(part: IndexPartition, context: Context) -> Writing:
    """ALTER INDEX … ATTACH PARTITION; attaching twice is allowed and does nothing."""
    served = context.new.get(parent(part))
    if part.constraint and served is not None and handed_down.is_given(served):
        return Implied(by=parent(part))
    sql = f"ALTER INDEX {qualify(part.parent_schema, part.parent)} ATTACH PARTITION {qualify(part.schema, part.name)}"
    return [Statement(sql, Lock.SHARE_UPDATE_EXCLUSIVE)]


def drop(part: IndexPartition, context: Context) -> Writing:
    """An index can't be detached: it comes loose when its table does, or goes when the parent's index goes."""
    loose = Key("partition", (part.schema, part.table))
    return Implied(by=loose if loose in context.ended else above(part))


def goes_before(part: IndexPartition, context: Context) -> bool:
    """Attached, an index can't be dropped: it is once its table is no partition any more."""
    return Key("partition", (part.schema, part.table)) in context.ended


def parent(part: IndexPartition) -> Key:
    """The attached index, or the constraint that it serves."""
    if part.constraint:
        return Key("constraint", (part.schema, part.table, part.name))
    return Key("index", (part.schema, part.name))


def above(part: IndexPartition) -> Key:
    """The partitioned index, or the constraint that it serves."""
    if part.parent_constraint:
        return Key("constraint", (part.parent_schema, part.parent_table, part.parent))
    return Key("index", (part.parent_schema, part.parent))


def needs(part: IndexPartition, _snapshot: Snapshot) -> Iterable[Key]:
    """The partitioned index, and the table's own place under the partitioned table."""
    return [above(part), Key("partition", (part.schema, part.table))]


def link(part: IndexPartition, other: Key, snapshot: Snapshot) -> Key | None:
    """The place of the table; not towards the attached index itself, which has to wait until that is given up."""
    return None if other == parent(part) else lineage.partition_link(part, other, snapshot)


_NOT_OWN = Ignore("follows from the two indexes", told=False)

KIND = Kind(
    name="index_partition",
    model=IndexPartition,
    identity=("schema", "name"),
    query=query,
    create=create,
    drop=drop,
    alter={
        "table": _NOT_OWN,
        "constraint": _NOT_OWN,
        "parent_schema": Replace(),
        "parent": Replace(),
        "parent_table": _NOT_OWN,
        "parent_constraint": _NOT_OWN,
    },
    stands_in=WHOLE,
    parent=parent,
    needs=needs,
    reaches=frozenset({"index", "constraint", "partition"}),
    goes_before=goes_before,
    holders=lambda part: [above(part)],
    link=link,
)
