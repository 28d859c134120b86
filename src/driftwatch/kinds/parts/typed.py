"""What follows a composite type because its table is of that type: columns, and the table with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.kinds.column import Column
    from driftwatch.kinds.typed_table import TypedTable
    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot


def table_of(tie: TypedTable) -> Key:
    """The table."""
    return Key("table", (tie.schema, tie.table))


def type_of(tie: TypedTable) -> Key:
    """The type."""
    return Key("composite_type", (tie.type_schema, tie.type))


def tables_of(composite: Key, context: Context) -> list[Key]:
    """The tables that are of a type, and stay so, whatever happens to it: they follow its attributes by CASCADE."""
    ties = [edge.key for edge in context.old.dependents.get(composite, ()) if edge.key.kind == "typed_table"]
    steady = (key for key in ties if _stays(key, context))
    return sorted(table_of(context.old.objects[key]) for key in steady)


def changed_type(column: Column, context: Context) -> Key | None:
    """The composite type that brings the column's change, its table being of that type before and after."""
    tie = Key("typed_table", (column.schema, column.table))
    if tie not in context.old.objects or not _stays(tie, context):
        return None
    composite = type_of(context.old.objects[tie])
    return composite if composite in context.altered else None


def column_follows(column: Column, snapshot: Snapshot) -> Iterable[Key]:
    """The composite type that brings the column, where the table is of one."""
    tie = snapshot.get(Key("typed_table", (column.schema, column.table)))
    return [type_of(tie)] if tie else ()


def _stays(key: Key, context: Context) -> bool:
    return key not in context.ended and context.old.objects[key] == context.new.get(key)
