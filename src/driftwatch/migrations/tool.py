"""What driftwatch knows of a migration tool: the contract, and what most tools have in common.

One subclass a tool, in a file of its own. Those that are programs rather than SQL (Alembic, Sqitch) are run by
themselves; of the others the bookkeeping is written here as the tool would.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, NamedTuple
from urllib.parse import quote as percent

from driftwatch.errors import MigrationError
from driftwatch.migrations.bookkeeping import find_table
from driftwatch.migrations.model import Piece, Record
from driftwatch.migrations.placeholders import place_of
from driftwatch.utf8 import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from psycopg import Connection

    from driftwatch.diff.builtin_ignores import Table
    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.draft import Draft
    from driftwatch.migrations.model import Migration
    from driftwatch.migrations.placeholders import Place

OUR_LOCK = 0x6472_6966_7477_6174
"""The advisory lock of a deploy where the tool has none of its own ("driftwat")."""


class Runs(Enum):
    """How a migration's SQL reaches the server."""

    QUERY = auto()
    """Whole, as one query."""
    PSQL = auto()
    """Statement by statement."""
    PROGRAM = auto()
    """Only the tool itself can run it."""


class Program(NamedTuple):
    """A command: its words, the variables that it needs beside the user's, its working directory."""

    words: tuple[str, ...]
    variables: Mapping[str, str]
    folder: Path


class Tool(ABC):
    """A migration tool."""

    name: ClassVar[str]
    homes: ClassVar[tuple[str, ...]] = ("migrations", "db/migrations")
    """Where its directory usually is, from the project's folder."""
    tables: ClassVar[tuple[Table, ...]]
    """Its bookkeeping; the first is the one that it makes today."""
    ddl: ClassVar[str] = ""
    """What makes that table, with `{}` for its name and `{at}` for what stands before a name beside it; empty where the
    tool itself has to."""
    lock_table: ClassVar[str] = ""
    """The table in which the tool marks that it is at work; empty where it takes an advisory lock, or none."""
    locked_by: ClassVar[str] = ""
    """Who has marked it, of that table's one row; NULL while it is free."""
    runs: ClassVar[Runs] = Runs.QUERY
    outside: ClassVar[str] = ""
    """What of a file says that it is to be run outside of a transaction; empty where nothing does."""
    leaves_transactions: ClassVar[bool] = False
    """Whether the tool sees by itself which statements can't run in one, and then runs the migration without."""

    given: Mapping[str, str] = MappingProxyType({})
    """Values of placeholders that the configuration gives."""

    @abstractmethod
    def owns(self, folder: Path) -> bool:
        """Whether the folder is laid out as this tool's."""

    @abstractmethod
    def migrations(self, folder: Path) -> tuple[Migration, ...]:
        """The directory's migrations in the order in which the tool runs them.

        Raises:
            MigrationError: the directory is not as the tool wants it.
        """

    def piece(self, migration: Migration, place: Place) -> Piece:
        """What is sent for a migration, with what the tool fills in.

        Raises:
            MigrationError: what it fills in is not known.
        """
        del place
        return Piece(read_text(migration.path))

    def how(self, migrations: Sequence[Migration]) -> Runs:
        """How these are run; where some are programs, the tool runs all of them."""
        del migrations
        return self.runs

    def targets(self, migrations: Sequence[Migration]) -> tuple[Migration, ...]:
        """What the tool is asked for so that it runs all of these: the ones that none of the others follows."""
        followed = {need for each in migrations for need in each.needs}
        return tuple(each for each in migrations if each.version not in followed)

    def program(self, folder: Path, parameters: Mapping[str, str], upto: str) -> Program:
        """The tool's own command that deploys up to a version, to the database that libpq's parameters lead to.

        Raises:
            MigrationError: the tool is not installed, or does not find its settings.
        """
        del parameters
        raise MigrationError(f"{self.name} migrations are SQL: {upto} in {folder} is no program's")

    @abstractmethod
    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """The next migration of a directory, as the files that hold it; a file that is there only ever grows (Sqitch).

        Raises:
            MigrationError: the directory has no one end to go on from.
        """

    # What a database remembers

    def find(self, connection: Connection, schema: str | None) -> Found | None:
        """The tool's table, None where it has not run yet."""
        return find_table(connection, self.name, self.tables, schema)

    def records(self, connection: Connection, table: Found, migrations: Sequence[Migration]) -> tuple[Record, ...]:
        """The rows of the table, the oldest first."""
        del migrations
        rows = connection.execute(f"SELECT version::text FROM {table.sql} ORDER BY 1".encode()).fetchall()
        return tuple(Record(version) for (version,) in rows)

    def lock_keys(self, connection: Connection) -> tuple[int, ...]:
        """The advisory locks of which the tool takes one while it deploys, else ours."""
        del connection
        return (OUR_LOCK,)

    def create(self, connection: Connection, schema: str | None) -> Found:
        """Makes the tool's table, as the tool would.

        Raises:
            MigrationError: only the tool itself can.
        """
        if not self.ddl:
            raise MigrationError(f"{self.name} keeps its own books: run it once by itself on this database")
        from driftwatch.sql import qualify, quote

        name = qualify(schema, self.tables[0].name) if schema else quote(self.tables[0].name)
        if schema:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}".encode())
        at = f"{quote(schema)}." if schema else ""
        connection.execute(self.ddl.format(name, at=at).encode())
        found = self.find(connection, schema)
        if found is None:
            raise MigrationError(f"the table {name} was made and is not there: is the search_path of this role empty?")
        return found

    def deploy(self, connection: Connection, table: Found, migration: Migration) -> None:
        """Runs a migration and writes it down, both or none where the tool does so.

        Raises:
            psycopg.Error: the server refused; what the tool writes of a failure is written.
        """
        piece = self.piece(migration, place_of(connection))
        if not piece.transaction:
            connection.execute(piece.sql.encode())
            self.record(connection, table, migration)
            return
        with connection.transaction():
            connection.execute(piece.sql.encode())
            self.record(connection, table, migration)

    def failed(self, connection: Connection, table: Found, migration: Migration) -> None:
        """Writes down that a migration ended halfway, outside of a transaction; most tools write nothing."""
        del connection, table, migration

    def record(self, connection: Connection, table: Found, migration: Migration) -> None:
        """Writes a migration down as applied without running it."""
        connection.execute(f"INSERT INTO {table.sql} (version) VALUES (%s)".encode(), [migration.version])

    def roll_back(self, connection: Connection, table: Found, migration: Migration) -> None:
        """Writes down that a migration is not applied (any more), so that the next deploy runs it."""
        connection.execute(f"DELETE FROM {table.sql} WHERE version::text = %s".encode(), [migration.version])


def to_url(parameters: Mapping[str, str], place: str = "") -> str:
    """Libpq's parameters as a URL; without a place the host stands in the query, as a socket's folder may."""
    given = dict(parameters)
    user, password = (percent(given.pop(name, ""), safe="") for name in ("user", "password"))
    who = f"{user}{f':{password}' if password else ''}@" if user else ""
    database = percent(given.pop("dbname", ""), safe="")
    query = "&".join(f"{name}={percent(value, safe='')}" for name, value in given.items())
    return f"postgresql://{who}{place}/{database}?{query}"


def to_node_url(parameters: Mapping[str, str]) -> str:
    """The same for Node's drivers, which want the host in its place, and only a socket's folder in the query."""
    host, port = parameters.get("host", ""), parameters.get("port", "")
    if host.startswith("/"):
        return to_url(parameters, "localhost")
    name = f"[{host}]" if ":" in host else host or "localhost"
    left = {key: value for key, value in parameters.items() if key not in {"host", "port"}}
    return to_url(left, f"{name}:{port}" if port else name)


_NUMBERED = re.compile(r"(\d+)[_-]?(.*)\Z")


def number_of(name: str) -> tuple[int, str]:
    """`0007_add` as its number and what follows; (-1, name) where there is no number."""
    found = _NUMBERED.match(name)
    return (int(found[1]), found[2]) if found else (-1, name)


def sql_files(folder: Path) -> list[Path]:
    """The `.sql` files directly in a folder, by name."""
    return sorted(
        (file for file in folder.iterdir() if file.suffix.lower() == ".sql" and file.is_file()),
        key=lambda file: file.name.encode(),
    )


def has_line(file: Path, *starts: str) -> bool:
    """Whether a line of the file begins so, whatever its case."""
    wanted = tuple(start.lower().encode() for start in starts)
    with file.open("rb") as lines:
        return any(line.strip().lower().startswith(wanted) for line in lines)


def section(file: Path, begin: Sequence[str], end: Iterable[str]) -> Piece:
    """The lines of a file between two of its marker lines; the whole file where the first one is missing."""
    lines = read_text(file).splitlines(keepends=True)
    ends = tuple(end)
    start = next((n for n, line in enumerate(lines) if _marks(line, begin)), None)
    if start is None:
        return Piece("".join(lines))
    stop = next((n for n in range(start + 1, len(lines)) if _marks(lines[n], ends)), len(lines))
    return Piece("".join(lines[start + 1 : stop]), start + 2, transaction="transaction:false" not in lines[start])


def _marks(line: str, markers: Iterable[str]) -> bool:
    squeezed = " ".join(line.lower().split())
    return any(squeezed.startswith(marker) for marker in markers)
