"""How scratch databases on a server that is not ours are named and locked, and what killed runs left is dropped."""

from __future__ import annotations

import os
import re
import secrets
import time
import zlib
from typing import TYPE_CHECKING

from psycopg.conninfo import make_conninfo

from driftwatch.shadow.dropping import drop_database

if TYPE_CHECKING:
    from psycopg import Connection

PREFIX = "driftwatch_shadow_"
LOCK_CLASS = 0x64726674
"""First key of the advisory locks that say a scratch database is in use ("drft")."""


def clean_leftovers(connection: Connection, url: str) -> list[str]:
    """Drop the scratch databases of runs that were killed: ours by name, the role's own, locked by nobody.

    Advisory locks belong to a database, but `pg_locks` shows those of all, to everybody.

    Args:
        connection: To any database of the server, in autocommit.
        url: What it was opened with.

    Returns:
        The names of the databases dropped.
    """
    rows = connection.execute(
        "SELECT datname::text FROM pg_catalog.pg_database"
        " WHERE starts_with(datname::text, %s) AND pg_catalog.pg_get_userbyid(datdba) = current_user",
        [PREFIX],
    ).fetchall()
    alive = {key for (key,) in connection.execute(
        "SELECT objid::bigint FROM pg_catalog.pg_locks"
        " WHERE locktype = 'advisory' AND classid::bigint = %s AND objsubid = 2", [LOCK_CLASS]
    ).fetchall()}  # fmt: skip
    dead = [name for (name,) in rows if lock_key(name) not in alive]
    for name in dead:
        drop_database(connection, name, make_conninfo(url, dbname=name))
    return dead


def new_name(user: str) -> str:
    """`driftwatch_shadow_<role>_<start in UTC>_<random>`, within PostgreSQL's 63 bytes."""
    started = time.strftime("%Y%m%dt%H%M%S", time.gmtime())
    owner = re.sub(r"[^a-z0-9]+", "", user.lower())[:16] or "role"
    return f"{PREFIX}{owner}_{started}_{os.getpid() % 10**5:05d}{secrets.token_hex(3)}"


def lock_key(name: str) -> int:
    """The second key of the lock, within a positive int4."""
    return zlib.crc32(name.encode()) & 0x7FFFFFFF
