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


def test_a_new_foreign_key_of_a_new_table_says_what_it_locks(database: Databases) -> None:
    there, goal = database(), database()
    users = "CREATE TABLE public.users (id int PRIMARY KEY)"
    there.execute(users)
    goal.execute(f"{users}; CREATE TABLE public.post (by int REFERENCES public.users)")
    plan = migration(snapshot_of(there), snapshot_of(goal))
    told = [hazard for step in plan.steps for hazard in step.statement.hazards]
    assert [(each.danger, "SHARE ROW EXCLUSIVE on users" in each.message) for each in told] == [(Danger.LOCK, True)]
