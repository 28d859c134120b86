"""Plain numbered SQL: `0007_name.sql`, with `0007_name.down.sql` for the way back; driftwatch keeps the books."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from driftwatch.diff.builtin_ignores import Table
from driftwatch.migrations.draft import next_number
from driftwatch.migrations.model import Fate, Migration, Piece, Record
from driftwatch.migrations.tool import Runs, Tool, has_line, number_of, sql_files
from driftwatch.utf8 import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from psycopg import Connection

    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.draft import Draft
    from driftwatch.migrations.placeholders import Place

DOWN = ".down.sql"
NO_TRANSACTION = "-- driftwatch: no transaction"
_END = "\n"
_WIDTH = 4


class Plain(Tool):
    """Numbered files and `driftwatch_migrations`."""

    name = "plain SQL"
    tables = (Table("driftwatch_migrations", "name checksum applied_at"),)
    ddl = """CREATE TABLE {} (
        name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"""
    runs = Runs.PSQL
    outside = f"a line '{NO_TRANSACTION}'"

    def owns(self, folder: Path) -> bool:
        """Every file begins with a number."""
        files = sql_files(folder)
        return bool(files) and all(number_of(file.name)[0] >= 0 for file in files)

    def migrations(self, folder: Path) -> tuple[Migration, ...]:
        """By number, then by name."""
        files = [file for file in sql_files(folder) if not file.name.endswith(DOWN)]
        files.sort(key=lambda file: number_of(file.name))
        return tuple(Migration(file.stem, file.stem, file, sha256(file.read_bytes()).hexdigest()) for file in files)

    def piece(self, migration: Migration, place: Place) -> Piece:
        """In a transaction unless a line of the file says otherwise."""
        del place
        return Piece(read_text(migration.path), transaction=not has_line(migration.path, NO_TRANSACTION), split=True)

    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """A file, and one for the way back; the number has as many digits as those before it."""
        names = [each.name for each in directory.migrations]
        width = max((len(name) - len(name.lstrip("0123456789")) for name in names), default=_WIDTH)
        number = next_number([number_of(name)[0] for name in names], draft)
        stem = f"{number:0{width}}_{draft.name}"
        up, down = (
            f"{draft.comment}{f'{NO_TRANSACTION}{_END}' if not block else ''}\n{text}"
            for text, block in ((draft.up, draft.block), (draft.down, draft.down_block))
        )
        files = {directory.path / f"{stem}.sql": up}
        return files | ({directory.path / f"{stem}{DOWN}": down} if draft.down else {})

    def records(self, connection: Connection, table: Found, migrations: Sequence[Migration]) -> tuple[Record, ...]:
        """A row for each that was applied; what failed was taken back whole."""
        del migrations
        rows = connection.execute(
            f"SELECT name, checksum, applied_at FROM {table.sql} ORDER BY applied_at, name".encode()
        ).fetchall()
        return tuple(Record(name, Fate.APPLIED, checksum, at) for name, checksum, at in rows)

    def record(self, connection: Connection, table: Found, migration: Migration) -> None:
        """A row."""
        connection.execute(
            f"INSERT INTO {table.sql} (name, checksum) VALUES (%s, %s)".encode(),
            [migration.version, migration.checksum],
        )

    def roll_back(self, connection: Connection, table: Found, migration: Migration) -> None:
        """No row."""
        connection.execute(f"DELETE FROM {table.sql} WHERE name = %s".encode(), [migration.version])


TOOL = Plain()
