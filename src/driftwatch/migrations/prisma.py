"""Prisma: a folder a migration, sent whole as one query, told apart by the SHA-256 of its bytes."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

from driftwatch.diff.builtin_ignores import Table
from driftwatch.errors import MigrationError
from driftwatch.migrations.draft import next_timestamp
from driftwatch.migrations.model import Fate, Migration, Record
from driftwatch.migrations.placeholders import place_of
from driftwatch.migrations.tool import Tool, number_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from psycopg import Connection

    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.draft import Draft

FILE = "migration.sql"
LOCK_FILE = "migration_lock.toml"
ADVISORY_LOCK = 72707369
"""What `prisma migrate deploy` takes by `pg_advisory_lock`."""

_PROVIDER = re.compile(r"""^\s*provider\s*=\s*["']([^"']*)["']""", re.MULTILINE)


class Prisma(Tool):
    """`prisma/migrations/<timestamp>_<name>/migration.sql` and `_prisma_migrations`."""

    name = "Prisma"
    homes = ("prisma/migrations", "migrations")
    tables = (
        Table(
            "_prisma_migrations",
            "id checksum finished_at migration_name logs rolled_back_at started_at applied_steps_count",
        ),
    )
    ddl = """CREATE TABLE {} (
        id VARCHAR(36) PRIMARY KEY NOT NULL,
        checksum VARCHAR(64) NOT NULL,
        finished_at TIMESTAMPTZ,
        migration_name VARCHAR(255) NOT NULL,
        logs TEXT,
        rolled_back_at TIMESTAMPTZ,
        started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        applied_steps_count INTEGER NOT NULL DEFAULT 0)"""

    def owns(self, folder: Path) -> bool:
        """A folder in it has a migration.sql, or the lock file says so."""
        return (folder / LOCK_FILE).is_file() or any(folder.glob(f"*/{FILE}"))

    def migrations(self, folder: Path) -> tuple[Migration, ...]:
        """By the names of the folders, byte by byte."""
        lock = folder / LOCK_FILE
        if lock.is_file():
            provider = _PROVIDER.search(lock.read_text(encoding="utf-8", errors="replace"))
            if provider is not None and provider[1] not in {"postgresql", "postgres"}:
                raise MigrationError(f"{folder} has migrations for {provider[1]}, and only PostgreSQL's can be loaded")
        files = sorted(folder.glob(f"*/{FILE}"), key=lambda file: file.parent.name.encode())
        return tuple(_migration(file) for file in files)

    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """A folder with a script; Prisma has no way back."""
        used = (number_of(each.name)[0] for each in directory.migrations)
        folder = directory.path / f"{next_timestamp(used, draft)}_{draft.name}"
        files = {folder / FILE: f"{draft.comment}\n{draft.up}"}
        if not (directory.path / LOCK_FILE).exists():
            files[directory.path / LOCK_FILE] = 'provider = "postgresql"\n'
        return files

    def records(self, connection: Connection, table: Found, migrations: Sequence[Migration]) -> tuple[Record, ...]:
        """Several rows may bear one name; those with `rolled_back_at` are void."""
        del migrations
        rows = connection.execute(
            f"""SELECT migration_name, checksum, finished_at, rolled_back_at, started_at, coalesce(logs, '')
                FROM {table.sql} ORDER BY started_at, migration_name""".encode()
        ).fetchall()
        return tuple(
            Record(name, _fate(finished, rolled_back), checksum, rolled_back or finished or started, logs.strip())
            for name, checksum, finished, rolled_back, started, logs in rows
        )

    def lock_keys(self, connection: Connection) -> tuple[int, ...]:
        """Prisma's own."""
        del connection
        return (ADVISORY_LOCK,)

    def deploy(self, connection: Connection, table: Found, migration: Migration) -> None:
        """A row, the script, the row finished: a lost connection leaves it unfinished, which counts as failed."""
        from psycopg import Error

        key = self._insert(connection, table, migration)
        try:
            connection.execute(self.piece(migration, place_of(connection)).sql.encode())
        except Error as error:
            if not connection.closed:
                connection.execute("ROLLBACK")  # the script may have begun a transaction of its own
                connection.execute(f"UPDATE {table.sql} SET logs = %s WHERE id = %s".encode(), [_log(error), key])
            raise
        connection.execute(
            f"UPDATE {table.sql} SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = %s".encode(),
            [key],
        )

    def record(self, connection: Connection, table: Found, migration: Migration) -> None:
        """As `prisma migrate resolve --applied`: older failures are void, and no step was run."""
        with connection.transaction():
            self.roll_back(connection, table, migration)
            key = self._insert(connection, table, migration)
            connection.execute(f"UPDATE {table.sql} SET finished_at = started_at WHERE id = %s".encode(), [key])

    def roll_back(self, connection: Connection, table: Found, migration: Migration) -> None:
        """Failed rows get `rolled_back_at`."""
        connection.execute(
            f"""UPDATE {table.sql} SET rolled_back_at = clock_timestamp()
                WHERE migration_name = %s AND finished_at IS NULL AND rolled_back_at IS NULL""".encode(),
            [migration.version],
        )

    @staticmethod
    def _insert(connection: Connection, table: Found, migration: Migration) -> str:
        key = str(uuid4())
        connection.execute(
            f"""INSERT INTO {table.sql} (id, checksum, migration_name, started_at)
                VALUES (%s, %s, %s, clock_timestamp())""".encode(),
            [key, migration.checksum, migration.version],
        )
        return key


def _migration(file: Path) -> Migration:
    name = file.parent.name
    return Migration(name, name, file, sha256(file.read_bytes()).hexdigest())


def _fate(finished: object, rolled_back: object) -> Fate:
    if rolled_back is not None:
        return Fate.ROLLED_BACK
    return Fate.FAILED if finished is None else Fate.APPLIED


def _log(error: Exception) -> str:
    from psycopg import Error

    state = error.sqlstate if isinstance(error, Error) else None
    return f"Database error code: {state}\n\nDatabase error:\nERROR: {error}"


TOOL = Prisma()
