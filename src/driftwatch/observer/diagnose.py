"""Why a dump failed, as an error that says what to do.

`pg_dump` prints no SQLSTATE, and the server's own messages may be in any language (`lc_messages`): what is known from
its text is only what `pg_dump` adds in English (we run it with LC_ALL=C). Whether rights are missing is asked.
"""

from __future__ import annotations

import psycopg

from driftwatch.observer.errors import ObserverDeniedError, ObserverError, ObserverLockedError
from driftwatch.redact import hide

# What pg_dump locks: tables with and without partitions that no extension owns (getTables() in pg_dump.c).
_UNREADABLE = """
    SELECT format('%%I.%%I', n.nspname, c.relname)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      AND (%(schemas)s::pg_catalog.text[] IS NULL OR n.nspname = ANY (%(schemas)s))
      AND NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT'))
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1"""
_SHOWN = 3


def diagnosed(message: str, conninfo: str, password: str | None, schemas: tuple[str, ...] | None) -> ObserverError:
    """The error for what `pg_dump` printed when it failed.

    Args:
        message: its standard error output.
        conninfo: the connection string without the password.
        password: the password, to ask the server and to keep it out of the text.
        schemas: the schemas that were to be dumped.
    """
    shown = _sentence(message)
    if password:
        shown = hide(shown, [password])
    if "Query was: LOCK TABLE" in message:
        return _lock_refused(shown, conninfo, password, schemas)
    if "server version mismatch" in message:
        return ObserverError("pg_dump is older than the server; install the client programs of the server's major")
    if "unsupported startup parameter" in message:  # PgBouncer's words
        return ObserverDeniedError("pg_dump cannot work through a connection pooler: give the database a `direct_url`")
    if "connection to server " in message and "failed: " in message:
        return ObserverError(
            f"pg_dump could not connect: {shown}; it comes after the reading, by the same address: look whether the "
            "server still runs and has a connection to spare (max_connections), then repeat it"
        )
    return ObserverError(f"pg_dump failed: {shown}; `driftwatch doctor` shows what this role may do")


def silent(code: int) -> str:
    """What can be said of a `pg_dump` that ended without a word.

    Args:
        code: its exit code; below 0 the signal that ended it.
    """
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    return f"pg_dump ended {how} and said nothing: try the client programs of another version, and run it by hand"


def _sentence(message: str) -> str:
    """The first error of pg_dump's output, else all of it, on one line."""
    lines = [line.removeprefix("pg_dump: ") for line in message.splitlines()]
    errors = [line.removeprefix("error: ").removeprefix("query failed: ") for line in lines if "error: " in line]
    return " ".join((errors[0] if errors else " ".join(lines)).split())


def _lock_refused(shown: str, conninfo: str, password: str | None, schemas: tuple[str, ...] | None) -> ObserverError:
    try:
        with psycopg.connect(conninfo, password=password) as connection:
            tables = [str(row[0]) for row in connection.execute(_UNREADABLE, {"schemas": schemas and list(schemas)})]
            role = connection.info.user
    except psycopg.Error:
        tables, role = [], ""
    if not tables:
        return ObserverLockedError(
            f"pg_dump could not lock every table: {shown}; repeat it when no migration is running"
        )
    more = f" and {len(tables) - _SHOWN} more" if len(tables) > _SHOWN else ""
    return ObserverDeniedError(
        f"pg_dump needs SELECT on every table, and role {role} may not read {', '.join(tables[:_SHOWN])}{more}; "
        "grant it pg_read_all_data, or leave the full proof out"
    )
