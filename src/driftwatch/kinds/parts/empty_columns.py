"""Columns that are new and hold nothing: what is made over them has no row to fail on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds.parts import lineage
from driftwatch.model.key import Key
from driftwatch.sql import quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context


def is_new_and_empty(column: Key, context: Context) -> bool:
    """Whether the rows that are there get NULL: no default, of its domain neither, and nothing that computes it."""
    if column not in context.made or column in context.old.objects:
        return False
    item = context.new.objects[column]
    of_domain = any(edge.needs.kind == "domain" for edge in context.new.needs[column])
    return not (item.identity or item.generated or of_domain or Key("default", column.path) in context.new.objects)


def of(key: Key, table: Key, context: Context) -> list[Key]:
    """The columns of its table that a new constraint or index is over.

    None of a partitioned table: it may be given a partition whose rows have something in them.
    """
    if lineage.is_partitioned(table, context.new):
        return []
    needed = (edge.needs for edge in context.new.needs.get(key, ()) if edge.needs.kind == "column")
    return [column for column in dict.fromkeys(needed) if column.path[:2] == table.path]


def hold_no_duplicate(key: Key, table: Key, head: str, definition: str, context: Context) -> bool:
    """Whether one of a unique index's columns is NULL in every row, and NULLs are distinct there.

    An expression may make something of NULL: the definition has to be `head`, then just the columns in parentheses.
    """
    columns = of(key, table, context)
    listed = definition.removeprefix(f"{head} (").removesuffix(")").split(", ")
    plain = sorted(listed) == sorted(quote(column.path[-1]) for column in columns)
    return plain and any(is_new_and_empty(column, context) for column in columns)
