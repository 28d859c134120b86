"""A sequence that comes to number the rows of a column that stands: it goes on behind those that are there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from driftwatch.kinds.parts import row_security, sequence_bounds
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot


def past_rows(sequence: Key, column: Key, context: Context) -> list[Statement]:
    """What the sequence needs for that, where the column's default takes its values and is of its kind."""
    item, numbered = context.new.get(sequence), context.new.get(column)
    if item is None or numbered is None or not _numbers(sequence, column, context):
        return []
    if numbered.type not in sequence_bounds.TYPES:
        return []
    name, bounds = qualify(*sequence.path), (item.minimum, item.maximum)
    table = qualify(*column.path[:2])
    moved = sequence_bounds.past_rows(name, table, quote(numbered.name), bounds, item.increment)
    whole = Key("table", column.path[:2])
    if sequence in context.made:
        return row_security.put_off(whole, [moved], context)
    # Nobody else takes a number between looking where it stands and moving it.
    waits = Hazard(Danger.LOCK, f"whoever takes a number of {sequence.path[-1]} waits until it is committed")
    held = Statement(f"ALTER SEQUENCE {name} INCREMENT BY {item.increment}", Lock.SHARE_ROW_EXCLUSIVE, (waits,))
    said = replace(moved, hazards=(_skipping(sequence, column),))
    return [held, *row_security.put_off(whole, [said], context)]


def _skipping(sequence: Key, column: Key) -> Hazard:
    rows = ".".join(column.path[1:])
    said = (
        f"{sequence.path[-1]} goes on behind the rows of {rows}, if it is not there: what else it numbers skips those"
    )
    return Hazard(Danger.BEHAVIOUR, said)


def unowned(column: Key, context: Context) -> list[Key]:
    """The sequences in a column's default whose position is not seen to as they come to belong to it."""
    needs = context.new.needs.get(Key("default", column.path), ())
    found = sorted({edge.needs for edge in needs if edge.needs.kind == "sequence"})
    return [key for key in found if Key("sequence_owner", key.path) not in context.made]


def free_sequences(column: Key, snapshot: Snapshot) -> list[Key]:
    """The sequences in a column's default that belong to no column."""
    needs = snapshot.needs.get(Key("default", column.path), ())
    found = sorted({edge.needs for edge in needs if edge.needs.kind == "sequence"})
    return [key for key in found if Key("sequence_owner", key.path) not in snapshot.objects]


def unknown(column: Key, context: Context) -> list[Hazard]:
    """What may happen where a sequence comes into the default of a column of which nobody can tell the last number."""
    numbered = context.new.get(column)
    if numbered is None or numbered.type in sequence_bounds.TYPES:
        return []
    needs = context.new.needs.get(Key("default", column.path), ())
    return [
        Hazard(Danger.BEHAVIOUR, f"rows may hold numbers that {key.path[-1]} is yet to give; set it where they end")
        for key in sorted({edge.needs for edge in needs})
        if key.kind == "sequence" and _numbers(key, column, context)
    ]


def _numbers(sequence: Key, column: Key, context: Context) -> bool:
    """Whether it is a new sequence's, or one that did not number it before, and the column is there with its rows."""
    default = Key("default", column.path)
    now, before = (
        any(edge.needs == sequence for edge in snapshot.needs.get(default, ()))
        for snapshot in (context.new, context.old)
    )
    comes = now and (sequence in context.made or not before)
    return context.with_data and comes and column not in context.made
