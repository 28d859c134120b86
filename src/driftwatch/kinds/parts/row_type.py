"""Columns of other tables that hold rows of a table: PostgreSQL rewrites no table whose row type is stored (0A000)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from driftwatch.kinds.column import Column
    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Object, Snapshot

_BETWEEN = frozenset({"composite_type", "domain", "range_type"})
"""Kinds of types that a row type can be inside of, as it can of that of a foreign table, which stores nothing."""


def is_stored(table: Key, context: Context) -> bool:
    """Whether a column of the old schema holds rows of this table, be it inside of other types."""
    return bool(context.old.once(holders, table))


def around(
    statement: Statement, tables: Iterable[Key], context: Context, *, gained: str | None = None
) -> list[Statement]:
    """The statement that rewrites tables, with columns of their row types kept as text meanwhile.

    Args:
        statement: what rewrites them.
        tables: those above all that are rewritten.
        context: what the plan does.
        gained: a column that the tables are given, behind the others: stored rows have no value there.
    """
    holders = [context.old.objects[key] for key in stored_in(tables, context)]
    aside = [_retype(column, "pg_catalog.text") for column in holders]
    back = (_retype(column, column.type, longer=_gains(column, gained, context)) for column in reversed(holders))
    return [*aside, statement, *back]


def _gains(column: Column, gained: str | None, context: Context) -> bool:
    """Whether its values are such rows themselves, and not in an array, and have another value now."""
    table = None if column.type.endswith("[]") else _table_of(column)
    if table is None or gained is None or Key("column", (*table.path, gained)) not in context.made:
        return False
    return bool(context.old.parts(table, "column"))  # the text of a row without columns is that of one with a NULL


def stored_in(tables: Iterable[Key], context: Context) -> list[Key]:
    """The columns that hold rows of these tables or of those below them, each before those whose rows it holds."""
    found: list[Key] = []
    for table in tables:
        _collect(table, context, found, {table})
    return found


def columns(column: Column, snapshot: Snapshot) -> Iterator[Key]:
    """The columns of the table whose rows this one holds: retyped while it does, they would be refused."""
    table = _table_of(column)
    if table is None:
        return
    yield from (Key("column", (item.schema, item.table, item.name)) for item in snapshot.parts(table, "column"))


def _table_of(column: Column) -> Key | None:
    """The table that a column's type may be the row type of."""
    schema, _, name = column.type.removesuffix("[]").partition(".")
    return Key("table", (_unquoted(schema), _unquoted(name))) if name else None


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def unseated(tables: Iterable[Key], context: Context) -> Iterator[Key]:
    """What depends on those columns, and may not while they are text; and the materialized views of such rows."""
    tables = list(tables)
    for snapshot in (context.old, context.new):
        for holder in stored_in(tables, context):
            for edge in snapshot.dependents.get(holder, ()):
                if _hangs_on(edge.key, snapshot.objects[edge.key], holder, context):
                    yield edge.key
    for table in tables:
        for edge in context.old.dependents.get(table, ()):
            if edge.key.kind == "materialized_view":
                yield edge.key


def _hangs_on(key: Key, item: Object, holder: Key, context: Context) -> bool:
    if key.kind == "column":
        return bool(item.generated) and key.path[:2] == holder.path[:2]
    return not context.kinds[key.kind].about


def _collect(table: Key, context: Context, found: list[Key], seen: set[Key]) -> None:
    for each in (table, *_below(table, context)):
        for key in context.old.once(holders, each):
            stays = key in context.new.objects and key not in context.ended
            if key in found or not stays or _leaves(key, context):
                continue
            whole = Key(context.old.objects[key].relation, key.path[:2])
            if whole not in seen:
                seen.add(whole)
                _collect(whole, context, found, seen)
            found.append(key)


def _leaves(column: Key, context: Context) -> bool:
    """Whether the column gets a type that holds no such rows: it is retyped for that before (`columns`)."""
    if context.old.objects[column].type == context.new.objects[column].type:
        return False
    held = {edge.needs for edge in context.old.needs.get(column, ()) if edge.needs.kind in {"table", *_BETWEEN}}
    held.discard(Key("table", column.path[:2]))
    return not any(edge.needs in held for edge in context.new.needs.get(column, ()))


def holders(table: Key, snapshot: Snapshot) -> Sequence[Key]:
    """Columns of other tables whose values hold rows of this one."""
    found: list[Key] = []
    seen, todo = {table}, [table]
    while todo:
        for key in sorted({edge.key for edge in snapshot.dependents.get(todo.pop(), ())}):
            whole = key
            if key.kind == "column" and key.path[:2] != table.path:
                whole = Key(snapshot.objects[key].relation, key.path[:2])
                if whole.kind == "table":
                    found.append(key)
            if whole.kind in {*_BETWEEN, "foreign_table"} and whole not in seen:
                seen.add(whole)
                todo.append(whole)
    return found


def _below(table: Key, context: Context) -> Iterator[Key]:
    """Children and partitions, over all levels."""
    for edge in context.old.dependents.get(table, ()):
        key = edge.key
        is_child = key.kind == "inheritance" and key.path[2:] == table.path
        if is_child or (key.kind == "partition" and key.path != table.path):
            child = Key("table", key.path[:2])
            yield child
            yield from _below(child, context)


def _retype(column: Column, to: str, *, longer: bool = False) -> Statement:
    name = quote(column.name)
    cast = f"{name}::pg_catalog.text" if to != column.type else f"{name}::{to}"
    hazards = [Hazard(Danger.REWRITE, f"{column.table} is written anew under an exclusive lock")]
    if longer:
        cast = f"(pg_catalog.left({name}, -1) || ',)')::{to}"
    elif to == column.type:
        unfit = f"a row in {column.name} that does not fit its new shape makes it fail"
        hazards.append(Hazard(Danger.MAY_FAIL, unfit))
    sql = f"ALTER TABLE {qualify(column.schema, column.table)} ALTER COLUMN {name} TYPE {to} USING {cast}"
    key = Key("column", (column.schema, column.table, column.name))
    return Statement(sql, Lock.ACCESS_EXCLUSIVE, tuple(hazards), touches=(key,))
