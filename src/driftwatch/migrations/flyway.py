"""Flyway: `V<version>__<description>.sql`, repeatable ones `R__…`, checksums by CRC-32 of the lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zlib import crc32

from driftwatch.diff.builtin_ignores import Table
from driftwatch.migrations.draft import next_number
from driftwatch.migrations.flyway_settings import beside, filled, refuse_other_names
from driftwatch.migrations.model import Fate, Migration, Piece, Record
from driftwatch.migrations.tool import Runs, Tool
from driftwatch.utf8 import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from psycopg import Connection

    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.draft import Draft
    from driftwatch.migrations.placeholders import Place

_COLUMNS = "installed_rank version description type script checksum installed_by installed_on execution_time success"
_NAME = re.compile(r"(?:V(?P<version>\d+(?:[._]\d+)*)|R)__(?P<description>.+)\.sql\Z")
_LINE_END = re.compile(r"\r\n|\r|\n")
_LOCK = 77431708279161
"""What Flyway's advisory lock is counted from ("Flyway")."""
_NOT_ALWAYS_RUN = {"SCHEMA", "DELETE"}


class Flyway(Tool):
    """Versioned ones in the order of their versions, then repeatable ones in that of their descriptions."""

    name = "Flyway"
    homes = ("src/main/resources/db/migration", "db/migration", "sql", "migrations")
    tables = (
        Table("flyway_schema_history", _COLUMNS),
        Table("schema_version", _COLUMNS, "version_rank"),
    )
    ddl = """CREATE TABLE {} (
        installed_rank integer NOT NULL PRIMARY KEY,
        version character varying(50),
        description character varying(200) NOT NULL,
        type character varying(20) NOT NULL,
        script character varying(1000) NOT NULL,
        checksum integer,
        installed_by character varying(100) NOT NULL,
        installed_on timestamp without time zone NOT NULL DEFAULT now(),
        execution_time integer NOT NULL,
        success boolean NOT NULL)"""
    runs = Runs.PSQL
    leaves_transactions = True

    def owns(self, folder: Path) -> bool:
        """A file is named so."""
        return any(_NAME.match(file.name) for file in _files(folder))

    def migrations(self, folder: Path) -> tuple[Migration, ...]:
        """Also those in folders below."""
        refuse_other_names(folder)
        files = [file for file in _files(folder) if _NAME.match(file.name)]
        found = [_migration(file) for file in files]
        return tuple(sorted(found, key=lambda each: (each.repeatable, version_parts(each.version), each.name)))

    def piece(self, migration: Migration, place: Place) -> Piece:
        """The file with its placeholders filled in; settings beside it may keep it out of a transaction."""
        alone = beside(migration.path).get("executeintransaction", "true").lower() == "false"
        text = filled(migration.path, self.given, place, self.tables[0].name)
        return Piece(text, transaction=not alone, split=True)

    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """A versioned file, and its undo, which the paid editions run and the free one leaves alone."""
        used = [parts[0] for each in directory.migrations if (parts := version_parts(each.version))]
        stem = f"{next_number(used, draft)}__{draft.name}.sql"
        ways = (("V", draft.up), ("U", draft.down))
        files = {directory.path / f"{way}{stem}": f"{draft.comment}\n{text}" for way, text in ways if text}
        literal = [file for file, text in files.items() if "${" in text]
        return files | {file.with_name(f"{file.name}.conf"): "placeholderReplacement=false\n" for file in literal}

    def lock_keys(self, connection: Connection) -> tuple[int, ...]:
        """Flyway's own: a constant and the hash that Java has of the table's quoted name."""
        row = connection.execute("SELECT current_schema()::text").fetchone()
        schema = row[0] if row and row[0] else "public"
        value = 0
        for char in f'"{schema}"."{self.tables[0].name}"':
            value = (31 * value + ord(char)) % 2**32
        return (_LOCK + (value - 2**32 if value >= 2**31 else value),)

    def records(self, connection: Connection, table: Found, migrations: Sequence[Migration]) -> tuple[Record, ...]:
        """A row a run; all that a baseline covers counts as applied."""
        rows = connection.execute(
            f"""SELECT coalesce(version, 'R ' || description), type, coalesce(checksum::text, ''),
                       installed_on::timestamptz, success
                FROM {table.sql} ORDER BY installed_rank""".encode()
        ).fetchall()
        found: list[Record] = []
        for version, kind, checksum, at, success in rows:
            if kind == "BASELINE":
                below = [each for each in migrations if not each.repeatable]
                reached = [each for each in below if version_parts(each.version) <= version_parts(version)]
                found += [Record(each.version, at=at) for each in reached]
            elif kind.startswith("UNDO"):
                found = [record for record in found if record.version != version]
            elif kind not in _NOT_ALWAYS_RUN:
                # A repeatable one that ran again takes the place of its older self.
                found = [old for old in found if not (version.startswith("R ") and old.version == version)]
                found.append(Record(version, Fate.APPLIED if success else Fate.FAILED, checksum, at))
        return tuple(found)

    def failed(self, connection: Connection, table: Found, migration: Migration) -> None:
        """A row that says so."""
        self._insert(connection, table, migration, success=False)

    def record(self, connection: Connection, table: Found, migration: Migration) -> None:
        """A row with the next rank; a failed one goes, as by `flyway repair`."""
        self.roll_back(connection, table, migration)
        self._insert(connection, table, migration, success=True)

    def roll_back(self, connection: Connection, table: Found, migration: Migration) -> None:
        """As `flyway repair`: failed rows go."""
        connection.execute(
            f"DELETE FROM {table.sql} WHERE coalesce(version, 'R ' || description) = %s AND NOT success".encode(),
            [migration.version],
        )

    @staticmethod
    def _insert(connection: Connection, table: Found, migration: Migration, *, success: bool) -> None:
        described = migration.version.removeprefix("R ") if migration.repeatable else _description(migration.path)
        version = None if migration.repeatable else migration.version
        connection.execute(
            f"""INSERT INTO {table.sql} (installed_rank, version, description, type, script, checksum, installed_by,
                                         execution_time, success)
                SELECT coalesce(max(installed_rank), 0) + 1, %s, %s, 'SQL', %s, %s, current_user, 0, %s
                FROM {table.sql}""".encode(),
            [version, described, migration.path.name, int(migration.checksum), success],
        )


def _files(folder: Path) -> list[Path]:
    """Those in the folder and up to two levels below."""
    return [file for pattern in ("*.sql", "*/*.sql", "*/*/*.sql") for file in folder.glob(pattern)]


def version_parts(version: str) -> tuple[int, ...]:
    """`1.10` as numbers, so that it comes after `1.9`; nothing for a repeatable one."""
    return tuple(int(part) for part in re.split(r"[._]", version) if part.isdigit())


def checksum(file: Path) -> int:
    """CRC-32 over the lines without their ends, as a signed 32-bit number."""
    value = 0
    for line in _LINE_END.split(read_text(file).removesuffix("\n")):
        value = crc32(line.encode(), value)
    return value - 2**32 if value >= 2**31 else value


def _description(file: Path) -> str:
    found = _NAME.match(file.name)
    return found["description"].replace("_", " ") if found else file.stem


def _migration(file: Path) -> Migration:
    found = _NAME.match(file.name)
    version = found["version"] if found else None
    named = version.replace("_", ".") if version else f"R {_description(file)}"
    return Migration(file.stem, named, file, str(checksum(file)), repeatable=version is None)


TOOL = Flyway()
