"""A running server for the tests to use as their live one, and databases on it."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

import psycopg
from psycopg.sql import SQL, Identifier

from driftwatch.shadow.server import launch

if TYPE_CHECKING:
    from pathlib import Path

    from driftwatch.shadow.binaries import Binaries
    from driftwatch.shadow.server import Server

Servers = Callable[[int], "LiveServer"]
"""What the fixture `server` is."""

Databases = Callable[..., "Database"]
"""What the fixture `database` is: called with a major and, if wanted, a `Database` to copy."""

_NUMBERS = itertools.count(1)

FIRST_WITH_STRATEGY = 15

# Nobody's dump or snapshot holds a description of PostgreSQL's own functions, and a quarter of what pg_dump of a small
# database costs is sorting them. Who connects afterwards makes pg_internal.init, and a copy then has it as well.
BARE = (
    """DELETE FROM pg_description
        WHERE classoid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_collation'::regclass)""",
    "VACUUM FULL pg_description",
    "SELECT",
)

# A database with a subscription cannot be dropped, and a subscription with a slot's name not without its publisher;
# while it is enabled its slot can't be taken away.
DROP_SUBSCRIPTIONS = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid
                WHERE datname = current_database()
    LOOP
        EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', name);
        EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', name);
        EXECUTE format('DROP SUBSCRIPTION %I', name);
    END LOOP;
END
$$
"""


class LoadError(AssertionError):
    """A SQL file did not load; the text is what psql said."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database of a test's own.

    Attributes:
        server: Where it lives.
        name: Its name there, which needs no quoting.
    """

    server: LiveServer = field(repr=False)
    name: str

    @property
    def conninfo(self) -> str:
        """A libpq connection string for the superuser."""
        return self.server.conninfo(self.name)

    def load(self, path: Path) -> None:
        """Run a SQL file by psql as superuser.

        Raises:
            LoadError: the server refused a statement; nothing after it was run.
        """
        quiet = "SET client_min_messages = warning"
        psql = str(self.server.binaries.program("psql"))
        command = [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.conninfo]
        done = subprocess.run([*command, "-c", quiet, "-f", str(path)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise LoadError(done.stderr.strip())

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """Run SQL as superuser in one session and give the last statement's rows, none if it has no result."""
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            cursor = connection.execute(sql)
            while cursor.nextset():
                continue
            return cursor.fetchall() if cursor.description else []

    def makes_wait(self, name: str) -> bool:
        """Whether a session with this `application_name` waits for a lock in it."""
        query = f"""SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = '{name}' AND wait_event_type = 'Lock'"""
        return bool(self.execute(query))

    def drop(self) -> None:
        """Drop it with the sessions in it; a second call does nothing."""
        self.server.drop(self)


class LiveServer:
    """A private server of one major, with a tablespace `elsewhere` beside its own."""

    def __init__(self, server: Server, administration: psycopg.Connection) -> None:
        """Use a running server and a superuser's connection to it; `started` does that."""
        self._server = server
        self._administration = administration
        self._roles: set[str] = set()

    @classmethod
    @contextmanager
    def started(cls, binaries: Binaries) -> Iterator[Self]:
        """Run a private server of these programs: it takes connections after 0.2 s, and is gone afterwards."""
        with launch(binaries) as server, psycopg.connect(server.conninfo(), autocommit=True) as administration:
            yield cls(server, administration)

    @property
    def binaries(self) -> Binaries:
        """The server's programs, with a `psql` and a `pg_dump` that are at least as new."""
        return self._server.binaries

    @property
    def major(self) -> int:
        return self.binaries.major

    @property
    def data(self) -> Path:
        """Its data directory."""
        return self._server.data

    def conninfo(self, database: str = "postgres") -> str:
        """A libpq connection string for the superuser."""
        return self._server.conninfo(database)

    def maintain(self, sql: str) -> None:
        """Run SQL as superuser, outside of every database of a test."""
        self._administration.execute(sql.encode())

    def create(self, template: Database | None = None) -> Database:
        """Make a database, empty or as a copy of another one that nobody is connected to."""
        return self._copy(template.name if template else self._bare.name, f"test_{next(_NUMBERS)}")

    @cached_property
    def _bare(self) -> Database:
        """What every empty database is a copy of; with the first one there is a tablespace."""
        self.maintain("SET allow_in_place_tablespaces = on")
        self.maintain("CREATE TABLESPACE elsewhere LOCATION ''")
        made = self._copy("template0", "bare")
        for statement in BARE:
            made.execute(statement)
        self.maintain("ALTER DATABASE bare IS_TEMPLATE true ALLOW_CONNECTIONS false")
        return made

    def _copy(self, template: str, name: str) -> Database:
        statement = SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
        if self.major >= FIRST_WITH_STRATEGY:
            statement += SQL(" STRATEGY file_copy")
        self._administration.execute(statement)
        return Database(self, name)

    def drop(self, database: Database) -> None:
        """Drop a database with the sessions and subscriptions in it; one that is gone already is no error."""
        if self._row("SELECT FROM pg_database WHERE datname = %s", database.name) is None:
            return
        if self._row("SELECT FROM pg_subscription LIMIT 1") is not None:
            database.execute(DROP_SUBSCRIPTIONS)
        name = Identifier(database.name)
        if self._row("SELECT FROM pg_database WHERE datname = %s AND datistemplate", database.name) is not None:
            self._administration.execute(SQL("ALTER DATABASE {} IS_TEMPLATE false").format(name))
        self._administration.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def ensure_roles(self, names: Iterable[str]) -> None:
        """Make the roles that are missing, without login; they stay, and own nothing outside of databases."""
        for name in set(names) - self._roles:
            if self._row("SELECT FROM pg_roles WHERE rolname = %s", name) is None:
                self._administration.execute(SQL("CREATE ROLE {} NOLOGIN").format(Identifier(name)))
            self._roles.add(name)

    def lacks(self, needs: Iterable[str]) -> frozenset[str]:
        """Which of these it does not have: `icu`, or an extension by its name."""
        return frozenset(needs) - self._features

    @cached_property
    def _features(self) -> frozenset[str]:
        names = self._administration.execute("SELECT name FROM pg_available_extensions").fetchall()
        # initdb imports ICU's locales where the build has it; the collation `unicode` is there without.
        icu = self._row("SELECT FROM pg_collation WHERE collname = 'und-x-icu'") is not None
        return frozenset(name for (name,) in names) | ({"icu"} if icu else set())

    def _row(self, query: str, *values: str) -> tuple[object, ...] | None:
        return self._administration.execute(query.encode(), values).fetchone()
