"""A new sequence that numbers the rows to come of a column that stands: it goes on behind those that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds import sequence_bounds
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.kind import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Statement


def past_rows(sequence: Key, column: Key, context: Context) -> list[Statement]:
    """What a new sequence needs for that, where the column's default takes its values and is of its kind."""
    item, numbered = context.new.get(sequence), context.new.get(column)
    if item is None or numbered is None or not _numbers(sequence, column, context):
        return []
    if numbered.type not in sequence_bounds.TYPES:
        return []
    name, bounds = qualify(*sequence.path), (item.minimum, item.maximum)
    table = qualify(*column.path[:2])
    return [sequence_bounds.past_rows(name, table, quote(numbered.name), bounds, item.increment)]


def free_sequences(column: Key, snapshot: Snapshot) -> list[Key]:
    """The sequences in a column's default that belong to no column."""
    needs = snapshot.needs.get(Key("default", column.path), ())
    found = sorted({edge.needs for edge in needs if edge.needs.kind == "sequence"})
    return [key for key in found if Key("sequence_owner", key.path) not in snapshot.objects]


def unknown(column: Key, context: Context) -> list[Hazard]:
    """What may happen where a new sequence is in the default of a column of which nobody can tell the last number."""
    numbered = context.new.get(column)
    if numbered is None or numbered.type in sequence_bounds.TYPES:
        return []
    needs = context.new.needs.get(Key("default", column.path), ())
    return [
        Hazard(Danger.BEHAVIOUR, f"{key.path[-1]} starts anew: rows may hold what it gives; set it where they end")
        for key in sorted({edge.needs for edge in needs})
        if key.kind == "sequence" and _numbers(key, column, context)
    ]


def _numbers(sequence: Key, column: Key, context: Context) -> bool:
    """Whether it is a new sequence's, and the column is there with its rows."""
    numbers = any(edge.needs == sequence for edge in context.new.needs.get(Key("default", column.path), ()))
    return context.with_data and numbers and sequence in context.made and column not in context.made
