"""Reading a database by the views of `information_schema`, for servers whose own catalogue is not to be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.catalog.connection import plain
from driftwatch.catalog.information_schema.objects import SEES, Objects
from driftwatch.catalog.information_schema.views import selects, statement
from driftwatch.errors import ConnectionFailedError
from driftwatch.model.snapshot import INFORMATION_SCHEMA, Server, Snapshot

if TYPE_CHECKING:
    from psycopg import Connection

    from driftwatch.catalog.connection import Timeouts

_BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    # Definitions come with every name qualified then.
    "SET LOCAL search_path = ''",
)


def read(connection: Connection, timeouts: Timeouts) -> Snapshot:
    """What the views show the connected role, in one read-only transaction.

    Raises:
        ConnectionFailedError: the connection was lost, or the server lacks one of the views.
    """
    import psycopg

    questions = selects(connection.info.server_version)
    limits = (
        f"SET LOCAL statement_timeout = {int(timeouts.statement * 1000)}",
        f"SET LOCAL lock_timeout = {int(timeouts.lock * 1000)}",
    )
    try:
        for setting in (*_BEGIN, *limits):
            connection.execute(setting)
        rows = {name: connection.execute(statement(each).encode()).fetchall() for name, each in questions.items()}
        connection.execute("COMMIT")
    except psycopg.Error as error:
        reason = plain(error)
        raise ConnectionFailedError(
            f"reading {connection.info.dbname} by information_schema failed: {reason}"
        ) from None
    server = Server(connection.info.server_version, connection.info.dbname)
    return Snapshot(objects=Objects(rows, server.version).all(), server=server, reader=INFORMATION_SCHEMA, sees=SEES)
