"""Snapshots of databases, and a schema with an object of every kind."""

from __future__ import annotations

from collections.abc import Callable
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
    from contextlib import ExitStack

    from psycopg import Connection

    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from support.servers import Database

Readers = Callable[["Database"], "Reader"]
"""What the fixture `reader` is."""

_EVERYTHING = Path(__file__).parents[1] / "observer"
_PATIENT = Timeouts(statement=PATIENCE, lock=PATIENCE, connect=int(PATIENCE))
_ROLES = ("alice", "bob", "Carol; O'Hara")


def snapshot_of(database: Database, kinds: Sequence[Kind] | None = None, *, unmodelled: str = "") -> Snapshot:
    """What driftwatch reads of a database: all that may be there, or these kinds."""
    with _connected(database) as connection:
        asked = kinds_there(connection) if kinds is None else kinds
        return read(connection, asked, _PATIENT, unmodelled=unmodelled)


def kinds_there(connection: Connection) -> tuple[Kind, ...]:
    """All kinds but those whose catalogue has no row of a user's; `Reader.first` shows that nothing is missed so.

    Small schemas have a third of them, and to ask is to plan a query. What has no catalogue of its own may be there
    always, and in an empty database a schema and an extension are.
    """
    catalogues = {kind.catalog for kind in KINDS if kind.minimum <= connection.info.server_version} - {""}
    mine = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name} WHERE oid >= 16384)" for name in catalogues)
    there = {name for (name,) in connection.execute(" UNION ALL ".join(mine).encode())}
    return tuple(kind for kind in KINDS if kind.catalog in there | {"", "pg_namespace", "pg_extension"})


class Reader:
    """Reads a database again and again in one session: from the second time on it is half the work for the server."""

    def __init__(self, database: Database, stack: ExitStack) -> None:
        self._connection = stack.enter_context(_connected(database))

    def first(self, *, whole: bool = False) -> Snapshot:
        """Everything that driftwatch reads of it; `whole` asks for all kinds, not only for those that may be there."""
        there = kinds_there(self._connection)
        found = self.again(KINDS if whole else there)
        assert {key.kind for key in found.objects} <= {kind.name for kind in there}
        return found

    def again(self, kinds: Sequence[Kind]) -> Snapshot:
        """What it has of these kinds."""
        return read(self._connection, kinds, _PATIENT)


def by_information_schema(database: Database) -> Snapshot:
    """What the standard's own views show of a database."""
    with _connected(database) as connection:
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


def _connected(database: Database) -> Connection:
    parameters = {name: str(value) for name, value in conninfo_to_dict(database.conninfo).items()}
    return connect(parameters, database.name, _PATIENT)
