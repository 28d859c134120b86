"""Reading, planning and applying, for tests of single kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.catalog.connection import Timeouts
from driftwatch.catalog.reader import read
from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS
from driftwatch.plan.planner import plan
from driftwatch.plan.script import script
from support.schemas import kinds_there

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.model.plan import Plan
    from driftwatch.model.snapshot import Snapshot
    from support.servers import Database, Databases

Reads = Callable[..., "Snapshot"]
Plans = Callable[..., "Plan"]


@pytest.fixture
def snapshot() -> Reads:
    """`snapshot(database)`: what is read of it; with `key`, that of secrets' digests."""

    def of(database: Database, key: str = "") -> Snapshot:
        with psycopg.connect(database.conninfo, autocommit=True) as connection:
            return read(connection, kinds_there(connection), Timeouts(), key=key)

    return of


# A worker of an enabled subscription holds on to its slot, and so the test's database could not be dropped.
DISABLE_SUBSCRIPTIONS = """
    DO $$DECLARE name text; BEGIN
        FOR name IN SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid AND subenabled
                    WHERE datname = current_database() LOOP
            EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', name);
        END LOOP;
    END$$"""


@pytest.fixture
def way(database: Databases, snapshot: Reads) -> Iterator[Plans]:
    """`way(old, new)`: the plan from one SQL text to another, shown to arrive; `both` is loaded before either."""
    used: list[Database] = []
    known: dict[tuple[int, str], Snapshot] = {}  # there and back lead to schemas that were read before

    def loaded(major: int, text: str) -> tuple[Database, Snapshot]:
        used.append(database(major))
        used[-1].execute(text)
        known[major, text] = snapshot(used[-1])
        return used[-1], known[major, text]

    def of(old: str, new: str, *, both: str = "", major: int = 18, with_data: bool = True) -> Plan:
        there, before = loaded(major, f"{both}; {old}")
        text = f"{both}; {new}"
        after = known[major, text] if (major, text) in known else loaded(major, text)[1]
        found = plan(drift(compare(before, after, KINDS)), before, after, KINDS, with_data=with_data)
        there.execute(script(found, secrets_are_in=True))
        assert not drift(compare(snapshot(there), after, KINDS))
        return found

    yield of
    for each in used:
        each.execute(DISABLE_SUBSCRIPTIONS)
