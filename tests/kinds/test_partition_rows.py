from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS
from driftwatch.plan.planner import plan
from driftwatch.plan.script import script

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases

TREE = """
    CREATE TABLE t (id int, day date) PARTITION BY RANGE (day);
    CREATE TABLE rest PARTITION OF t DEFAULT;"""
NEW = "CREATE TABLE y25 PARTITION OF t FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"


def test_a_new_partition_takes_its_rows_from_the_default_one(database: Databases, snapshot: Reads) -> None:
    there, goal = database(18), database(18)
    there.execute(f"{TREE} INSERT INTO t VALUES (1, '2024-05-05'), (2, '2025-05-05'), (3, NULL)")
    goal.execute(f"{TREE} {NEW}")
    old, new = snapshot(there), snapshot(goal)

    there.execute(script(plan(drift(compare(old, new, KINDS)), old, new, KINDS)))

    rows = there.execute("SELECT id, tableoid::regclass::text FROM t ORDER BY id")
    assert rows == [(1, "rest"), (2, "y25"), (3, "rest")]


def test_no_row_leaves_the_default_partition_past_a_trigger(way: Plans) -> None:
    trigger = """
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER tr BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION f();"""

    made = way("", NEW, both=f"{TREE} {trigger}")

    (attach,) = (step.statement for step in made.steps if "ATTACH PARTITION" in step.statement.sql)
    assert "may fail on existing rows" in {hazard.danger.title for hazard in attach.hazards}
    assert not any("DELETE FROM" in step.statement.sql for step in made.steps)
