"""A database's migrations while something is written down about them: the directory, the tool's table, its lock."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from driftwatch.app.migrating.directory import (
    bookkeeping_schema,
    deploy_lock,
    directory_for,
    live,
    session_with,
    status_of,
)
from driftwatch.errors import MigrationError
from driftwatch.migrations.tool import OUR_LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from psycopg import Connection

    from driftwatch.config import Config, Target
    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.status import Status
    from driftwatch.migrations.tool import Tool
    from driftwatch.sources.locate import LiveSource


@dataclass(frozen=True)
class Books:
    """What a database remembers of a directory's migrations, over a connection that may write."""

    connection: Connection
    directory: Directory
    source: LiveSource
    config: Config
    name: str
    """What the user calls the database."""

    @property
    def tool(self) -> Tool:
        """Whose they are."""
        return self.directory.tool

    def table(self) -> Found | None:
        """The tool's table, None where the tool has not run yet."""
        return self.tool.find(self.connection, bookkeeping_schema(self.source))

    def opened(self) -> Found:
        """The tool's table, made where there is none."""
        return self.table() or self.tool.create(self.connection, bookkeeping_schema(self.source))

    def status(self) -> Status:
        """How each migration stands."""
        return status_of(self.connection, self.directory, self.source)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The tool's own lock, so that neither it nor another driftwatch writes meanwhile.

        Raises:
            MigrationError: another deploy has it.
        """
        # A program takes its own lock, on its own connection: ours must be another one.
        by_program = self.directory.by_program
        keys = (OUR_LOCK,) if by_program else self.tool.lock_keys(self.connection)
        lock = deploy_lock(self.connection, keys, self.config.timeouts.lock)
        with lock, nullcontext() if by_program else self._marked():
            yield

    def _marked(self) -> AbstractContextManager[None]:
        table = self.table() if self.tool.lock_table else None
        if table is None:
            return nullcontext()
        return _held(table._replace(name=self.tool.lock_table), self.tool, self.source, self.config)


@contextmanager
def books_of(target: Target, config: Config, by_hand: Path | None = None) -> Iterator[Books]:
    """The books of a database.

    Raises:
        MigrationError: which directory is its own can't be told.
        DriftwatchError: the database can't be reached, or is behind a pooler.
    """
    directory = directory_for(target, config, by_hand)
    source = live(target)
    with session_with(source, config) as connection:
        yield Books(connection, directory, source, config, target.name)


@contextmanager
def _held(table: Found, tool: Tool, source: LiveSource, config: Config) -> Iterator[None]:
    """A tool's table of marks, locked: nobody can set one meanwhile, and none is left behind when we are cut off."""
    import psycopg

    with session_with(source, config) as connection, connection.transaction():
        connection.execute(f"SET LOCAL lock_timeout = {round(config.timeouts.lock * 1000)}".encode())
        connection.execute(b"SET LOCAL idle_in_transaction_session_timeout = 0")
        try:
            connection.execute(f"LOCK TABLE {table.sql} IN SHARE ROW EXCLUSIVE MODE".encode())
        except psycopg.errors.LockNotAvailable:
            raise MigrationError("another deploy is at work on this database: try again when it has ended") from None
        marks = connection.execute(f"SELECT {tool.locked_by} FROM {table.sql}".encode()).fetchall()
        for (by,) in marks:
            if by is not None:
                raise MigrationError(
                    f"{tool.name} is at work on this database, or was cut off: {table.sql} is marked by {by}: try "
                    f"again when it has ended, or have {tool.name} release its lock"
                )
        yield
