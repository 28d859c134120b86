"""graphile-migrate: `committed/<number>-<name>.sql`, each with the hash of the one before it; no way back."""

from __future__ import annotations

import os
import re
from hashlib import sha1
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.diff.builtin_ignores import Table
from driftwatch.errors import MigrationError
from driftwatch.migrations.model import Fate, Migration, Piece, Record
from driftwatch.migrations.placeholders import HERE, fill
from driftwatch.migrations.tool import Tool
from driftwatch.utf8 import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from psycopg import Connection

    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.draft import Draft
    from driftwatch.migrations.placeholders import Place

COMMITTED = "committed"
SCHEMA = "graphile_migrate"
ADVISORY_LOCK = 4727445306447283
"""What graphile-migrate takes by `pg_try_advisory_lock`."""

_NAME = re.compile(r"(?P<number>\d+)(-[-_a-zA-Z0-9]*)?\.sql\Z")
_HEADER = re.compile(r"--! ([A-Z][a-zA-Z0-9_]*)(?::(.*))?\Z")
_ALONE = re.compile(r"--!\s*no-transaction\b")
_NO_TRANSACTION = "--! no-transaction\n"
_PLACEHOLDER = re.compile(r"""["'](:[A-Z][0-9A-Z_]*)["']\s*:\s*(?:(["'])(.*?)\2)?""")
"""In `.gmrc`, which is JSON5: names of this shape stand nowhere else in it."""
_FROM_ENVIRONMENT = "!ENV"
_NONE = "-"


class _File(NamedTuple):
    """A committed migration: its headers, the text below, and the line of the file that this begins on."""

    headers: dict[str, str]
    body: str
    line: int


class GraphileMigrate(Tool):
    """A folder with `committed/` in it; what is in `current.sql` is not committed yet, and left alone."""

    name = "graphile-migrate"
    outside = f"a first line '{_NO_TRANSACTION.strip()}'"
    tables = (Table("migrations", "hash previous_hash filename date"),)
    ddl = """
        CREATE TABLE {0} (
            hash text PRIMARY KEY, previous_hash text REFERENCES {0}, filename text NOT NULL,
            date timestamptz NOT NULL DEFAULT now());
        CREATE TABLE IF NOT EXISTS {at}current (
            filename text PRIMARY KEY DEFAULT 'current.sql', content text NOT NULL,
            date timestamptz NOT NULL DEFAULT now())"""

    def owns(self, folder: Path) -> bool:
        """It has committed ones, or the place for them and for the current one."""
        committed = folder / COMMITTED
        if not committed.is_dir():
            return False
        current = (folder / "current.sql").exists() or (folder / "current").is_dir()
        return current or any(_NAME.match(file.name) for file in committed.iterdir())

    def migrations(self, folder: Path) -> tuple[Migration, ...]:
        """By number, each after the one whose hash it names."""
        committed = folder / COMMITTED
        files = sorted(file for file in committed.glob("*.sql") if _NAME.match(file.name))
        found = tuple(_migration(file) for file in files)
        before = _NONE
        for file in files:
            headers = _parsed(file).headers
            if headers["Previous"] != before:
                raise MigrationError(f"{file} follows {headers['Previous']}, and what stands before it is {before}")
            before = headers["Hash"]
        return found

    def piece(self, migration: Migration, place: Place) -> Piece:
        """What is below the headers; its first line may keep it out of a transaction."""
        _, body, line = _parsed(migration.path)
        values = _placeholders(migration.path.parent.parent.parent) | _given(self.given)
        values |= {":DATABASE_NAME": place.database, ":DATABASE_OWNER": place.user}
        names = "|".join(re.escape(name) for name in sorted(values, key=len, reverse=True))

        def missing(name: str, at: int) -> str:
            return (
                f"{migration.path}, line {line + at - 1}: {name} comes from the variable {name[1:]}, and that is not "
                f"set: set it, or give it under {HERE}"
            )

        sql = fill(body, re.compile(rf"({names})\b"), lambda name: values[name], missing)
        return Piece(sql, line, transaction=not _ALONE.match(body))

    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """A committed migration with its hash."""
        last = directory.migrations[-1].path if directory.migrations else None
        before = _parsed(last).headers["Hash"] if last else _NONE
        number = int(_NAME.match(last.name)["number"]) + 1 if last else 1  # type: ignore[index]
        body = f"{'' if draft.block else _NO_TRANSACTION}{draft.comment}\n{draft.up}".strip() + "\n"
        named = draft.name.replace("_", " ")
        head = f"--! Previous: {before}\n--! Hash: {_hash(body, before)}\n--! Message: {named}\n"
        file = directory.path / COMMITTED / f"{number:06}-{draft.name.replace('_', '-')}.sql"
        return {file: f"{head}\n{body}"}

    def find(self, connection: Connection, schema: str | None) -> Found | None:
        """Always in its own schema."""
        del schema
        return super().find(connection, SCHEMA)

    def create(self, connection: Connection, schema: str | None) -> Found:
        """Both tables, in its own schema."""
        del schema
        return super().create(connection, SCHEMA)

    def lock_keys(self, connection: Connection) -> tuple[int, ...]:
        """graphile-migrate's own."""
        del connection
        return (ADVISORY_LOCK,)

    def records(self, connection: Connection, table: Found, migrations: Sequence[Migration]) -> tuple[Record, ...]:
        """A row for each that was run, by its number."""
        del migrations
        rows = connection.execute(f"SELECT filename, hash, date FROM {table.sql} ORDER BY filename".encode()).fetchall()
        return tuple(Record(name, Fate.APPLIED, checksum, at) for name, checksum, at in rows)

    def record(self, connection: Connection, table: Found, migration: Migration) -> None:
        """A row with its hash and that of the one before."""
        headers = _parsed(migration.path).headers
        before = None if headers["Previous"] == _NONE else headers["Previous"]
        connection.execute(
            f"INSERT INTO {table.sql} (hash, previous_hash, filename) VALUES (%s, %s, %s)".encode(),
            [headers["Hash"], before, migration.version],
        )

    def roll_back(self, connection: Connection, table: Found, migration: Migration) -> None:
        """No row."""
        connection.execute(f"DELETE FROM {table.sql} WHERE filename = %s".encode(), [migration.version])


def _placeholders(project: Path) -> dict[str, str | None]:
    """Those of `.gmrc`; None for one whose variable is not set."""
    settings = next((file for name in (".gmrc", ".gmrc.js") if (file := project / name).is_file()), None)
    if settings is None:
        return {}
    lines = (line for line in read_text(settings).splitlines() if not line.lstrip().startswith("//"))
    found = _PLACEHOLDER.findall("\n".join(lines))
    return {
        name: value if quote and value != _FROM_ENVIRONMENT else os.environ.get(name[1:])
        for name, quote, value in found
    }


def _given(values: Mapping[str, str]) -> dict[str, str]:
    return {f":{name.removeprefix(':')}": value for name, value in values.items()}


def _migration(file: Path) -> Migration:
    headers, body, _ = _parsed(file)
    for wanted in ("Previous", "Hash"):
        if not headers.get(wanted):
            raise MigrationError(f"{file} has no line '--! {wanted}: …': 'graphile-migrate commit' writes it")
    checksum = _hash(body, headers["Previous"])
    if checksum != headers["Hash"] and "AllowInvalidHash" in headers:
        checksum = headers["Hash"]
    number = file.name.partition("-")[0].removesuffix(".sql")
    return Migration(file.stem, f"{number}.sql", file, checksum)


def _parsed(file: Path) -> _File:
    lines = read_text(file).split("\n")
    headers: dict[str, str] = {}
    for line in lines:
        found = _HEADER.match(line.removesuffix("\r"))
        if not found:
            break
        headers[found[1]] = (found[2] or "").strip()
    below = "\n".join(lines[len(headers) :])
    body = below.strip() + "\n"
    skipped = len(below) - len(below.lstrip())
    return _File(headers, body, len(headers) + 1 + below.count("\n", 0, skipped))


def _hash(body: str, before: str) -> str:
    """SHA-1 of the hash before and the text."""
    text = f"{'' if before == _NONE else before}\n{body.strip()}".strip() + "\n"
    # Not for safety: graphile-migrate's own choice.
    return f"sha1:{sha1(text.encode(), usedforsecurity=False).hexdigest()}"


TOOL = GraphileMigrate()
