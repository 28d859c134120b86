"""Columns for tables whose row type is stored in columns elsewhere.

PostgreSQL refuses to add one with a default to such a table (0A000: "… uses its row type"), since the rows inside of
the other table would lack it: the default is set, and the table's own rows are filled, afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from driftwatch.kinds.parts import not_null
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from driftwatch.kinds.column import Column
    from driftwatch.model.kind import Context


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
    filled = Hazard(Danger.REWRITE, f"every row of {column.table} is updated: what holds its rows can't take a default")
    required = not_null.add(column, context) if column.not_null and column.not_null_valid else []
    return [
        Statement(f"ALTER TABLE {table} ADD COLUMN {bare}", Lock.ACCESS_EXCLUSIVE, tuple(hazards)),
        Statement(f"ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {default.expression}", Lock.ACCESS_EXCLUSIVE),
        Statement(f"UPDATE {table} SET {name} = DEFAULT", Lock.ROW_EXCLUSIVE, (filled,)),
        *required,
    ]
