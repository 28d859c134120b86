"""Replaying a migrations directory as its tool does: for Prisma, each file as one query, in one session."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from driftwatch.errors import SourceError
from driftwatch.shadow.psql import Refusal
from driftwatch.sources.sql_script import Failure, read_lines

if TYPE_CHECKING:
    from pathlib import Path

    from psycopg import Connection, Error

    from driftwatch.shadow.contract import ShadowDatabase

MIGRATION = "migration.sql"
_PROVIDER = re.compile(r"""^\s*provider\s*=\s*["']([^"']*)["']""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Migrations:
    """Prisma's migrations, in order."""

    files: tuple[Path, ...]

    def load(self, database: ShadowDatabase, *, stop: bool) -> list[Failure]:
        """Send each file whole; what the server splits it into runs as one transaction.

        Args:
            database: Where to, as its owner.
            stop: Always so: a migration builds on those before it.

        Returns:
            The failure that ended it; empty when all were taken.
        """
        from psycopg import Error, connect

        del stop
        try:
            with connect(database.owner_conninfo, autocommit=True) as connection:
                for file in self.files:
                    if (failure := _send(connection, file)) is not None:
                        return [failure]
        except Error as error:  # no connection
            return [Failure(Refusal(None, None, " ".join(str(error).split())), self.files[0], None)]
        return []


def prisma_migrations(folder: Path) -> Migrations | None:
    """The folder's migrations in the order of their folders' names; None when it is no migrations directory.

    Raises:
        SourceError: they are not PostgreSQL's.
    """
    files = sorted(folder.glob(f"*/{MIGRATION}"), key=lambda file: file.parent.name.encode())
    lock = folder / "migration_lock.toml"
    if files and lock.is_file():
        provider = _PROVIDER.search(lock.read_text(encoding="utf-8", errors="replace"))
        if provider is not None and provider[1] not in {"postgresql", "postgres"}:
            raise SourceError(f"{folder} has migrations for {provider[1]}, and only PostgreSQL's can be loaded.")
    return Migrations(tuple(files)) if files else None


def _send(connection: Connection, file: Path) -> Failure | None:
    from psycopg import Error

    text = b"".join(read_lines(file)).decode()
    try:
        connection.execute(text)
    except Error as error:
        refusal = _refusal(error, text)
        return Failure(refusal, file, refusal.line)
    return None


def _refusal(error: Error, text: str) -> Refusal:
    """`statement_position` counts characters from 1; errors met while a statement runs have none."""
    told = error.diag
    position = told.statement_position
    line = text.count("\n", 0, int(position) - 1) + 1 if position else None
    more = [f"{name}: {said}" for name, said in (("detail", told.message_detail), ("hint", told.message_hint)) if said]
    message = " ".join((told.message_primary or str(error)).split())
    return Refusal(line, told.sqlstate, "; ".join([message, *more]))
