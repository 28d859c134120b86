"""Dropping a database, whatever is in it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from psycopg import connect, errors

from driftwatch.sql import quote

if TYPE_CHECKING:
    from psycopg import Connection


def drop_database(connection: Connection, name: str, conninfo: str) -> None:
    """Drop the database with the sessions in it; one that is gone already is no error.

    Args:
        connection: To another database of the server, in autocommit.
        name: Which one.
        conninfo: How to connect to it, should it hold subscriptions: those keep a database from being dropped, and
            one with a slot's name keeps itself from being dropped without its publisher (DROP SUBSCRIPTION, notes).

    A template, which a proof may have made of it, can't be dropped (42809) until it is none any more.
    """
    statement = f"DROP DATABASE IF EXISTS {quote(name)} WITH (FORCE)"
    with suppress(errors.InvalidCatalogName):  # another run may clean up at the same time
        try:
            connection.execute(statement)
        except errors.WrongObjectType:
            connection.execute(f"ALTER DATABASE {quote(name)} IS_TEMPLATE false")
            drop_database(connection, name, conninfo)
        except errors.ObjectInUse:
            _drop_subscriptions(conninfo)
            connection.execute(statement)


def _drop_subscriptions(conninfo: str) -> None:
    with connect(conninfo, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT subname::text FROM pg_catalog.pg_subscription AS s JOIN pg_catalog.pg_database AS d"
            " ON d.oid = s.subdbid WHERE d.datname = current_database()"
        ).fetchall()
        for (name,) in rows:
            connection.execute(f"ALTER SUBSCRIPTION {quote(name)} DISABLE")
            connection.execute(f"ALTER SUBSCRIPTION {quote(name)} SET (slot_name = NONE)")
            connection.execute(f"DROP SUBSCRIPTION {quote(name)}")
