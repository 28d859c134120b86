"""Columns of other tables that hold rows of a table: PostgreSQL rewrites no table whose row type is stored (0A000)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.kinds.column import Column
    from driftwatch.model.kind import Context


def around(statement: Statement, tables: Iterable[Key], context: Context) -> list[Statement]:
    """The statement that rewrites tables, with columns of their row types kept as text meanwhile."""
    holders = [column for table in tables for column in _holders(table, context)]
    return [*(_retype(c, "pg_catalog.text") for c in holders), statement, *(_retype(c, c.type) for c in holders)]


def _holders(table: Key, context: Context) -> Iterator[Column]:
    for key in sorted({edge.key for edge in context.old.dependents.get(table, ())}):
        stays = key in context.new.objects and key not in context.ended
        if key.kind == "column" and key.path[:2] != table.path and stays:
            yield context.old.objects[key]


def _retype(column: Column, to: str) -> Statement:
    name = quote(column.name)
    cast = f"{name}::pg_catalog.text" if to != column.type else f"{name}::{to}"
    hazards = (
        Hazard(Danger.REWRITE, f"{column.table} is written anew under an exclusive lock"),
        Hazard(Danger.MAY_FAIL, f"a row in {column.name} that does not fit its new shape makes it fail"),
    )
    sql = f"ALTER TABLE {qualify(column.schema, column.table)} ALTER COLUMN {name} TYPE {to} USING {cast}"
    key = Key("column", (column.schema, column.table, column.name))
    return Statement(sql, Lock.ACCESS_EXCLUSIVE, hazards, touches=(key,))
