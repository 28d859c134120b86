"""Tables made OF a composite type, whose columns follow from its attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.kinds.column import Column
    from driftwatch.model.kind import Context
    from driftwatch.model.snapshot import Snapshot


def changed_type(column: Column, context: Context) -> Key | None:
    """The composite type that brings the column's change, its table being of that type before and after."""
    table = Key(column.relation, (column.schema, column.table))
    before, after = (getattr(snapshot.get(table), "of_type", None) for snapshot in (context.old, context.new))
    if after is None or before != after or table in context.ended:
        return None
    for key in context.altered:
        if key.kind == "composite_type" and qualify(*key.path) == after:
            return key
    return None


def column_follows(column: Column, snapshot: Snapshot) -> Iterator[Key]:
    """The composite type that brings the column, where the table is of one."""
    of_type = getattr(snapshot.get(Key(column.relation, (column.schema, column.table))), "of_type", None)
    for item in snapshot.by_kind.get("composite_type", ()) if of_type else ():
        if qualify(item.schema, item.name) == of_type:
            yield Key("composite_type", (item.schema, item.name))
