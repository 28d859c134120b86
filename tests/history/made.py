"""Runs, findings and times to put into a history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from driftwatch.history.items import alone, record
from driftwatch.history.ledger import Moment, Step
from driftwatch.history.runs import NewRun, add_run, last_run
from driftwatch.history.values import Move, Seen, State

if TYPE_CHECKING:
    from sqlalchemy import Connection

START = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
PAIR = "dev/prod"


def night(number: int) -> datetime:
    """The time of a night, counted from 0."""
    return START + timedelta(days=number)


def seen(key: str, digest: str = "a", level: str = "safe") -> Seen:
    return Seen(key, "add", level, digest, "")


def a_run(number: int, **values: Any) -> NewRun:  # noqa: ANN401  whatever a run holds
    at = night(number)
    made = NewRun(PAIR, at, at, at + timedelta(minutes=1), State.DONE, "drift", {"safe": 1}, desired="d", actual="a")
    return made._replace(**values)


def spend(connection: Connection, number: int, *found: Seen, state: State = State.DONE, moved: str = "actual") -> Step:
    """A night in the ledger."""
    alone(connection)
    run = add_run(connection, a_run(number, state=state))
    before = last_run(connection, PAIR, before=run)
    moment = Moment(run, before.id if before else None, night(number), state is State.DONE)
    return record(connection, PAIR, found, moment, lambda _: Move(moved, night(number)))
