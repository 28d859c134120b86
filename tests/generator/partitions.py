"""Partitioned tables and their partitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.names import literal

if TYPE_CHECKING:
    from generator.world import Step, World

_PARTITIONS = """SELECT inhrelid::regclass::text, inhparent::regclass::text FROM pg_inherits
                 JOIN pg_class ON oid = inhrelid WHERE relispartition AND relkind IN ('r', 'p', 'f')"""

_LOOSE_INDEXES = """SELECT p.indexrelid::regclass::text, c.indexrelid::regclass::text FROM pg_index p
                    JOIN pg_inherits ON inhparent = p.indrelid JOIN pg_index c ON c.indrelid = inhrelid
                    WHERE p.indkey = c.indkey
                      AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.indexrelid)"""


def partitioned(w: World) -> str:
    key = w.name()
    method = w.one_of(("RANGE", "LIST", "HASH"))
    return f"CREATE TABLE {w.new()} ({key} integer, {w.name()} {w.type()}) PARTITION BY {method} ({key})"


def partition(w: World) -> str:
    parent = w.relation("p")
    deeper = f"PARTITION BY LIST ({w.column(parent)})" if w.number(0, 3) == 0 else ""
    return f"CREATE TABLE {w.new()} PARTITION OF {parent} {_bounds(w, parent)} {deeper}"


def _bounds(w: World, parent: str) -> str:
    strategy = w.pick(f"SELECT partstrat FROM pg_partitioned_table WHERE partrelid = {literal(parent)}::regclass")
    place = w.number(0, 5)
    if strategy == "h":
        return f"FOR VALUES WITH (MODULUS 6, REMAINDER {place})"
    if w.number(0, 3) == 0:
        return "DEFAULT"
    if strategy == "l":
        return f"FOR VALUES IN ({w.one_of((str(place), f'{place}, {place + 10}', 'NULL'))})"
    return f"FOR VALUES FROM ({w.one_of((str(place * 10), 'MINVALUE'))}) TO ({place * 10 + 10})"


def like(w: World) -> str:
    return f"CREATE TABLE {w.new()} (LIKE {w.relation('p')} {w.one_of(('', 'INCLUDING ALL'))})"


def attach(w: World) -> str:
    parent = w.relation("p")
    return f"ALTER TABLE {parent} ATTACH PARTITION {w.relation('rp')} {_bounds(w, parent)}"


def detach(w: World) -> str:
    child, parent = w.row(_PARTITIONS)
    return f"ALTER TABLE {parent} DETACH PARTITION {child}"


def attach_index(w: World) -> str:
    parent, child = w.row(_LOOSE_INDEXES)
    return f"ALTER INDEX {parent} ATTACH PARTITION {child}"


MAKE: tuple[Step, ...] = (partitioned, partition, partition, like)
CHANGE: tuple[Step, ...] = (partition, attach, detach, attach_index)
