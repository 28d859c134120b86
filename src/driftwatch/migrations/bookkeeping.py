"""Finding the table in which a tool remembers what it has run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.diff.builtin_ignores import TOOLS, Table
from driftwatch.errors import MigrationError
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

_CANDIDATES = """
    SELECT n.nspname::text, coalesce(array_agg(a.attname::text) FILTER (WHERE a.attname IS NOT NULL), '{}')
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relname = %s AND c.relkind IN ('r', 'p') AND (%s::text IS NULL OR n.nspname = %s)
    GROUP BY n.nspname ORDER BY n.nspname
"""


class Found(NamedTuple):
    """A table that is there: its schema, its name, its columns."""

    schema: str
    name: str
    columns: frozenset[str]

    @property
    def sql(self) -> str:
        """The name as SQL."""
        return qualify(self.schema, self.name)


def find_table(connection: Connection, tool: str, tables: Iterable[Table], schema: str | None) -> Found | None:
    """The tool's table, or None where the tool has not run yet.

    Args:
        connection: To the database.
        tool: The tool's name, for errors.
        tables: What it may look like; the first that is there counts.
        schema: The only schema to look in; None for all.

    Raises:
        MigrationError: a table of this name is another tool's, or several schemas have one.
    """
    for table in tables:
        rows = connection.execute(_CANDIDATES, [table.name, schema, schema]).fetchall()
        there = [Found(name, table.name, frozenset(columns)) for name, columns in rows]
        fitting = [found for found in there if table.fits(found.columns)]
        if len(fitting) > 1:
            fitting = [found for found in fitting if found.schema == _first_schema(connection)] or fitting
        if len(fitting) > 1:
            names = ", ".join(found.sql for found in fitting)
            raise MigrationError(f"{tool} has several tables here ({names}): name its schema by 'schemas:'")
        if fitting:
            return fitting[0]
        if there:
            raise MigrationError(_foreign(there[0], tool))
    return None


def _first_schema(connection: Connection) -> str:
    row = connection.execute("SELECT coalesce(pg_catalog.current_schema()::text, 'public')").fetchone()
    return str(row[0]) if row else "public"


def _foreign(found: Found, tool: str) -> str:
    others = [
        other.name
        for other in TOOLS
        if any(table.name == found.name and table.fits(found.columns) for table in other.tables)
    ]
    owner = f"is {others[0]}'s" if others else f"has the columns {', '.join(sorted(found.columns))}"
    return f"{found.sql} {owner}, and the directory is {tool}'s: name the directory that belongs to this database"
