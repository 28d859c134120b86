"""Columns for tables whose row type is stored in columns elsewhere.

PostgreSQL refuses to add one with a default to such a table (0A000: "… uses its row type"), since the rows inside of
the other table would lack it: the default is set, and the table's own rows are filled, afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from driftwatch.kinds.parts import not_null, row_security
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from driftwatch.kinds.column import Column
    from driftwatch.model.context import Context


def add_column(
    column: Column, clause: Callable[[Column, Context], str | None], hazards: Sequence[Hazard], context: Context
) -> list[Statement]:
    """ADD COLUMN, then its default, then the default in the rows that are there, then NOT NULL.

    Args:
        column: with a default of its own.
        clause: writes a column as ADD COLUMN does.
        hazards: of adding it.
        context: what the plan does.
    """
    table, name = qualify(column.schema, column.table), quote(column.name)
    default = context.new.objects[Key("default", (column.schema, column.table, column.name))]
    bare = clause(column._replace(not_null=False), replace(context, folded={}))
    required = not_null.add(column, context) if column.not_null and column.not_null_valid else []
    return [
        Statement(f"ALTER TABLE {table} ADD COLUMN {bare}", Lock.ACCESS_EXCLUSIVE, tuple(hazards)),
        Statement(f"ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {default.expression}", Lock.ACCESS_EXCLUSIVE),
        *_filled(column, context),
        *required,
    ]


def _filled(column: Column, context: Context) -> list[Statement]:
    whole = Key("table", (column.schema, column.table))
    hazards = [
        Hazard(Danger.REWRITE, f"every row of {column.table} is updated: what holds its rows can't take a default")
    ]
    acting = sorted(_acting(whole, context))
    if acting:
        said = f"{', '.join(acting)} may act on every row of {column.table} as on any update: see to that before"
        hazards.append(Hazard(Danger.BEHAVIOUR, said))
    sql = f"UPDATE {qualify(*whole.path)} SET {quote(column.name)} = DEFAULT"
    return row_security.put_off(whole, [Statement(sql, Lock.ROW_EXCLUSIVE, tuple(hazards))], context)


def _acting(whole: Key, context: Context) -> set[str]:
    """The triggers and rules that stand on a table while the plan is at it."""
    return {
        str(item.name)
        for snapshot in (context.old, context.new)
        for kind in ("trigger", "rule")
        for item in snapshot.parts(whole, kind)
    }
