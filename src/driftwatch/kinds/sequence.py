"""Sequences (pg_class, pg_sequence); those of identity columns belong to their column."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import sequence_bounds
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.identity import UNLOGGED_SEQUENCES
from driftwatch.kinds.parts.user_type import aside_name
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import PLACE, Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class Sequence(NamedTuple):
    """A sequence's definition; where it stands is data, not schema."""

    schema: str
    name: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    unlogged: bool


def query(_version: int) -> str:
    """Every sequence but the internal ones of identity columns."""
    return f"""
        SELECT c.oid AS objid, n.nspname AS schema, c.relname AS name, format_type(s.seqtypid, NULL) AS type,
               s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum,
               s.seqcache AS cache, s.seqcycle AS cycle, c.relpersistence = 'u' AS unlogged
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
        WHERE c.relkind = 'S' AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}
          AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_class'::regclass AND i.objid = c.oid
                          AND i.deptype = 'i' AND i.refclassid = 'pg_class'::regclass)"""


def options(sequence: Sequence) -> str:
    """The options of CREATE and ALTER SEQUENCE, all of them: defaults differ between types and directions."""
    cycle = "CYCLE" if sequence.cycle else "NO CYCLE"
    return (
        f"AS {sequence.type} INCREMENT BY {sequence.increment} MINVALUE {sequence.minimum}"
        f" MAXVALUE {sequence.maximum} START WITH {sequence.start} CACHE {sequence.cache} {cycle}"
    )


def create(sequence: Sequence, context: Context) -> Writing:
    """CREATE SEQUENCE, without its owner column: that is an object of its own."""
    unlogged = "UNLOGGED " if sequence.unlogged and context.version >= UNLOGGED_SEQUENCES else ""
    sql = f"CREATE {unlogged}SEQUENCE {qualify(sequence.schema, sequence.name)} {options(sequence)}"
    return [Statement(sql, heeds=PLACE)]


def drop(sequence: Sequence, _context: Context) -> Writing:
    """DROP SEQUENCE."""
    hazard = Hazard(Danger.DATA_LOSS, f"sequence {sequence.name} and the value it stands at are lost")
    return [Statement(f"DROP SEQUENCE {qualify(sequence.schema, sequence.name)}", Lock.ACCESS_EXCLUSIVE, (hazard,))]


def alter_options(old: Sequence, new: Sequence, _context: Context) -> Writing:
    """ALTER SEQUENCE with all options, after a step inside of the new bounds where it might stand outside."""
    name = qualify(new.schema, new.name)
    bounds = (old.minimum, old.maximum), (new.minimum, new.maximum)
    inside = sequence_bounds.settled(name, (old.type, new.type), *bounds, new.start)
    return [*inside, Statement(f"ALTER SEQUENCE {name} {options(new)}", Lock.SHARE_ROW_EXCLUSIVE)]


def alter_persistence(_old: Sequence, new: Sequence, _context: Context) -> Writing:
    """ALTER SEQUENCE SET LOGGED | UNLOGGED (15)."""
    state = "UNLOGGED" if new.unlogged else "LOGGED"
    return [Statement(f"ALTER SEQUENCE {qualify(new.schema, new.name)} SET {state}", Lock.ACCESS_EXCLUSIVE)]


def rename(sequence: Sequence, name: str) -> Statement:
    """ALTER SEQUENCE … RENAME TO."""
    return Statement(
        f"ALTER SEQUENCE {qualify(sequence.schema, sequence.name)} RENAME TO {quote(name)}", Lock.ACCESS_EXCLUSIVE
    )


_OPTIONS = Alter(alter_options)


def slots(sequence: Sequence) -> list[tuple[str, ...]]:
    """Its name, which must not be a type's either (42710), though a sequence has had no row type since 14."""
    return [(space, sequence.schema, sequence.name) for space in ("relation", "type")]


KIND = Kind(
    name="sequence",
    model=Sequence,
    identity=("schema", "name"),
    catalog="pg_class",
    query=query,
    create=create,
    drop=drop,
    alter={
        "type": _OPTIONS,
        "start": _OPTIONS,
        "increment": _OPTIONS,
        "minimum": _OPTIONS,
        "maximum": _OPTIONS,
        "cache": _OPTIONS,
        "cycle": _OPTIONS,
        "unlogged": Alter(alter_persistence),
    },
    reference=lambda sequence: f"SEQUENCE {qualify(sequence.schema, sequence.name)}",
    grantable=lambda sequence: f"SEQUENCE {qualify(sequence.schema, sequence.name)}",
    slots=slots,
    weak=frozenset({"column"}),
    rename=rename,
    step_aside=lambda sequence: [rename(sequence, aside_name(sequence.name))],
    # A serial column's sequence follows its unlogged table from then on.
    since={"unlogged": UNLOGGED_SEQUENCES},
)
