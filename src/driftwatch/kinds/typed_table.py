"""Tables made OF a composite type, whose columns follow from its attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def column_follows(column: Column, snapshot: Snapshot) -> Iterable[Key]:
    """The composite type that brings the column, where the table is of one."""
    types = snapshot.by_kind.get("composite_type")
    if not types:  # there are more columns than of anything else, and it is asked for each
        return ()
    of_type = getattr(snapshot.get(Key(column.relation, (column.schema, column.table))), "of_type", None)
    named = ((item.schema, item.name) for item in types if of_type)
    return [Key("composite_type", path) for path in named if qualify(*path) == of_type]
