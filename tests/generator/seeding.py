"""Rows for tables of any shape."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING

import psycopg

from generator.build import connection

if TYPE_CHECKING:
    from support.servers import Database

_COLUMNS = """
    SELECT c.oid::regclass::text, array_agg(format('%I', attname)::text ORDER BY attnum),
           array_agg(CASE WHEN typtype = 'b' AND typcategory = 'N' THEN '%s'
                          WHEN typcategory = 'S' THEN '''%s'''
                          WHEN typcategory = 'B' THEN 'true'
                          WHEN typcategory = 'D' THEN '''2024-01-0%s'''
                          WHEN typcategory = 'A' THEN '''{}''' ELSE 'NULL' END ORDER BY attnum)
    FROM pg_class c
    JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    JOIN pg_type t ON t.oid = atttypid
    WHERE c.oid >= 16384 AND relkind IN ('r', 'p')
    GROUP BY c.oid ORDER BY 1
"""


def seed(database: Database) -> None:
    """Put up to three rows into each table; what a table does not take stays out."""
    with closing(connection(database)) as connected:
        for table, columns, values in connected.execute(_COLUMNS.encode()).fetchall():
            for number in range(1, 4):
                written = ", ".join(value.replace("%s", str(number)) for value in values)
                statement = f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE VALUES ({written})"
                with suppress(psycopg.errors.Error):
                    connected.execute(statement.encode())
