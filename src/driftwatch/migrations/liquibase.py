"""Liquibase's formatted SQL: change sets `--changeset author:id` in files that `includeAll` takes in name order.

A change set is a migration of its own. Change logs in XML, YAML or JSON are programs of Liquibase's, and not read.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.diff.builtin_ignores import Table
from driftwatch.errors import MigrationError
from driftwatch.migrations.draft import next_number
from driftwatch.migrations.liquibase_changesets import ATTRIBUTE, CURRENT, OURS, changesets, properties_of
from driftwatch.migrations.liquibase_settings import OTHER_LOGS, PROPERTIES, refuse_other_logs, runs, settings
from driftwatch.migrations.model import Fate, Migration, Piece, Record
from driftwatch.migrations.tool import Tool, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.draft import Draft
    from driftwatch.migrations.liquibase_changesets import ChangeSet
    from driftwatch.migrations.liquibase_settings import Settings
    from driftwatch.migrations.placeholders import Place

_HEAD = re.compile(r"\s*--\s*liquibase\s+formatted\s+sql\b(.*)", re.IGNORECASE)
_WIDTH = 4
_END = "--;;"
"""What ends a statement in the files that are written here."""
_TABLE = """CREATE TABLE {} (
    id varchar(255) NOT NULL, author varchar(255) NOT NULL, filename varchar(255) NOT NULL,
    dateexecuted timestamp NOT NULL, orderexecuted int NOT NULL, exectype varchar(10) NOT NULL, md5sum varchar(35),
    description varchar(255), comments varchar(255), tag varchar(255), liquibase varchar(20), contexts varchar(255),
    labels varchar(255), deployment_id varchar(10));
CREATE TABLE IF NOT EXISTS {at}databasechangeloglock (
    id int NOT NULL PRIMARY KEY, locked boolean NOT NULL, lockgranted timestamp, lockedby varchar(255));
INSERT INTO {at}databasechangeloglock VALUES (1, false) ON CONFLICT DO NOTHING"""


class Liquibase(Tool):
    """A folder of change logs in SQL, also in folders below."""

    name = "Liquibase"
    homes = ("src/main/resources/db/changelog", "db/changelog", "changelog", "migrations")
    tables = (
        Table(
            "databasechangelog",
            "id author filename dateexecuted orderexecuted exectype md5sum description comments tag liquibase",
            "contexts labels deployment_id",
        ),
    )
    ddl = _TABLE
    outside = "'runInTransaction:false' in its changeset line"
    lock_table = "databasechangeloglock"
    locked_by = "CASE WHEN locked THEN coalesce(lockedby, 'somebody') || ' since ' || lockgranted END"

    def owns(self, folder: Path) -> bool:
        """A file begins with its line, or one in another format has change sets."""
        return any(_head(file) is not None for file in _files(folder)) or any(
            b"databaseChangeLog" in file.read_bytes() and b"changeSet" in file.read_bytes()
            for file in folder.glob("*")
            if file.suffix.lower() in OTHER_LOGS and file.is_file()
        )

    def migrations(self, folder: Path) -> tuple[Migration, ...]:
        """File by file, by name; those that are for PostgreSQL, and whose contexts and labels run."""
        home, files = _home(folder.resolve()), _files(folder)
        refuse_other_logs(folder.resolve(), home, files)
        return tuple(_migrations(files, home, settings(home)))

    def piece(self, migration: Migration, place: Place) -> Piece:
        """The change set's lines, with what Liquibase puts in and takes out."""
        del place
        wanted = migration.version.split("::")[1:]
        values = {**dict(migration.values), **{name.lower(): value for name, value in self.given.items()}}
        found = next(each for each in changesets(migration.path, values) if [each.name, each.author] == wanted)
        delimiter = found.attributes.get("endDelimiter", ";")
        if delimiter != ";" and not delimiter.startswith("--"):  # to PostgreSQL a comment
            raise MigrationError(
                f"{migration.path}, line {found.line}: statements that end in {delimiter!r} only Liquibase can split"
            )
        alone = found.attributes.get("runInTransaction", "true").lower() == "false"
        split = found.attributes.get("splitStatements", "true").lower() != "false"
        text = found.text(migration.path)
        return Piece(text, found.line + 1, transaction=not alone, split=split)

    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """A file with one change set and its way back; what ends a statement is said, for bodies hold semicolons."""
        names = [each.path.stem for each in directory.migrations]
        width = max((len(name) - len(name.lstrip("0123456789")) for name in names), default=_WIDTH)
        number = next_number([number_of(name)[0] for name in names], draft)
        stem = f"{number:0{width}}_{draft.name}"
        alone = "" if draft.block else " runInTransaction:false"
        head = f"--changeset {OURS}:{stem} stripComments:false endDelimiter:{_END} rollbackEndDelimiter:{_END}{alone}"
        up = "".join(f"{sql};\n{_END}\n" for sql in draft.up_statements)
        down = "".join(f"{sql};\n{_END}\n" for sql in draft.down_statements)
        back = "".join(f"--rollback {line}\n" for line in down.splitlines())
        text = f"--liquibase formatted sql\n\n{head}\n{draft.comment}\n{up}{back}"
        return {directory.path / f"{stem}.sql": text}

    def records(self, connection: Connection, table: Found, migrations: Sequence[Migration]) -> tuple[Record, ...]:
        """A row for each; the path in it depends on where Liquibase was started, its end is what counts."""
        rows = connection.execute(
            f"""SELECT filename, id, author, exectype, coalesce(md5sum, ''), dateexecuted::timestamptz
                FROM {table.sql} ORDER BY orderexecuted, dateexecuted""".encode()
        ).fetchall()
        return tuple(
            Record(
                _version(file, name, author, migrations),
                Fate.FAILED if kind == "FAILED" else Fate.APPLIED,
                checksum if checksum.startswith(CURRENT) else "",
                at,
            )
            for file, name, author, kind, checksum, at in rows
        )

    def record(self, connection: Connection, table: Found, migration: Migration) -> None:
        """A row; of one that runs again at each change, the old one goes."""
        if migration.repeatable:
            self.roll_back(connection, table, migration)
        _, name, author = migration.version.split("::")
        connection.execute(
            f"""INSERT INTO {table.sql} (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum,
                                         description, comments, liquibase)
                SELECT %s, %s, %s, now(), coalesce(max(orderexecuted), 0) + 1, 'EXECUTED', %s, 'sql', '', 'driftwatch'
                FROM {table.sql}""".encode(),
            [name, author, _path_of(connection, table, migration), migration.checksum],
        )

    def roll_back(self, connection: Connection, table: Found, migration: Migration) -> None:
        """No row."""
        _, name, author = migration.version.split("::")
        connection.execute(
            f"DELETE FROM {table.sql} WHERE id = %s AND author = %s AND filename = %s".encode(),
            [name, author, _path_of(connection, table, migration)],
        )


def _files(folder: Path) -> list[Path]:
    """Those in the folder and up to two levels below, as `includeAll` orders them."""
    found = [file for pattern in ("*.sql", "*/*.sql", "*/*/*.sql") for file in folder.glob(pattern)]
    return sorted(found, key=lambda file: file.relative_to(folder).as_posix())


def _head(file: Path) -> re.Match[str] | None:
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        return next((_HEAD.match(line) for line in lines if line.strip()), None)


def _migrations(files: Sequence[Path], home: Path, said: Settings) -> Iterator[Migration]:
    """Of all files; what one says by `--property` holds for those after it, and what was said first stays."""
    everywhere = {name.lower(): value for name, value in said.parameters.items()}
    for file in files:
        head = _head(file)
        if head is None:
            raise MigrationError(f"{file} does not begin with '--liquibase formatted sql', as the files beside it do")
        here: dict[str, str] = {}
        for name, value, everybody in properties_of(file, said):
            (everywhere if everybody else here).setdefault(name, value)
        values = {**here, **everywhere}
        own = file.resolve().relative_to(home).as_posix()
        own = dict(ATTRIBUTE.findall(head[1])).get("logicalFilePath", own).strip('"')
        for each in changesets(file, values):
            if each.wanted and runs(said, each.attributes, f"{file}, line {each.line}"):
                yield _migration(file, each, own)


def _migration(file: Path, each: ChangeSet, own: str) -> Migration:
    place = each.attributes.get("logicalFilePath", own)
    version = f"{place}::{each.name}::{each.author}"
    on_change, always = (each.attributes.get(name, "").lower() == "true" for name in ("runOnChange", "runAlways"))
    values = tuple(each.parameters.items())
    return Migration(
        version, version, file, each.checksum, repeatable=on_change or always, always=always, values=values
    )


def _version(file: str, name: str, author: str, migrations: Sequence[Migration]) -> str:
    """That of the migration that a row is about, else the row's own words."""
    ending = f"::{name}::{author}"
    for each in migrations:
        place = each.version.removesuffix(ending)
        if each.version.endswith(ending) and (f"/{file}".endswith(f"/{place}") or f"/{place}".endswith(f"/{file}")):
            return each.version
    return f"{file}{ending}"


def _home(folder: Path) -> Path:
    """What Liquibase's paths begin at: where its properties are, the resources of a Java project, else the folder."""
    for place in (folder, *folder.parents):
        if (place / PROPERTIES).is_file() or place.name == "resources":
            return place
    return folder


def _path_of(connection: Connection, table: Found, migration: Migration) -> str:
    """A file's path as Liquibase has it: like those of the files beside it that it has run."""
    file = migration.version.split("::")[0]
    rows = connection.execute(f"SELECT DISTINCT filename FROM {table.sql} ORDER BY 1".encode()).fetchall()
    known = [str(path) for (path,) in rows]
    if file in known or not f"/{file}".endswith(f"/{migration.path.name}"):
        return file
    folders = [path.rpartition("/")[0] for path in known if (migration.path.parent / Path(path).name).is_file()]
    return f"{folders[0]}/{migration.path.name}".lstrip("/") if folders else file


TOOL = Liquibase()
