"""Reading while others write: giving way to their locks, asking again, and what is said when that is of no use."""

from __future__ import annotations

from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from driftwatch.catalog.connection import plain
from driftwatch.errors import ConnectionFailedError, SchemaInMotionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg import Connection

    from driftwatch.catalog.connection import Timeouts

Found = TypeVar("Found")

ATTEMPTS = 3

# Deparsers keep their locks to the end of the transaction. A writer that needs one of them, while the reader has waited
# for the writer longer than deadlock_timeout (a second), is the one whom the server ends: each looks for a deadlock
# once, the later one finds it. So the reader gives way earlier than that, and asks again. In seconds.
PATIENCE = 0.5


def at_rest(connection: Connection, timeouts: Timeouts, attempt: Callable[[], Found | None]) -> Found:
    """What an attempt at reading gives, begun anew while it gives None: the schema moved meanwhile.

    Raises:
        SchemaInMotionError: the schema was being changed at each attempt.
        ConnectionFailedError: the connection was lost, or a query failed.
    """
    for _ in range(ATTEMPTS):
        with _told(connection, timeouts):
            found = _patiently(connection, timeouts, attempt)
        if found is not None:
            return found
    raise SchemaInMotionError(
        f"the schema of {connection.info.dbname} was changed each of the {ATTEMPTS} times it was read: try again later"
    )


def limits(timeouts: Timeouts) -> tuple[str, str]:
    """What a transaction sets for itself: how long a statement may take, and how long it waits for a lock."""
    lock = min(timeouts.lock or PATIENCE, PATIENCE)
    return (
        f"SET LOCAL statement_timeout = {int(timeouts.statement * 1000)}",
        f"SET LOCAL lock_timeout = {int(lock * 1000)}",
    )


@contextmanager
def _told(connection: Connection, timeouts: Timeouts) -> Iterator[None]:
    """What the server refuses, or a lost connection, in a sentence."""
    import psycopg

    try:
        yield
    except psycopg.errors.LockNotAvailable:
        raise ConnectionFailedError(
            f"reading {connection.info.dbname} waited {timeouts.lock:g} s for a lock of another session's, which "
            "pg_stat_activity shows: try again when that has ended, or give timeouts: lock: more seconds"
        ) from None
    except psycopg.errors.SerializationFailure:
        raise ConnectionFailedError(
            f"reading {connection.info.dbname} was ended by the standby each time: what its primary does goes first; "
            "read the primary, or set hot_standby_feedback or a longer max_standby_streaming_delay there"
        ) from None
    except (psycopg.errors.CharacterNotInRepertoire, psycopg.errors.UntranslatableCharacter) as error:
        raise ConnectionFailedError(
            f"reading {connection.info.dbname} failed: {plain(error)}; its server_encoding, "
            f"{connection.info.parameter_status('server_encoding')}, keeps bytes that are no text in UTF-8, in which "
            "definitions are read and migrations written: find the name, comment or literal, and write it anew"
        ) from None
    except psycopg.Error as error:
        raise ConnectionFailedError(f"reading {connection.info.dbname} failed: {plain(error)}") from None


def _patiently(connection: Connection, timeouts: Timeouts, attempt: Callable[[], Found]) -> Found:
    """One attempt, begun anew up to the limit for locks.

    That is while others hold a lock that it needs (55P03), or a standby replays what it stands in the way of (40001).
    """
    from psycopg.errors import LockNotAvailable, SerializationFailure

    begun = monotonic()
    while True:
        try:
            return attempt()
        except (LockNotAvailable, SerializationFailure):
            connection.rollback()
            if 0 < timeouts.lock <= monotonic() - begun:
                raise
