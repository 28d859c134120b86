"""What is to be delivered waits in the history until it was: a channel that is down gets it with the next run."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, insert, or_, select, update

from driftwatch.errors import NotifyError
from driftwatch.history.tables import MESSAGE
from driftwatch.notify.message import from_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from driftwatch.history.engine import History
    from driftwatch.notify.message import Message

GIVEN_UP = timedelta(days=7)
"""What could not be delivered for so long is old news."""

TAKEN = timedelta(minutes=10)
"""For so long a message is another container's, which may have died over it."""


class Undelivered(NamedTuple):
    """A channel that could not be reached."""

    channel: str
    reason: str


def enqueue(connection: Connection, message: Message, channels: Iterable[str], now: datetime) -> None:
    """Put a message into the outbox, for each channel."""
    row = {"pair": message.pair, "content": message.as_data(), "created_at": now, "attempts": 0, "error": ""}
    for channel in channels:
        connection.execute(insert(MESSAGE).values(channel=channel, **row))


def last_told(connection: Connection, pair: str) -> datetime | None:
    """When there was something to say of a pair for the last time."""
    found: datetime | None = connection.execute(
        select(MESSAGE.c.created_at).where(MESSAGE.c.pair == pair).order_by(MESSAGE.c.id.desc()).limit(1)
    ).scalar()
    return found


def deliver(
    history: History, channels: Mapping[str, Callable[[Message, str], None]], now: datetime
) -> tuple[Undelivered, ...]:
    """Send what waits, each channel's in order; a channel that fails keeps the rest of its own for the next run.

    Args:
        history: holds the outbox.
        channels: how each sends a message; the second argument identifies the delivery.
        now: the time.

    Raises:
        HistoryError: the outbox can't be read or written.
    """
    failed = []
    for channel, send in channels.items():
        while (taken := _take(history, channel, now)) is not None:
            number, message = taken
            try:
                send(message, str(number))
            except NotifyError as error:
                _finish(history, number, error=str(error))
                failed.append(Undelivered(channel, str(error)))
                break
            _finish(history, number, sent_at=now)
    return tuple(failed)


def failures(connection: Connection) -> int:
    """How many messages wait although they were tried."""
    query = select(func.count()).where(MESSAGE.c.sent_at.is_(None), MESSAGE.c.error != "")
    return int(connection.execute(query).scalar_one())


def _take(history: History, channel: str, now: datetime) -> tuple[int, Message] | None:
    """The channel's oldest message that waits; two containers do not take the same one."""
    waits = MESSAGE.c.sent_at.is_(None) & (MESSAGE.c.created_at > now - GIVEN_UP)
    free = or_(MESSAGE.c.taken_at.is_(None), MESSAGE.c.taken_at <= now - TAKEN)
    query = select(MESSAGE.c.id, MESSAGE.c.content).where(MESSAGE.c.channel == channel, waits, free)
    with history.writing() as connection:
        row = connection.execute(query.order_by(MESSAGE.c.id).limit(1).with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        values = {"taken_at": now, "attempts": MESSAGE.c.attempts + 1}
        connection.execute(update(MESSAGE).where(MESSAGE.c.id == row.id).values(values))
        return int(row.id), from_data(row.content)


def _finish(history: History, number: int, *, sent_at: datetime | None = None, error: str = "") -> None:
    with history.writing() as connection:
        values = {"taken_at": None, "sent_at": sent_at, "error": error}
        connection.execute(update(MESSAGE).where(MESSAGE.c.id == number).values(values))
