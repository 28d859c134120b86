"""From the tables of an older driftwatch to those of this one, step by step, in one transaction.

An empty database gets the newest tables at once. `STEPS[n]` leads from version n to n + 1; a step is written once and
then left as it is: it must not follow `tables` when those change again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, inspect, select, text
from sqlalchemy.schema import CreateSchema

from driftwatch.errors import HistoryError
from driftwatch.history.tables import METADATA, SCHEMA, VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

STEPS: Mapping[int, Sequence[str]] = {
    1: (
        "ALTER TABLE {schema}item ADD COLUMN moved_at timestamp with time zone",
        "ALTER TABLE {schema}item ADD COLUMN label text NOT NULL DEFAULT ''",
        "ALTER TABLE {schema}event ADD COLUMN moved_at timestamp with time zone",
        "ALTER TABLE {schema}event ADD COLUMN label text NOT NULL DEFAULT ''",
    ),
    2: ("CREATE TABLE {schema}setting (name text PRIMARY KEY, value text NOT NULL)",),
    3: ("ALTER TABLE {schema}claim ADD COLUMN schedule text NOT NULL DEFAULT ''",),
}
"""SQL that both dialects run; `{schema}` stands for the schema and its dot, where there is one."""

NEWEST = 1 + len(STEPS)

_LOCK = 0x6472696674  # "drift": two that start at once must not both make the tables


def upgrade(connection: Connection) -> None:
    """Make the tables, or bring those that are there to this driftwatch's version.

    Raises:
        HistoryError: a newer driftwatch made them.
    """
    schema = SCHEMA if connection.dialect.name == "postgresql" else None
    if schema:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if not inspect(connection).has_table(VERSION.name, schema=schema):
        _create(connection, schema)
        return
    there = connection.execute(select(VERSION.c.version)).scalar_one()
    if there > NEWEST:
        raise HistoryError(f"a newer driftwatch made it (version {there}, this one knows {NEWEST}): upgrade driftwatch")
    for version in range(there, NEWEST):
        for statement in STEPS[version]:
            connection.execute(text(statement.format(schema=f"{schema}." if schema else "")))
    if there != NEWEST:
        _stamp(connection)


def _create(connection: Connection, schema: str | None) -> None:
    if schema:
        connection.execute(CreateSchema(schema, if_not_exists=True))
    METADATA.create_all(connection)
    _stamp(connection)


def _stamp(connection: Connection) -> None:
    connection.execute(delete(VERSION))
    connection.execute(insert(VERSION).values(version=NEWEST))
