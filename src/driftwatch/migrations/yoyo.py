"""yoyo: `<id>.sql` with `<id>.rollback.sql` beside it, ordered by `-- depends:`; what is Python yoyo itself runs."""

from __future__ import annotations

import re
from configparser import ConfigParser
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

from driftwatch.diff.builtin_ignores import Table
from driftwatch.errors import MigrationError
from driftwatch.migrations.draft import next_number
from driftwatch.migrations.model import Fate, Migration, Piece, Record
from driftwatch.migrations.ordered import heads, in_order
from driftwatch.migrations.python_file import assigned, names_in, python_of
from driftwatch.migrations.tool import Program, Runs, Tool, has_line, number_of, sql_files, to_url
from driftwatch.utf8 import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from psycopg import Connection

    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.draft import Draft
    from driftwatch.migrations.placeholders import Place

INI = "yoyo.ini"
BACK = ".rollback.sql"
HOOK = "post-apply"

_DIRECTIVE = re.compile(r"\s*--\s*(depends|transactional)\s*:(.*)")
_MADE_BY_YOYO = re.compile(r"\d{8}_\d{2}_[A-Za-z0-9]{5}(-|\.sql)")
"""`20240131_01_x7Rf2-name.sql`: what `yoyo new` calls a file."""
_WIDTH = 4

# Runs in the Python that yoyo is installed in; the URL comes by the environment, never by the arguments.
_RUNNER = """
import importlib.util, os, sys
from yoyo import get_backend, read_migrations
found = importlib.util.find_spec("psycopg2") is None and importlib.util.find_spec("psycopg") is not None
scheme = "postgresql+psycopg" if found else "postgresql"
backend = get_backend(scheme + os.environ["DRIFTWATCH_TARGET"].removeprefix("postgresql"))
migrations = read_migrations(sys.argv[1])
wanted, waiting = set(), {each for each in migrations if each.id == sys.argv[2]}
while waiting:
    each = waiting.pop()
    wanted.add(each)
    waiting |= each.depends - wanted
with backend.lock():
    backend.apply_migrations(backend.to_apply(migrations.filter(wanted.__contains__)))
"""


class Yoyo(Tool):
    """A folder of SQL files, and of Python ones."""

    name = "yoyo"
    tables = (Table("_yoyo_migration", "migration_hash migration_id applied_at_utc"),)
    ddl = """
        CREATE TABLE {} (
            migration_hash VARCHAR(64) PRIMARY KEY, migration_id VARCHAR(255), applied_at_utc TIMESTAMP);
        CREATE TABLE IF NOT EXISTS {at}_yoyo_log (
            id VARCHAR(36) PRIMARY KEY, migration_hash VARCHAR(64), migration_id VARCHAR(255), operation VARCHAR(10),
            username VARCHAR(255), hostname VARCHAR(255), comment VARCHAR(255), created_at_utc TIMESTAMP);
        CREATE TABLE IF NOT EXISTS {at}_yoyo_version (version INT NOT NULL PRIMARY KEY, installed_at_utc TIMESTAMP);
        CREATE TABLE IF NOT EXISTS {at}yoyo_lock (
            locked INT DEFAULT 1 PRIMARY KEY, ctime TIMESTAMP, pid INT NOT NULL);
        INSERT INTO {at}_yoyo_version VALUES (2, clock_timestamp() AT TIME ZONE 'UTC') ON CONFLICT DO NOTHING"""
    lock_table = "yoyo_lock"
    locked_by = "'process ' || pid || ' since ' || ctime || ' UTC'"
    runs = Runs.PSQL
    outside = "a first line '-- transactional: false'"

    def owns(self, folder: Path) -> bool:
        """A yoyo.ini names the folder, or a file is named or laid out as only yoyo's are.

        Raises:
            MigrationError: some files say what they depend on, and nothing else tells whose they are.
        """
        files = sql_files(folder)
        if (
            any(file.name.endswith(BACK) or _MADE_BY_YOYO.match(file.name) for file in files)
            or any(has_line(file, "from yoyo import", "import yoyo", "__depends__") for file in folder.glob("*.py"))
            or any(_named_by(place / INI, folder) for place in (folder, folder.parent, folder.parent.parent))
        ):
            return True
        depending = next((file for file in files if "depends" in _directives(file)), None)
        if depending is None:
            return False
        raise MigrationError(
            f"{depending} says what it depends on, as yoyo's migrations do, and nothing else in {folder} tells whose "
            f"they are: say 'migrations: {{path: {folder.name}, tool: yoyo}}' in config.yaml (or 'tool: plain'), or "
            f"have a {INI} name the folder"
        )

    def migrations(self, folder: Path) -> tuple[Migration, ...]:
        """By name, but each after those that it depends on."""
        files = [file for file in (*sql_files(folder), *sorted(folder.glob("*.py"))) if _is_migration(file)]
        return tuple(in_order([_migration(file) for file in files]))

    def how(self, migrations: Sequence[Migration]) -> Runs:
        """SQL is run here, unless something of the directory is Python, or a hook that follows every deploy."""
        folders = {each.path.parent for each in migrations}
        only_sql = all(each.path.suffix == ".sql" for each in migrations)
        hooked = any(any(folder.glob(f"{HOOK}*")) for folder in folders)
        return self.runs if only_sql and not hooked else Runs.PROGRAM

    def piece(self, migration: Migration, place: Place) -> Piece:
        """The whole file; a line in front may keep it out of a transaction."""
        del place
        alone = _directives(migration.path).get("transactional", "true").lower() == "false"
        return Piece(read_text(migration.path), transaction=not alone, split=True)

    def program(self, folder: Path, parameters: Mapping[str, str], upto: str) -> Program:
        """As `yoyo apply --revision`: one, and what it depends on."""
        python = python_of(folder.resolve().parent, "yoyo")
        return Program((python, "-c", _RUNNER, str(folder), upto), {"DRIFTWATCH_TARGET": to_url(parameters)}, folder)

    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """A file, and one for the way back; it depends on all that nothing depends on yet."""
        names = [each.name for each in directory.migrations]
        width = max((len(name) - len(name.lstrip("0123456789")) for name in names), default=_WIDTH)
        number = next_number([number_of(name)[0] for name in names], draft)
        stem = f"{number:0{width}}_{draft.name}"
        ends = heads(directory.migrations)
        alone = "" if draft.block else "-- transactional: false\n"
        depends = f"-- depends: {' '.join(ends)}\n" if ends else ""
        files = {directory.path / f"{stem}.sql": f"{draft.comment}{depends}{alone}\n{draft.up}"}
        return files | ({directory.path / f"{stem}{BACK}": draft.down} if draft.down else {})

    def records(self, connection: Connection, table: Found, migrations: Sequence[Migration]) -> tuple[Record, ...]:
        """A row for each that was applied, times in UTC."""
        del migrations
        rows = connection.execute(
            f"SELECT migration_id, applied_at_utc AT TIME ZONE 'UTC' FROM {table.sql} ORDER BY 2, 1".encode()
        ).fetchall()
        return tuple(Record(name, Fate.APPLIED, at=at) for name, at in rows)

    def record(self, connection: Connection, table: Found, migration: Migration) -> None:
        """A row by the hash of the name, and one in the log."""
        self._log(connection, table, migration, "mark")
        connection.execute(
            f"INSERT INTO {table.sql} VALUES (%s, %s, clock_timestamp() AT TIME ZONE 'UTC')".encode(),
            [_hash(migration), migration.version],
        )

    def roll_back(self, connection: Connection, table: Found, migration: Migration) -> None:
        """No row, and one in the log."""
        self._log(connection, table, migration, "unmark")
        connection.execute(f"DELETE FROM {table.sql} WHERE migration_hash = %s".encode(), [_hash(migration)])

    @staticmethod
    def _log(connection: Connection, table: Found, migration: Migration, operation: str) -> None:
        log = table._replace(name="_yoyo_log").sql
        connection.execute(
            f"""INSERT INTO {log} (id, migration_hash, migration_id, operation, username, hostname, created_at_utc)
                VALUES (%s, %s, %s, %s, current_user, 'driftwatch', clock_timestamp() AT TIME ZONE 'UTC')""".encode(),
            [str(uuid4()), _hash(migration), migration.version, operation],
        )


def _is_migration(file: Path) -> bool:
    return not file.name.endswith(BACK) and not file.name.startswith((HOOK, "_"))


def _migration(file: Path) -> Migration:
    if file.suffix == ".py":
        needs = names_in(assigned(file, {"__depends__"}).get("__depends__"))
    else:
        needs = tuple(_directives(file).get("depends", "").split())
    return Migration(file.stem, file.stem, file, needs=needs)


def _directives(file: Path) -> dict[str, str]:
    """What the comments before the first statement say; whether the rest is UTF-8 is asked when it is to be run."""
    found: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.strip() and not line.lstrip().startswith("--"):
            break
        if told := _DIRECTIVE.match(line):
            found[told[1]] = f"{found.get(told[1], '')} {told[2]}".strip()
    return found


def _named_by(ini: Path, folder: Path) -> bool:
    """Whether a yoyo.ini has the folder among its sources."""
    if not ini.is_file():
        return False
    parser = ConfigParser(interpolation=None)
    parser.read(ini, encoding="utf-8")
    sources = parser.get("DEFAULT", "sources", fallback="").replace("%(here)s", str(ini.parent)).split()
    return any((ini.parent / source).resolve() == folder.resolve() for source in sources)


def _hash(migration: Migration) -> str:
    return sha256(migration.version.encode()).hexdigest()


TOOL = Yoyo()
