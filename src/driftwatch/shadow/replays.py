"""Databases that long replays of migrations ended in, kept as they are for the next run.

They stay on the private server as templates, and the server's data directory in the cache, where the next server starts
as a copy of it. It is only ever used whole, and may be deleted at any time.
"""

from __future__ import annotations

import shutil
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from psycopg import Error, connect

from driftwatch.shadow.files import cache_folder, copy_tree, locked
from driftwatch.shadow.template import COUNT, MAINTENANCE, OWNER, SUPERUSER, count_files, kept_place
from driftwatch.sql import MEMBERS, quote

if TYPE_CHECKING:
    from pathlib import Path

    from psycopg import Connection

    from driftwatch.shadow.server import Server

PREFIX = "driftwatch_replay_"
KEPT = 4
"""So many databases, the newest ones; each takes some 8 MB on disk, and a few milliseconds of every start."""
LARGEST = 400_000_000
"""No more bytes are kept than this."""
STOP_SECONDS = 20.0

# What belongs to a database and not to what is in it does not come along with a copy.
_OF_ITS_OWN = """
    SELECT d.datacl::text, d.datconnlimit, d.datallowconn, pg_catalog.shobj_description(d.oid, 'pg_database'),
           (SELECT pg_catalog.array_agg((s.setrole, s.setconfig)::text) FROM pg_catalog.pg_db_role_setting s
            WHERE s.setdatabase = d.oid)
    FROM pg_catalog.pg_database d WHERE d.datname = %s
"""
_ROLES = "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' AND rolname <> ALL (%s)"
_DATABASES = "SELECT datname FROM pg_catalog.pg_database WHERE datname LIKE %s ORDER BY oid DESC"


def own_state(connection: Connection, database: str) -> object:
    """What a database has of its own: privileges, settings, comment."""
    return connection.execute(_OF_ITS_OWN, [database]).fetchone()


def kept_databases(connection: Connection) -> list[str]:
    """The databases that were kept, the newest first."""
    return [name for (name,) in connection.execute(_DATABASES, [f"{PREFIX}%"]).fetchall()]


def put_away(server: Server) -> None:
    """Stop a server on which something new was kept, and keep its data directory; without room nothing is kept."""
    cache = cache_folder()
    if cache is None or not _cleaned(server):
        return
    server.halt(signal.SIGINT, STOP_SECONDS)
    place = kept_place(server.binaries, cache)
    if not server.alive and _size(server.data) <= LARGEST:
        with locked(cache / "replays.lock"), suppress(OSError):
            _replace(server.data, place)


def _cleaned(server: Server) -> bool:
    """Nothing is left on the server but the newest of what is kept; False where that can't be had."""
    try:
        with connect(server.conninfo(), autocommit=True) as connection:
            wanted = {MAINTENANCE, "template0", *kept_databases(connection)[:KEPT]}
            for (name,) in connection.execute(_DATABASES, ["%"]).fetchall():
                if name not in wanted:
                    connection.execute(f"DROP DATABASE {quote(name)} WITH (FORCE)".encode())
            for (role,) in connection.execute(_ROLES, [[SUPERUSER, OWNER, MEMBERS]]).fetchall():
                connection.execute(f"DROP ROLE {quote(role)}".encode())
            spaces = connection.execute("SELECT count(*) FROM pg_catalog.pg_tablespace").fetchone()
            return spaces == (2,)
    except Error:  # a role that something kept depends on, a subscription: not worth a word, the next run replays
        return False


def _replace(data: Path, place: Path) -> None:
    making = place.with_name(f"{place.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    try:
        copy_tree(str(data), str(making))
        (making / COUNT).unlink(missing_ok=True)  # that of the directory that this server began with
        (making / COUNT).write_text(str(count_files(making)), encoding="ascii")
        shutil.rmtree(place, ignore_errors=True)
        making.rename(place)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
