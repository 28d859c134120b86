"""The tables; on PostgreSQL in a schema of their own, on SQLite alone in their file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect

SCHEMA = "driftwatch"
"""On PostgreSQL."""

METADATA = MetaData()


class Time(TypeDecorator[datetime]):
    """A time with its zone: UTC goes in and comes out, also on SQLite, which knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """To UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """From UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _texts(*names: str) -> tuple[Column[str], ...]:
    return tuple(Column(name, Text, nullable=False) for name in names)


VERSION = Table("version", METADATA, Column("version", Integer, nullable=False))

SETTING = Table(
    "setting",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

SNAPSHOT = Table(
    "snapshot",
    METADATA,
    Column("fingerprint", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),  # a snapshot file's text without edges, by zlib
)

RUN = Table(
    "run",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("pair", Text, nullable=False),
    Column("scheduled_for", Time),
    Column("started_at", Time, nullable=False),
    Column("finished_at", Time, nullable=False),
    *_texts("state", "outcome"),
    Column("counts", JSON, nullable=False),
    *_texts("verdict", "proof", "error", "report"),
    Column("desired_snapshot", Text, ForeignKey(SNAPSHOT.c.fingerprint)),
    Column("actual_snapshot", Text, ForeignKey(SNAPSHOT.c.fingerprint)),
    Column("ledger", Boolean, nullable=False),
    Index("run_by_pair", "pair", "id"),
    sqlite_autoincrement=True,  # a pruned run's number is not given again
)


def _drift() -> tuple[Column[Any], ...]:
    """What is said of a drift item, now and in each of its events."""
    return (
        *_texts("pair", "key", "verb", "level", "digest", "note"),
        Column("label", Text, nullable=False, server_default=""),
        Column("moved", Text, nullable=False),
        Column("moved_at", Time),
    )


ITEM = Table(
    "item",
    METADATA,
    Column("id", Integer, primary_key=True),
    *_drift(),
    Column("first_seen", Time, nullable=False),
    Column("last_seen", Time, nullable=False),
    Column("gone_at", Time),
    Column("returns", Integer, nullable=False),
    Column("told", Text, nullable=False),
    UniqueConstraint("pair", "key"),
)

EVENT = Table(
    "event",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("previous_run", Integer),
    *_drift(),
    Column("what", Text, nullable=False),
    Column("at", Time, nullable=False),
    Index("event_by_pair", "pair", "run"),
)

ACKNOWLEDGEMENT = Table(
    "acknowledgement",
    METADATA,
    Column("pair", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    *_texts("digest", "reason", "by"),
    Column("at", Time, nullable=False),
    Column("until", Time),
)

CLAIM = Table(
    "claim",
    METADATA,
    Column("pair", Text, primary_key=True),
    Column("scheduled_for", Time, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("heartbeat_at", Time, nullable=False),
    Column("state", Text, nullable=False),
    Column("schedule", Text, nullable=False, server_default=""),
)
Index(
    "claim_one_running",
    CLAIM.c.pair,
    unique=True,
    sqlite_where=CLAIM.c.state == "running",
    postgresql_where=CLAIM.c.state == "running",
)

MESSAGE = Table(
    "message",
    METADATA,
    Column("id", Integer, primary_key=True),
    *_texts("pair", "channel"),
    Column("content", JSON, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("taken_at", Time),
    Column("sent_at", Time),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
)
