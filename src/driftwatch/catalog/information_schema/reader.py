"""Reading a database by the views of `information_schema`, for servers whose own catalogue is not to be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from driftwatch.catalog.information_schema.objects import SEES, Objects
from driftwatch.catalog.information_schema.views import selects, statement
from driftwatch.catalog.patience import at_rest, limits
from driftwatch.catalog.spelling import SPELLING
from driftwatch.model.snapshot import INFORMATION_SCHEMA, Server, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import Connection

    from driftwatch.catalog.connection import Timeouts

    Rows = Sequence[tuple[Any, ...]]

_BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    # Definitions come with every name qualified then.
    "SET LOCAL search_path = ''",
    *SPELLING,
)


def read(connection: Connection, timeouts: Timeouts) -> Snapshot:
    """What the views show the connected role, in one read-only transaction.

    Raises:
        SchemaInMotionError: the schema was being changed at each attempt.
        ConnectionFailedError: the connection was lost, or the server lacks one of the views.
    """
    rows = at_rest(connection, timeouts, lambda: _attempt(connection, timeouts))
    server = Server(connection.info.server_version, connection.info.dbname)
    return Snapshot(objects=Objects(rows, server.version).all(), server=server, reader=INFORMATION_SCHEMA, sees=SEES)


def _attempt(connection: Connection, timeouts: Timeouts) -> Mapping[str, Rows] | None:
    """What each view shows; None where a definition was of something that was being dropped, or in a writer's way."""
    from psycopg.errors import DeadlockDetected, InternalError_

    questions = selects(connection.info.server_version)
    try:
        for setting in (*_BEGIN, *limits(timeouts)):
            connection.execute(setting.encode())
        rows = {name: connection.execute(statement(each).encode()).fetchall() for name, each in questions.items()}
        connection.execute("COMMIT")
    except (DeadlockDetected, InternalError_):
        connection.rollback()
        return None
    return rows
