"""Which table is of which composite type (`OF`), whose attributes its columns follow (pg_class.reloftype)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.typed import table_of, type_of
from driftwatch.model.key import Key
from driftwatch.model.kind import WHOLE, Kind
from driftwatch.model.rules import Replace
from driftwatch.model.statement import Lock, Statement
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class TypedTable(NamedTuple):
    """The type of one table."""

    schema: str
    table: str
    type_schema: str
    type: str


def query(_version: int) -> str:
    """Every table made OF a type."""
    return f"""
        SELECT 0 AS objid, n.nspname AS schema, c.relname AS "table", tn.nspname AS type_schema, t.typname AS type
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_type t ON t.oid = c.reloftype JOIN pg_namespace tn ON tn.oid = t.typnamespace
        WHERE c.reloftype <> 0 AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def _alter(tie: TypedTable, action: str) -> Writing:
    return [Statement(f"ALTER TABLE {qualify(tie.schema, tie.table)} {action}", Lock.ACCESS_EXCLUSIVE)]


def create(tie: TypedTable, _context: Context) -> Writing:
    """OF, which wants the columns as the type has its attributes, and in that order."""
    return _alter(tie, f"OF {qualify(tie.type_schema, tie.type)}")


def drop(tie: TypedTable, _context: Context) -> Writing:
    """NOT OF: the table keeps its columns, and may be given others."""
    return _alter(tie, "NOT OF")


def needs(tie: TypedTable, _snapshot: Snapshot) -> Iterable[Key]:
    """The type."""
    return [type_of(tie)]


def follows(tie: TypedTable, snapshot: Snapshot) -> Iterable[Key]:
    """The table's columns, which can neither come, change nor go by themselves while it is of a type."""
    return (Key("column", (*table_of(tie).path, column.name)) for column in snapshot.parts(table_of(tie), "column"))


def clears(tie: TypedTable, snapshot: Snapshot) -> Iterable[Key]:
    """Other columns, and the table's parents: what is of a type inherits from none, and is no partition (42809)."""
    path = table_of(tie).path
    yield from follows(tie, snapshot)
    yield Key("partition", path)
    for each in snapshot.parts(table_of(tie), "inheritance"):
        yield Key("inheritance", (*path, each.parent_schema, each.parent))


def in_another_order(tie: TypedTable, context: Context) -> bool:
    """Whether the columns that stay, with those that come behind them, are not in the order of the attributes."""
    before, after = (_names(snapshot, tie) for snapshot in (context.old, context.new))
    staying = [name for name in before if name in after]
    return [*staying, *(name for name in after if name not in before)] != after


def _names(snapshot: Snapshot, tie: TypedTable) -> list[str]:
    columns = sorted(snapshot.parts(table_of(tie), "column"), key=lambda column: column.position)
    return [column.name for column in columns]


KIND = Kind(
    name="typed_table",
    model=TypedTable,
    identity=("schema", "table"),
    query=query,
    create=create,
    drop=drop,
    alter={"type_schema": Replace(), "type": Replace()},
    stands_in=WHOLE,
    parent=table_of,
    needs=needs,
    follows=follows,
    reaches=frozenset({"composite_type", "column"}),
    clears=clears,
    remakes_parent=in_another_order,
    folds_into=table_of,
)
