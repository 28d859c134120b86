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


def test_rows_outside_of_a_changed_bound_are_not_moved_past_a_trigger(way: Plans) -> None:
    both = """
        CREATE TABLE t (id int) PARTITION BY RANGE (id);
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"""
    bound = "CREATE TABLE a PARTITION OF t FOR VALUES FROM (0) TO ({})"
    trigger = "CREATE TRIGGER tr BEFORE DELETE ON a FOR EACH ROW EXECUTE FUNCTION f()"
    added = "CREATE TABLE b PARTITION OF t FOR VALUES FROM (50) TO (100)"

    made = way(f"{bound.format(100)}; {trigger}", f"{bound.format(50)}; {trigger}; {added}", both=both)

    (attach,) = (step.statement for step in made.steps if "ATTACH PARTITION public.a" in step.statement.sql)
    assert "a row outside of the bound makes it fail: move it before" in {hazard.message for hazard in attach.hazards}
    assert not any("DELETE FROM" in step.statement.sql for step in made.steps)


def test_a_partition_that_goes_keeps_no_row_that_a_new_one_takes(database: Databases, snapshot: Reads) -> None:
    tree = (
        "CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE {} PARTITION OF t FOR VALUES FROM ({}) TO ({});"
    )
    there, goal = database(18), database(18)
    there.execute(f"{tree.format('a', 0, 100)} INSERT INTO t VALUES (1), (60)")
    goal.execute(tree.format("b", 50, 200))
    old, new = snapshot(there), snapshot(goal)

    made = plan(drift(compare(old, new, KINDS)), old, new, KINDS)
    there.execute(script(made))

    assert there.execute("SELECT id, tableoid::regclass::text FROM t") == [(60, "b")]
    said = {hazard for step in made.steps for hazard in step.statement.hazards}
    assert any(hazard.danger.title == "data loss" and "no new bound takes" in hazard.message for hazard in said)


def test_a_row_that_its_own_tree_refers_to_is_said_to_be_in_the_way(way: Plans) -> None:
    both = "CREATE TABLE t (id int PRIMARY KEY, above int REFERENCES t) PARTITION BY RANGE (id)"
    bound = "CREATE TABLE a PARTITION OF t FOR VALUES FROM (0) TO ({})"

    made = way(bound.format(100), bound.format(50), both=both)

    (detach,) = (step.statement for step in made.steps if "DETACH PARTITION" in step.statement.sql)
    assert "may fail on existing rows" in {hazard.danger.title for hazard in detach.hazards}


def test_among_very_many_bounds_rows_are_not_divided_and_their_loss_is_said(way: Plans) -> None:
    tree = "CREATE TABLE t (id int) PARTITION BY RANGE (id);"
    bound = "CREATE TABLE p{0} PARTITION OF t FOR VALUES FROM ({0}) TO ({1});"
    many = "".join(bound.format(n, n + 1) for n in range(70))

    made = way("CREATE TABLE whole PARTITION OF t FOR VALUES FROM (0) TO (70)", many, both=tree)

    (dropped,) = (step.statement for step in made.steps if step.statement.sql.startswith("DROP TABLE"))
    assert [hazard.message for hazard in dropped.hazards] == ["every row of public.whole is lost"]
