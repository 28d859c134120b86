"""The connection to a shadow's server that is not ours: what it has to be, and what its errors become."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from psycopg import Connection, Error, connect

from driftwatch.errors import ShadowError
from driftwatch.shadow.session_settings import SETTINGS
from driftwatch.sql import quote

if TYPE_CHECKING:
    from collections.abc import Iterator


def open_connection(url: str) -> Connection:
    """A session that the server's own timeouts don't end: its locks keep the scratch databases alive.

    Raises:
        ShadowError: the server can't be reached.
    """
    try:
        connection = connect(url, autocommit=True, application_name="driftwatch shadow", connect_timeout=10)
        connection.execute(";".join(f"SET {setting}" for setting in SETTINGS))
    except Error as error:
        raise ShadowError(f"The shadow's server cannot be reached: {_sentence(error)}") from error
    return connection


def refuse_pooler(connection: Connection) -> None:
    """A pooler invents the process number it greets with, and may change servers between two statements.

    Raises:
        ShadowError: it is one.
    """
    seen = {connection.info.backend_pid}
    for _ in range(2):
        row = connection.execute("SELECT pg_catalog.pg_backend_pid()").fetchone()
        seen.update(row or ())
    if len(seen) > 1:
        raise pooler_error()


def pooler_error() -> ShadowError:
    """Poolers are refused."""
    return ShadowError(
        "The shadow's URL leads to a connection pooler, where a scratch database cannot be kept safe: "
        "give `direct_url` or another URL that leads to the server itself."
    )


def require_right(connection: Connection) -> None:
    """See that the role may make databases.

    Raises:
        ShadowError: it may not.
    """
    row = connection.execute(
        "SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row is None or not row[0]:
        raise ShadowError(
            f"The role {connection.info.user!r} may not create databases on the shadow's server: "
            f"run ALTER ROLE {quote(connection.info.user)} CREATEDB there, or name another server under `shadow:`."
        )


@contextmanager
def told(connection: Connection) -> Iterator[None]:
    """Turn the server's errors into ours.

    Raises:
        ShadowError: the server refused something, or was lost.
    """
    try:
        yield
    except Error as error:
        lost = "was lost" if connection.broken else "refused"
        raise ShadowError(f"The shadow's server {lost}: {_sentence(error)}") from error


def _sentence(error: Error) -> str:
    return " ".join(str(error).split())
