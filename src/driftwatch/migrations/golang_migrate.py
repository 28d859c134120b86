"""golang-migrate: `<version>_<name>.up.sql` and `.down.sql`, one row that says how far the database is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from driftwatch.diff.builtin_ignores import Table
from driftwatch.migrations.draft import next_number
from driftwatch.migrations.model import Fate, Migration, Record
from driftwatch.migrations.placeholders import place_of
from driftwatch.migrations.tool import Tool, number_of, sql_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from psycopg import Connection

    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.draft import Draft

UP, DOWN = ".up.sql", ".down.sql"
_SALT = 1486364155


class GolangMigrate(Tool):
    """One version, and whether it is dirty: whatever comes before it counts as applied."""

    name = "golang-migrate"
    tables = (Table("schema_migrations", "version dirty"),)
    ddl = "CREATE TABLE {} (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)"

    def owns(self, folder: Path) -> bool:
        """A file ends in .up.sql."""
        return any(number_of(file.name)[0] >= 0 for file in folder.glob(f"*{UP}"))

    def migrations(self, folder: Path) -> tuple[Migration, ...]:
        """By number."""
        files = [file for file in sql_files(folder) if file.name.endswith(UP) and number_of(file.name)[0] >= 0]
        files.sort(key=lambda file: number_of(file.name))
        return tuple(_migration(file) for file in files)

    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """A file for each way; six digits unless the numbers are timestamps."""
        number = next_number([int(each.version) for each in directory.migrations], draft)
        stem = directory.path / f"{number:06}_{draft.name}"
        ways = ((UP, draft.up), (DOWN, draft.down))
        return {stem.with_name(f"{stem.name}{end}"): f"{draft.comment}\n{text}" for end, text in ways if text}

    def records(self, connection: Connection, table: Found, migrations: Sequence[Migration]) -> tuple[Record, ...]:
        """All up to the version, which itself has failed where the row is dirty."""
        row = connection.execute(f"SELECT version, dirty FROM {table.sql}".encode()).fetchone()
        if row is None:
            return ()
        version, dirty = row
        before = {number for each in migrations if (number := int(each.version)) < version}
        last = Record(str(version), Fate.FAILED if dirty else Fate.APPLIED)
        return (*(Record(str(number)) for number in sorted(before)), last)

    def lock_keys(self, connection: Connection) -> tuple[int, ...]:
        """The tool's own: of schema, table and database by CRC-32, times a constant.

        The database is what stood in the URL, slash and all, where it was opened by one, else its name.
        """
        row = connection.execute("SELECT current_schema()::text, current_database()::text").fetchone()
        schema, database = row or ("public", "")
        names = [f"{schema}\0{self.tables[0].name}\0{name}" for name in (f"/{database}", database)]
        return tuple(crc32(name.encode()) * _SALT % 2**32 for name in names)

    def deploy(self, connection: Connection, table: Found, migration: Migration) -> None:
        """Dirty first, then the script, then clean: a failure leaves it dirty, as the tool does."""
        self._set(connection, table, migration.version, dirty=True)
        connection.execute(self.piece(migration, place_of(connection)).sql.encode())
        self._set(connection, table, migration.version, dirty=False)

    def record(self, connection: Connection, table: Found, migration: Migration) -> None:
        """As `migrate force`."""
        self._set(connection, table, migration.version, dirty=False)

    def roll_back(self, connection: Connection, table: Found, migration: Migration) -> None:
        """The one before it is the newest."""
        folder = migration.path.parent
        before = [each for each in self.migrations(folder) if int(each.version) < int(migration.version)]
        if before:
            self._set(connection, table, before[-1].version, dirty=False)
        else:
            connection.execute(f"TRUNCATE {table.sql}".encode())

    @staticmethod
    def _set(connection: Connection, table: Found, version: str, *, dirty: bool) -> None:
        with connection.transaction():
            connection.execute(f"TRUNCATE {table.sql}".encode())
            connection.execute(f"INSERT INTO {table.sql} VALUES (%s, %s)".encode(), [int(version), dirty])


def _migration(file: Path) -> Migration:
    number, _ = number_of(file.name)
    return Migration(file.name.removesuffix(UP), str(number), file)


TOOL = GolangMigrate()
