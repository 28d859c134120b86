"""Rows of tables that are made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.model.statement import Danger
from support.engine import migration, run
from support.schemas import snapshot_of
from support.servers import LoadError

if TYPE_CHECKING:
    from support.servers import Databases

PLAIN = "CREATE TABLE public.t (id {numbered}, a int)"
PARTITIONED = f"{PLAIN} PARTITION BY RANGE (a); CREATE TABLE public.p PARTITION OF public.t FOR VALUES FROM (0) TO (9)"
IDENTITY = "int GENERATED ALWAYS AS IDENTITY"


@pytest.mark.parametrize(("before", "after"), [(PLAIN, PARTITIONED), (PARTITIONED, PLAIN)], ids=["there", "back"])
@pytest.mark.parametrize("old", [IDENTITY, "serial"])
@pytest.mark.parametrize("new", [IDENTITY, "serial"])
def test_numbers_go_on_where_they_stood(before: str, after: str, old: str, new: str, database: Databases) -> None:
    there, goal = database(), database()
    there.execute(before.format(numbered=old))
    there.execute("INSERT INTO public.t (a) VALUES (1), (2), (3); DELETE FROM public.t WHERE a = 3")
    goal.execute(after.format(numbered=new))
    run(there, migration(snapshot_of(there), snapshot_of(goal)))
    there.execute("INSERT INTO public.t (a) VALUES (4)")
    assert there.execute("SELECT id, a FROM public.t ORDER BY id") == [(1, 1), (2, 2), (4, 4)]


def test_a_row_that_no_partition_takes_stops_it_and_nothing_is_lost(database: Databases) -> None:
    there, goal = database(), database()
    there.execute(PLAIN.format(numbered="int"))
    there.execute("INSERT INTO public.t VALUES (1, 1), (2, 99)")
    goal.execute(PARTITIONED.format(numbered="int"))
    plan = migration(snapshot_of(there), snapshot_of(goal))
    with pytest.raises((LoadError, psycopg.Error), match="no partition of relation"):
        run(there, plan)
    assert there.execute("SELECT * FROM public.t ORDER BY id") == [(1, 1), (2, 99)]
    assert Danger.MAY_FAIL in {hazard.danger for step in plan.steps for hazard in step.statement.hazards}


def test_a_row_that_no_bound_takes_any_more_stops_it_and_nothing_is_lost(database: Databases) -> None:
    there, goal = database(), database()
    bounds = "CREATE TABLE public.{} PARTITION OF public.t FOR VALUES FROM ({}) TO ({});"
    table = "CREATE TABLE public.t (a int) PARTITION BY RANGE (a);"
    there.execute(table + bounds.format("p", 0, 10) + bounds.format("q", 10, 20))
    there.execute("INSERT INTO public.t VALUES (5), (9), (12), (17)")
    goal.execute(table + bounds.format("p", 0, 8) + bounds.format("q", 10, 20))
    plan = migration(snapshot_of(there), snapshot_of(goal))
    with pytest.raises((LoadError, psycopg.Error), match="violated by some row"):
        run(there, plan)
    assert there.execute("SELECT a FROM public.t ORDER BY a") == [(5,), (9,), (12,), (17,)]
    messages = {hazard.message for step in plan.steps for hazard in step.statement.hazards}
    assert "a row outside of the bound makes it fail: move it before" in messages


def test_what_publishes_all_tables_publishes_the_copies_and_a_hazard_says_so(database: Databases) -> None:
    there, goal = database(), database()
    for each, table in ((there, PLAIN), (goal, PARTITIONED)):
        each.execute(f"{table.format(numbered='int')}; CREATE PUBLICATION whole FOR ALL TABLES")
    plan = migration(snapshot_of(there), snapshot_of(goal))
    told = [hazard for step in plan.steps for hazard in step.statement.hazards if hazard.danger is Danger.REPLICATION]
    assert [hazard.message for hazard in told] == ["whole publishes the copied rows of t as new ones"]


def test_a_new_foreign_key_of_a_new_table_says_what_it_locks(database: Databases) -> None:
    there, goal = database(), database()
    users = "CREATE TABLE public.users (id int PRIMARY KEY)"
    there.execute(users)
    goal.execute(f"{users}; CREATE TABLE public.post (by int REFERENCES public.users)")
    plan = migration(snapshot_of(there), snapshot_of(goal))
    told = [hazard for step in plan.steps for hazard in step.statement.hazards]
    assert [(each.danger, "SHARE ROW EXCLUSIVE on users" in each.message) for each in told] == [(Danger.LOCK, True)]
