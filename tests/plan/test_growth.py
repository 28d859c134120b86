"""What a plan costs grows with what it is about, by the number of calls: no clock is asked."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from driftwatch.kinds import KINDS
from driftwatch.verify.closure import closure, touched
from support.engine import changes_between, migration

if TYPE_CHECKING:
    from collections.abc import Callable

    from driftwatch.model.snapshot import Snapshot
    from support.schemas import Readers
    from support.servers import Databases

TREE = """
CREATE TABLE customer (id bigint PRIMARY KEY);
CREATE TABLE event (
    id bigint GENERATED ALWAYS AS IDENTITY, customer bigint REFERENCES customer, at int NOT NULL, note text,
    CHECK (at >= 0), PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX ON event (customer, at);
DO $$ BEGIN
    FOR n IN 0..{count} - 1 LOOP
        EXECUTE format('CREATE TABLE event_%s PARTITION OF event FOR VALUES FROM (%s) TO (%s)', n, n, n + 1);
    END LOOP;
END $$;
"""
CHANGED = """
ALTER TABLE event ADD COLUMN source text, ALTER customer SET NOT NULL, DROP COLUMN note, ALTER id TYPE int;
CREATE INDEX ON event (source);
"""

WIDE, WIDER = "c{n} int DEFAULT {n}, d{n} text NOT NULL", "c{n} bigint DEFAULT {n}, e{n} text NOT NULL"


def calls(work: Callable[[], object]) -> int:
    """How many functions were called meanwhile."""
    number = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal number
        number += event == "call"

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return number


def test_twice_as_many_partitions_cost_twice_as_much(database: Databases, reader: Readers) -> None:
    found = [calls(partial(thought, *pair(count, database, reader))) for count in (30, 60)]
    assert found[1] < 2.3 * found[0], found


def test_twice_as_many_columns_cost_twice_as_much(database: Databases, reader: Readers) -> None:
    found = []
    for count in (60, 120):
        old, new = database(18), database(18)
        for each, form in ((old, WIDE), (new, WIDER)):
            columns = ", ".join(form.format(n=n) for n in range(count))
            each.execute(f"CREATE TABLE wide ({columns}); CREATE VIEW seen AS SELECT * FROM wide")
        found.append(calls(partial(thought, reader(old).first(), reader(new).first())))
    assert found[1] < 2.3 * found[0], found


def pair(count: int, database: Databases, reader: Readers) -> tuple[Snapshot, Snapshot]:
    old, new = database(18), database(18)
    for each in (old, new):
        each.execute(TREE.format(count=count))
    new.execute(CHANGED)
    return reader(old).first(), reader(new).first()


def thought(old: Snapshot, new: Snapshot) -> None:
    """All that is thought about two schemas: the changes, the ways there and back, and what a proof would build."""
    plans = migration(old, new), migration(new, old)
    closure(touched(changes_between(old, new), *plans), old, new, {kind.name: kind for kind in KINDS})
