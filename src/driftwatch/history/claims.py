"""Who runs which night: one row a pair and time. Of two containers one gets it, and one that died loses it.

At most one row of a pair is `running`, which a unique index holds, whatever the times are.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from driftwatch.errors import HistoryError
from driftwatch.history.holder import has_ended
from driftwatch.history.tables import CLAIM

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

BEAT_SECONDS = 30.0

EXPIRY = timedelta(minutes=5)
"""A holder that was not heard of for so long has died."""


class Claimed(StrEnum):
    """What came of a claim."""

    MINE = "mine"
    BUSY = "busy"
    """Another one runs this pair."""
    DONE = "done"
    """This night was run already."""


class Night(NamedTuple):
    """A pair at its time, and who wants to run it."""

    pair: str
    scheduled_for: datetime
    holder: str
    schedule: str = ""
    """The crontab's line that it comes from."""


class ClaimLostError(HistoryError):
    """The night was taken over by another container, which thought this one dead."""


def claim(connection: Connection, night: Night, now: datetime) -> Claimed:
    """Try to get a night; one that a dead holder left is taken over."""
    here = _here(night)
    row = connection.execute(select(CLAIM.c.state).where(here)).first()
    if row is not None and row.state != "running":
        return Claimed.DONE
    _bury(connection, night.pair, now)
    values = {**night._asdict(), "heartbeat_at": now, "state": "running"}
    try:
        with connection.begin_nested():
            connection.execute(insert(CLAIM).values(values))
    except IntegrityError:
        return Claimed.BUSY
    return Claimed.MINE


def _bury(connection: Connection, pair: str, now: datetime) -> None:
    """Take away what a holder left that was not heard of for too long, or that has ended on this machine."""
    running = (CLAIM.c.pair == pair) & (CLAIM.c.state == "running")
    connection.execute(delete(CLAIM).where(running & (CLAIM.c.heartbeat_at <= now - EXPIRY)))
    left = connection.execute(select(CLAIM.c.holder).where(running)).scalar()
    if left is not None and has_ended(left):
        connection.execute(delete(CLAIM).where(running & (CLAIM.c.holder == left)))


def beat(connection: Connection, night: Night, now: datetime) -> bool:
    """Say that the holder lives.

    Returns:
        False: the night is another one's.
    """
    done = connection.execute(update(CLAIM).where(_mine(night)).values(heartbeat_at=now))
    return bool(done.rowcount)


def finish(connection: Connection, night: Night, now: datetime) -> None:
    """Say that the night was run.

    Raises:
        ClaimLostError: it was taken over; nothing of it may be written.
    """
    done = connection.execute(update(CLAIM).where(_mine(night)).values(heartbeat_at=now, state="done"))
    if not done.rowcount:
        raise ClaimLostError(f"the night of {night.pair} was taken over by another container: it reports it")


def release(connection: Connection, night: Night) -> None:
    """Give a night back that was not run to its end: it is due again."""
    connection.execute(delete(CLAIM).where(_mine(night)))


def last_claimed(connection: Connection, pair: str) -> datetime | None:
    """The last night of a pair that was run; None: none was."""
    query = select(func.max(CLAIM.c.scheduled_for)).where(CLAIM.c.pair == pair, CLAIM.c.state != "running")
    found: datetime | None = connection.execute(query).scalar()
    return found


def claimed(connection: Connection, pair: str) -> Mapping[datetime, str]:
    """Every night of a pair that was run or runs, in order, with the schedule that it was for."""
    query = select(CLAIM.c.scheduled_for, CLAIM.c.schedule).where(CLAIM.c.pair == pair).order_by(CLAIM.c.scheduled_for)
    return {row.scheduled_for: row.schedule for row in connection.execute(query)}


def _here(night: Night) -> ColumnElement[bool]:
    return (CLAIM.c.pair == night.pair) & (CLAIM.c.scheduled_for == night.scheduled_for)


def _mine(night: Night) -> ColumnElement[bool]:
    return _here(night) & (CLAIM.c.holder == night.holder) & (CLAIM.c.state == "running")
