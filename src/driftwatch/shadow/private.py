"""The shadow on a private server: one server a process and version, started when it is first wanted."""

from __future__ import annotations

import atexit
import itertools
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from psycopg import Connection, Error, connect, errors
from psycopg.sql import SQL, Identifier

from driftwatch.errors import ShadowError
from driftwatch.shadow.contract import ShadowDatabase
from driftwatch.shadow.server import launch
from driftwatch.shadow.template import MAINTENANCE, OWNER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.shadow.binaries import Binaries
    from driftwatch.shadow.server import Server

_NUMBERS = itertools.count(1)

FIRST_WITH_STRATEGY = 15
FIRST_WITH_DATABASE_OWNER = 15


class PrivateShadow:
    """Databases on a server of our own, made by its superuser for an unprivileged owner."""

    private = True

    def __init__(self, server: Server, *, trust: bool) -> None:
        """Use a running server.

        Args:
            server: As `launch` gives it.
            trust: Load the user's SQL as superuser.
        """
        self.server = server
        self.trust = trust

    @property
    def binaries(self) -> Binaries:
        """The programs that the server runs from."""
        return self.server.binaries

    @property
    def major(self) -> int:
        """The server's major version."""
        return self.server.binaries.major

    @property
    def version(self) -> str:
        """The server's whole version."""
        return self.server.binaries.version

    def create_database(self, template: str | None = None) -> ShadowDatabase:
        """Make a database in about 20 ms: files are copied instead of logged block by block."""
        name = f"driftwatch_{next(_NUMBERS)}"
        statement = SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            Identifier(name), Identifier(OWNER), Identifier(template or "template0")
        )
        if self.major >= FIRST_WITH_STRATEGY:
            statement += SQL(" STRATEGY file_copy")
        with self._connection() as connection:
            connection.execute(statement)
        if template is None:
            self._give_public_schema(name)
        owner = self.server.conninfo(name, OWNER)
        superuser = self.server.conninfo(name)
        return ShadowDatabase(self, name, superuser, superuser if self.trust else owner)

    def _give_public_schema(self, name: str) -> None:
        """Before 15 `public` belongs to the superuser, and its owner alone may comment on it or drop it."""
        if self.major < FIRST_WITH_DATABASE_OWNER:
            with self._connection(name) as connection:
                connection.execute(SQL("ALTER SCHEMA public OWNER TO {}").format(Identifier(OWNER)))

    def ensure_roles(self, names: Iterable[str]) -> frozenset[str]:
        """Make the missing roles: without login, and the databases' owner a member, so that it can give to them.

        Returns:
            Names that no role can have here (`pg_…` of another major).
        """
        with self._connection() as connection:
            return frozenset(name for name in sorted(set(names)) if not _ensure_role(connection, name))

    def drop_database(self, name: str) -> None:
        """Drop it with the sessions in it."""
        with self._connection() as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    @contextmanager
    def _connection(self, database: str = MAINTENANCE) -> Iterator[Connection]:
        try:
            with connect(self.server.conninfo(database), autocommit=True) as connection:
                yield connection
        except Error as error:
            raise ShadowError(f"The shadow's server said: {str(error).strip()}.") from error


def _ensure_role(connection: Connection, name: str) -> bool:
    """True when the role exists afterwards."""
    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).fetchone() is not None:
        return True
    try:
        connection.execute(SQL("CREATE ROLE {} NOLOGIN").format(Identifier(name)))
    except (errors.DuplicateObject, errors.UniqueViolation):  # another thread was faster
        return True
    except errors.ReservedName:
        return False
    connection.execute(SQL("GRANT {} TO {}").format(Identifier(name), Identifier(OWNER)))
    return True


class _Shared:
    """The running servers of this process and how many use each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._servers: dict[Binaries, Server] = {}
        self._users: dict[Binaries, int] = {}
        self._process = os.getpid()
        atexit.register(self.stop)

    def take(self, binaries: Binaries) -> Server:
        with self._lock:
            server = self._servers.get(binaries)
            if server is None or not server.alive:
                server = self._servers[binaries] = launch(binaries)
                self._users[binaries] = 0
            self._users[binaries] += 1
            return server

    def give_back(self, server: Server) -> None:
        with self._lock:
            if self._servers.get(server.binaries) is not server:
                return
            self._users[server.binaries] -= 1
            if self._users[server.binaries] == 0:
                del self._servers[server.binaries]
                server.stop()

    def stop(self) -> None:
        """At exit; a forked child leaves its parent's servers alone."""
        if os.getpid() == self._process:
            for server in self._servers.values():
                server.stop()
            self._servers.clear()


_SHARED = _Shared()


@contextmanager
def private_shadow(binaries: Binaries, *, trust: bool = False) -> Iterator[PrivateShadow]:
    """A shadow on this process's own server, which is stopped when its last user leaves."""
    server = _SHARED.take(binaries)
    try:
        yield PrivateShadow(server, trust=trust)
    finally:
        _SHARED.give_back(server)
