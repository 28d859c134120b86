"""Which database was really reached, and whether it may be changed without a migration.

The same configuration leads to one server on a developer's machine and to another where it is deployed, so a name says
nothing. What counts is the database itself: the server's system identifier with the database's name, and a mark that
somebody once put on the database.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from psycopg import Connection, Error
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier, Literal

from driftwatch.catalog.connection import Timeouts, connect, plain
from driftwatch.errors import ConfigError, ConnectionFailedError
from driftwatch.sql import DEVELOPMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.sources.locate import LiveSource

_IDENTITY = """
    SELECT system_identifier, pg_catalog.current_database()::text FROM pg_catalog.pg_control_system()
"""
# Not current_setting(): a session or a role could have set that; this is what the database's owner set.
_MARKED = """
    SELECT EXISTS (
        SELECT FROM pg_catalog.pg_db_role_setting
        WHERE setrole = 0
          AND setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
          AND 'driftwatch.environment=development' = ANY (setconfig))
    OR EXISTS (
        SELECT FROM pg_catalog.pg_database
        WHERE datname = pg_catalog.current_database()
          AND %s = ANY (pg_catalog.string_to_array(pg_catalog.shobj_description(oid, 'pg_database'), E'\\n')))
"""
_COMMENT = """
    SELECT pg_catalog.shobj_description(oid, 'pg_database'), pg_catalog.pg_get_userbyid(datdba)::text
    FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
"""


class Identity(NamedTuple):
    """A database, however it was reached: two URLs with the same identity lead to the same one."""

    system: int
    """The cluster's `system_identifier`; its physical replicas have the same."""
    database: str


@contextmanager
def reach(source: LiveSource, connect_timeout: float) -> Iterator[Connection]:
    """An autocommit connection to a database, closed at the end.

    Args:
        source: Where it is.
        connect_timeout: In seconds; 0 means without limit. What the source itself says wins.

    Raises:
        ConnectionFailedError: it cannot be reached, or refused a statement.
        UnsupportedServerError: it is older than 14.
    """
    try:
        with connect(source.conninfo, source.display, Timeouts(connect=round(connect_timeout))) as connection:
            yield connection
    except Error as error:
        raise ConnectionFailedError(f"{source.display}: {plain(error, source.conninfo)}") from None


def identify(connection: Connection) -> Identity:
    """The identity of the database connected to."""
    row = connection.execute(_IDENTITY).fetchone()
    if row is None:
        raise ConnectionFailedError("the server does not tell its system identifier")
    return Identity(*row)


def is_development(connection: Connection) -> bool:
    """Whether the database carries the mark that allows changing it without a migration."""
    row = connection.execute(_MARKED, [DEVELOPMENT]).fetchone()
    return bool(row and row[0])


def mark_development(connection: Connection) -> None:
    """Puts the mark on the database connected to.

    That is a parameter of ours. As long as no library defines it only a superuser may set it (42501), which the owner
    is not on a managed service: then it is a line of the database's comment.

    Raises:
        ConfigError: the role does not own the database.
    """
    database = Identifier(identify(connection).database)
    try:
        connection.execute(SQL("ALTER DATABASE {} SET driftwatch.environment = 'development'").format(database))
    except InsufficientPrivilege:
        _mark_by_comment(connection, database)


def _mark_by_comment(connection: Connection, database: Identifier) -> None:
    comment, owner = connection.execute(_COMMENT).fetchone() or (None, "")
    text = "\n".join(filter(None, (comment, DEVELOPMENT)))
    try:
        connection.execute(SQL("COMMENT ON DATABASE {} IS {}").format(database, Literal(text)))
    except InsufficientPrivilege:
        raise ConfigError(
            f"only the owner of {connection.info.dbname}, the role {owner}, may mark it as a development database"
        ) from None


def refuse_pooler(connection: Connection, source: LiveSource) -> None:
    """A pooler would spread the session, and with it the lock, over several servers' sessions.

    Raises:
        ConfigError: one stands between.
    """
    seen = {connection.info.backend_pid}
    for _ in range(2):
        seen.update(connection.execute("SELECT pg_catalog.pg_backend_pid()").fetchone() or ())
    if source.pooled or len(seen) > 1:
        raise ConfigError(
            f"{source.display} is reached through a connection pooler: say direct_url, the way around, in config.yaml"
        )
