"""What has to hold for every pair of schemas: the same as for the golden cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds import KINDS
from driftwatch.model.statement import Danger
from driftwatch.plan.script import script
from driftwatch.verify.build import rebuilt
from generator.seeding import seed
from support.engine import State, fill, migration, run, state_of, unlike, unlike_beyond_wording
from support.rows import announced, lost, tables_of
from support.servers import LoadError

if TYPE_CHECKING:
    from driftwatch.model.plan import Plan
    from support.servers import Database, Databases


def holds(there: Database, goal: Database, database: Databases, *, rows: bool) -> None:
    """Fail unless a database can be brought to another's schema and back, and what is read can be built anew.

    Args:
        there: is changed.
        goal: stays as it is.
        database: makes further ones.
        rows: whether to see that rows survive instead of building the goal anew.
    """
    major = there.server.major
    filled = database(major, there) if rows else None
    old, new = state_of(there), state_of(goal)
    forth, back = migration(old.snapshot, new.snapshot), migration(new.snapshot, old.snapshot)
    run(there, forth)
    _alike(there, new, database, forth)
    run(there, back)
    _alike(there, old, database, back)
    if filled is None:
        fresh = database(major)
        fill(fresh, new.snapshot)
        _alike(fresh, new, database, None)
    else:
        seed(filled)
        _rows_survive(filled, forth)


def _alike(found: Database, wanted: State, database: Databases, done: Plan | None) -> None:
    state = state_of(found)
    asked = wanted if done else State(rebuilt(wanted.snapshot, KINDS), wanted.entries)
    complaint = unlike(state, asked, copy=True)
    if complaint and not unlike_beyond_wording(state, asked):
        # PostgreSQL does not print everything as it prints what it reads back of it.
        anew = database(found.server.major)
        fill(anew, wanted.snapshot)
        complaint = unlike(state, state_of(anew), copy=True)
    assert not complaint, complaint + ("\nafter:\n" + script(done, secrets_are_in=True) if done else "\nbuilt anew")


def _rows_survive(database: Database, plan: Plan) -> None:
    before = tables_of(database, kinds="r")  # those of partitions: a dropped one takes them along, as its hazard says
    try:
        run(database, plan)
    except LoadError as error:
        dangers = {hazard.danger for step in plan.steps for hazard in step.statement.hazards}
        if Danger.MAY_FAIL not in dangers:
            raise AssertionError(f"no hazard told of: {error}") from error
        return
    gone = lost(before, tables_of(database, kinds="r"), announced(plan))
    assert not gone, "\n".join([*gone, script(plan, secrets_are_in=True)])
