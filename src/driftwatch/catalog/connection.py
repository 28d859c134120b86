"""Connections for reading: autocommit, one of ours by name, and never more than the catalogue asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.catalog.refusals import in_one_sentence
from driftwatch.errors import ConnectionFailedError, UnsupportedServerError
from driftwatch.redact import hide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection

OLDEST = 140000
NEWEST = 190000
"""server_version_num from which on a server is newer than what was tried."""


class Timeouts(NamedTuple):
    """In seconds: for one statement, for a lock, for the connection."""

    statement: float = 60
    lock: float = 10
    connect: int = 10


def connect(
    parameters: Mapping[str, str], display: str, timeouts: Timeouts, *, any_version: bool = False
) -> Connection:
    """An autocommit connection with libpq parameters; nothing is set in the session, since a pooler may sit between.

    Args:
        parameters: libpq's keywords and values.
        display: the database as messages name it, without a password.
        timeouts: how long to wait for the server.
        any_version: whether a server older than 14 will do.

    Raises:
        ConnectionFailedError: the server can't be reached or refuses.
        UnsupportedServerError: it is older than 14.
    """
    import psycopg
    from psycopg.conninfo import make_conninfo

    # client_encoding is a start-up parameter that poolers track, unlike others.
    named = {"application_name": "driftwatch", "client_encoding": "UTF8"}
    wanted = {"connect_timeout": str(timeouts.connect), **parameters, **named}
    try:
        conninfo = make_conninfo("", **wanted)
        connection = psycopg.connect(conninfo, autocommit=True, prepare_threshold=None)
    except psycopg.Error as error:
        said = in_one_sentence(plain(error, parameters))
        raise ConnectionFailedError(f"can't connect to {display}: {said}") from None
    version = connection.info.server_version
    if version < OLDEST and not any_version:
        connection.close()
        raise UnsupportedServerError(
            f"{display} runs PostgreSQL {version // 10000}; driftwatch reads 14 and newer: upgrade the server first"
        )
    return connection


def plain(error: Exception, parameters: Mapping[str, str] | None = None) -> str:
    """An error of psycopg's in one line, without a password that libpq may have repeated."""
    said = str(error).removeprefix("connection failed: ")
    # libpq says the same of its attempts with and without TLS.
    lines = dict.fromkeys(" ".join(line.split()) for line in said.splitlines())
    text = " ".join(filter(None, lines))
    password = (parameters or {}).get("password")
    return hide(text, [password]) if password else text
