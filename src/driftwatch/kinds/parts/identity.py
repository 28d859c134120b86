"""GENERATED … AS IDENTITY: the column's mode and the sequence behind it, which has no life of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds.parts import row_security, sequence_bounds
from driftwatch.kinds.parts.user_type import aside_name
from driftwatch.model.key import Key
from driftwatch.model.statement import Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.kinds.column import Column
    from driftwatch.model.context import Context

UNLOGGED_SEQUENCES = 150000
"""The first server_version_num whose sequences have a persistence of their own: before, none is unlogged."""


def sequences(version: int) -> str:
    """For a query on `pg_attribute a` and `pg_class c`: `s.options` is what `Column.identity_sequence` holds.

    A server that can't tell has them follow their table, as a newer one does by itself.
    """
    persistence = "sc.relpersistence" if version >= UNLOGGED_SEQUENCES else "c.relpersistence"
    # A column's sequence is looked up where there is one. Joined, the server would hash every column there is.
    return f"""
    LEFT JOIN LATERAL (
        SELECT ARRAY[sn.nspname, sc.relname, q.seqstart::text, q.seqincrement::text, q.seqmin::text, q.seqmax::text,
                     q.seqcache::text, q.seqcycle::text, ({persistence} = 'u')::text,
                     CASE WHEN q.seqtypid <> a.atttypid THEN format_type(q.seqtypid, NULL) ELSE '' END] AS options
        FROM pg_depend d JOIN pg_class sc ON sc.oid = d.objid JOIN pg_namespace sn ON sn.oid = sc.relnamespace
        JOIN pg_sequence q ON q.seqrelid = sc.oid
        WHERE a.attidentity <> '' AND d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid
          AND d.refobjsubid = a.attnum AND d.classid = 'pg_class'::regclass AND d.deptype = 'i' LIMIT 1
    ) s ON true"""


ATTRIBUTES = frozenset({"identity", "identity_sequence", "type"})


_PARTS = ("name", "start", "increment", "minimum", "maximum", "cache", "cycle", "unlogged", "type")


def in_words(sequence: tuple[str, ...] | None) -> tuple[tuple[str, str], ...] | None:
    """The parts of `Column.identity_sequence`, each with what it is."""
    if not sequence:
        return None
    name = qualify(*sequence[:2])
    return tuple((part, value) for part, value in zip(_PARTS, (name, *sequence[2:]), strict=True) if value)


def clause(column: Column) -> str:
    """GENERATED … AS IDENTITY, with the sequence's name and all of its options."""
    name = f"SEQUENCE NAME {_name(column)}"
    # Of a type of its own the sequence is given that and its bounds afterwards: here it has the column's (22023).
    options = name if column.identity_sequence[9] else " ".join([name, *_options(column)])
    return f"GENERATED {_mode(column)} AS IDENTITY ({options})"


def _name(column: Column) -> str:
    return qualify(*column.identity_sequence[:2])


def _options(column: Column) -> list[str]:
    start, increment, minimum, maximum, cache, cycle = column.identity_sequence[2:8]
    return [
        f"START WITH {start}",
        f"INCREMENT BY {increment}",
        f"MINVALUE {minimum}",
        f"MAXVALUE {maximum}",
        f"CACHE {cache}",
        "CYCLE" if cycle == "true" else "NO CYCLE",
    ]


def _mode(column: Column) -> str:
    return "ALWAYS" if column.identity == "a" else "BY DEFAULT"


def _alter(column: Column, action: str, hazards: tuple[Hazard, ...] = ()) -> Statement:
    table = qualify(column.schema, column.table)
    return Statement(f"ALTER TABLE {table} ALTER COLUMN {quote(column.name)} {action}", Lock.ACCESS_EXCLUSIVE, hazards)


def drop(column: Column) -> Statement:
    """DROP IDENTITY; the column keeps its values."""
    return _alter(column, "DROP IDENTITY")


def change(old: Column, new: Column, attributes: set[str], context: Context) -> list[Statement]:
    """ADD, or what leads from one identity to another."""
    if not new.identity or not attributes & ATTRIBUTES:
        return []
    if not old.identity:
        return add(new, context)
    statements = []
    if old.identity_sequence[0] == new.identity_sequence[0] and old.identity_sequence[1] != new.identity_sequence[1]:
        sql = f"ALTER SEQUENCE {_name(old)} RENAME TO {quote(new.identity_sequence[1])}"
        statements.append(Statement(sql, Lock.SHARE_ROW_EXCLUSIVE))
    if old.identity != new.identity:
        statements.append(_alter(new, f"SET GENERATED {_mode(new)}"))
    statements += _sequence(old, new)
    if old.identity_sequence[8] != new.identity_sequence[8] and context.version >= UNLOGGED_SEQUENCES:
        statements.append(persistence(new))
    return statements


def narrowed(old: Column, new: Column) -> tuple[list[Statement], Column]:
    """What fits the sequence into a smaller type before the column gets that, and the column as it is seen afterwards.

    ALTER COLUMN … TYPE takes the sequence along, and refuses what is too large for the new type (22023).
    """
    types = old.type, new.type
    if not (old.identity and new.identity and set(types) <= sequence_bounds.TYPES.keys()):
        return [], old
    if sequence_bounds.TYPES[new.type] >= sequence_bounds.TYPES[old.type]:
        return [], old
    lowest, highest = sequence_bounds.within(new.type, _bounds(new))
    start = min(max(int(new.identity_sequence[2]), lowest), highest)
    options = (str(start), new.identity_sequence[3], str(lowest), str(highest), *new.identity_sequence[6:8])
    fitted = old._replace(identity_sequence=(*old.identity_sequence[:2], *options, old.identity_sequence[8], ""))
    return _sequence(old, fitted), fitted._replace(type=new.type)


def _sequence(old: Column, new: Column) -> list[Statement]:
    """The sequence's own options, and its position where that has to follow."""
    retyped = sequence_type(new, old)
    # A new type of the column gives the sequence that type, and its bounds where they were those of the old one.
    if old.type == new.type and old.identity_sequence[2:8] == new.identity_sequence[2:8] and not retyped:
        return []
    kinds = (new.type if old.type != new.type else old.identity_sequence[9] or old.type), _type(new)
    before, after = sequence_bounds.within(kinds[0], _bounds(old)), _bounds(new)
    inside = sequence_bounds.settled(_name(new), kinds, before, after, int(new.identity_sequence[2]))
    actions = [f"SET {option}" for option in _options(new)]
    return [*inside, *(retyped or [_alter(new, " ".join(actions))])]


def _type(column: Column) -> str:
    return column.identity_sequence[9] or column.type


def _bounds(column: Column) -> tuple[int, int]:
    return int(column.identity_sequence[4]), int(column.identity_sequence[5])


def sequence_type(new: Column, old: Column | None = None) -> list[Statement]:
    """ALTER SEQUENCE … AS, with all options, where the type is not the one that comes with the column's.

    Somebody who runs out of numbers gives the sequence a larger type first; ALTER COLUMN … TYPE takes it along.
    """
    wanted = new.identity_sequence[9] if new.identity_sequence else ""
    retyped = old is None or old.type != new.type
    if wanted == ("" if old is None or retyped or not old.identity_sequence else old.identity_sequence[9]):
        return []
    sql = f"ALTER SEQUENCE {_name(new)} AS {_type(new)} {' '.join(_options(new))}"
    return [Statement(sql, Lock.SHARE_ROW_EXCLUSIVE)]


def persistence(column: Column) -> Statement:
    """SET LOGGED | UNLOGGED of an identity sequence, which otherwise follows its table (15)."""
    state = "UNLOGGED" if column.identity_sequence[8] == "true" else "LOGGED"
    return Statement(f"ALTER SEQUENCE {_name(column)} SET {state}", Lock.SHARE_ROW_EXCLUSIVE)


def step_aside(column: Column) -> list[Statement]:
    """Another name for the sequence of a column that goes with a table, but not at once."""
    if not column.identity_sequence:
        return []
    aside = aside_name(column.identity_sequence[1])
    return [Statement(f"ALTER SEQUENCE {_name(column)} RENAME TO {quote(aside)}", Lock.SHARE_ROW_EXCLUSIVE)]


def add(column: Column, context: Context) -> list[Statement]:
    """ADD GENERATED … AS IDENTITY; the sequence goes on where the rows are, or the next insert is a duplicate."""
    added = [_alter(column, f"ADD {clause(column)}"), *sequence_type(column)]
    if not context.with_data:
        return added
    table, increment = qualify(column.schema, column.table), int(column.identity_sequence[3])
    moved = sequence_bounds.past_rows(_name(column), table, quote(column.name), _bounds(column), increment)
    return [*added, *row_security.put_off(Key("table", (column.schema, column.table)), [moved], context)]
