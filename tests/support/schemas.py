"""Snapshots of databases, and a schema with an object of every kind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict

from driftwatch.catalog.connection import Timeouts, connect
from driftwatch.catalog.information_schema import reader as information_schema
from driftwatch.catalog.reader import read
from driftwatch.kinds import KINDS
from support.processes import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from support.servers import Database

_EVERYTHING = Path(__file__).parents[1] / "observer"
_PATIENT = Timeouts(statement=PATIENCE, lock=PATIENCE, connect=int(PATIENCE))
_ROLES = ("alice", "bob", "Carol; O'Hara")


def snapshot_of(database: Database, kinds: Sequence[Kind] = KINDS, *, unmodelled: str = "") -> Snapshot:
    """What driftwatch reads of a database."""
    parameters = {name: str(value) for name, value in conninfo_to_dict(database.conninfo).items()}
    with connect(parameters, database.name, _PATIENT) as connection:
        return read(connection, kinds, _PATIENT, unmodelled=unmodelled)


def by_information_schema(database: Database) -> Snapshot:
    """What the standard's own views show of a database."""
    parameters = {name: str(value) for name, value in conninfo_to_dict(database.conninfo).items()}
    with connect(parameters, database.name, _PATIENT) as connection:
        return information_schema.read(connection, _PATIENT)


def load_everything(database: Database, major: int | None = None) -> None:
    """Fill an empty database with an object of every kind that pg_dump writes.

    Args:
        database: an empty one.
        major: as that major knows them; by default the server's own.
    """
    known = major or database.server.major
    database.server.ensure_roles(_ROLES)
    database.load(_EVERYTHING / "base.sql")
    for since in (15, 18):
        if known >= since:
            database.load(_EVERYTHING / f"base_{since}.sql")
