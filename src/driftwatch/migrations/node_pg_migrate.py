"""node-pg-migrate: `<number>_<name>.sql` with `-- Up Migration`; what is JavaScript node-pg-migrate itself runs."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from json import dumps
from typing import TYPE_CHECKING

from driftwatch.diff.builtin_ignores import Table
from driftwatch.errors import MigrationError
from driftwatch.migrations.draft import next_number
from driftwatch.migrations.model import Fate, Migration, Piece, Record
from driftwatch.migrations.tool import Program, Runs, Tool, number_of, to_node_url
from driftwatch.utf8 import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from psycopg import Connection

    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.draft import Draft
    from driftwatch.migrations.placeholders import Place

ADVISORY_LOCK = 7241865325823964
"""What node-pg-migrate takes by `pg_try_advisory_lock`."""

_PROGRAMS = frozenset({".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"})
_UP, _DOWN = (re.compile(rf"\s*--[\s-]*{way}\s+migration", re.IGNORECASE) for way in ("up", "down"))
_DATED = 17
"""A number of as many digits is a date: year to millisecond, in UTC."""
_MILLISECONDS = 13
"""A number of as many digits is the time."""
_SCRIPT = """{comment}
exports.up = (pgm) => {{
{up}}};

exports.down = {down};
"""


class NodePgMigrate(Tool):
    """A folder of SQL files, and of JavaScript or TypeScript ones."""

    name = "node-pg-migrate"
    outside = "a migration in JavaScript that calls pgm.noTransaction()"
    tables = (Table("pgmigrations", "id name run_on"),)
    ddl = "CREATE TABLE {} (id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)"

    def owns(self, folder: Path) -> bool:
        """A file has its marker, or makes use of its builder, `pgm`."""
        return any(
            _has(file, _UP) if file.suffix == ".sql" else "pgm" in file.read_text(encoding="utf-8", errors="replace")
            for file in _files(folder)
        )

    def migrations(self, folder: Path) -> tuple[Migration, ...]:
        """By number, then by name."""
        files = sorted(_files(folder), key=lambda file: (_moment(file.name), file.name))
        return tuple(Migration(file.stem, file.stem, file) for file in files)

    def how(self, migrations: Sequence[Migration]) -> Runs:
        """SQL is run here, unless a migration is a program."""
        return Runs.PROGRAM if any(each.path.suffix in _PROGRAMS for each in migrations) else self.runs

    def piece(self, migration: Migration, place: Place) -> Piece:
        """From the one marker to the other, whichever comes first; the whole file where there is none."""
        del place
        lines = read_text(migration.path).splitlines(keepends=True)
        up, down = (next((n for n, line in enumerate(lines) if way.match(line)), None) for way in (_UP, _DOWN))
        if up is None:
            return Piece("".join(lines))
        return Piece("".join(lines[up : down if down is not None and down > up else None]), up + 1)

    def targets(self, migrations: Sequence[Migration]) -> tuple[Migration, ...]:
        """The last: it runs whatever has a lower number."""
        return tuple(migrations[-1:])

    def program(self, folder: Path, parameters: Mapping[str, str], upto: str) -> Program:
        """`node-pg-migrate up` to the number of a version."""
        place = folder.resolve()
        homes = [parent / "node_modules/.bin/node-pg-migrate" for parent in (place, *place.parents)]
        own = next((str(home) for home in homes if home.exists()), None)
        program = own or shutil.which("node-pg-migrate")
        if not program:
            raise MigrationError(
                f"{folder} has migrations in JavaScript, which node-pg-migrate runs, and it is not installed beside "
                "them (node_modules/.bin/node-pg-migrate) nor on PATH: install it"
            )
        words = (program, "up", str(_moment(upto)), "--timestamp", "--no-verbose", "--migrations-dir", str(place))
        return Program(words, {"DATABASE_URL": to_node_url(parameters)}, place.parent)

    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """One file with both ways; a script where it has to be committed by itself, which no SQL file can ask for."""
        names = [each.name for each in directory.migrations]
        number = next_number([number_of(name)[0] for name in names], draft)
        if not names or number >= 10 ** (_MILLISECONDS - 1):
            number = max(int(draft.moment.timestamp() * 1000), *(_moment(name) + 1 for name in names), 0)
        width = max((len(name) - len(name.lstrip("0123456789")) for name in names), default=0)
        stem = directory.path / f"{number:0{width}}_{draft.name}"
        if draft.block and not draft.more:
            text = f"-- Up Migration\n{draft.comment}\n{draft.up}\n-- Down Migration\n{draft.down}"
            return {stem.with_name(f"{stem.name}.sql"): text}
        return {stem.with_name(f"{stem.name}.cjs"): _script(draft)}

    def records(self, connection: Connection, table: Found, migrations: Sequence[Migration]) -> tuple[Record, ...]:
        """A row for each that was run."""
        del migrations
        rows = connection.execute(
            f"SELECT name, run_on::timestamptz FROM {table.sql} ORDER BY run_on, id".encode()
        ).fetchall()
        return tuple(Record(name, Fate.APPLIED, at=at) for name, at in rows)

    def lock_keys(self, connection: Connection) -> tuple[int, ...]:
        """node-pg-migrate's own."""
        del connection
        return (ADVISORY_LOCK,)

    def record(self, connection: Connection, table: Found, migration: Migration) -> None:
        """As `up --fake`."""
        connection.execute(f"INSERT INTO {table.sql} (name, run_on) VALUES (%s, now())".encode(), [migration.version])

    def roll_back(self, connection: Connection, table: Found, migration: Migration) -> None:
        """No row."""
        connection.execute(f"DELETE FROM {table.sql} WHERE name = %s".encode(), [migration.version])


def _files(folder: Path) -> list[Path]:
    wanted = _PROGRAMS | {".sql"}
    return [file for file in folder.iterdir() if file.suffix in wanted and number_of(file.name)[0] >= 0]


def _has(file: Path, marker: re.Pattern[str]) -> bool:
    with file.open(encoding="utf-8", errors="replace") as lines:
        return any(marker.match(line) for line in lines)


def _moment(name: str) -> int:
    """The number in front of a name, as node-pg-migrate compares it."""
    digits = name[: len(name) - len(name.lstrip("0123456789"))]
    if len(digits) != _DATED:
        return int(digits)
    at = datetime.strptime(f"{digits[:14]}{digits[14:]}000", "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    return round(at.timestamp() * 1000)


def _script(draft: Draft) -> str:
    comment = "".join(f"// {line}\n" for line in draft.header)
    up = _body(draft.up_statements, block=draft.block)
    down = f"(pgm) => {{\n{_body(draft.down_statements, block=draft.down_block)}}}" if draft.down else "false"
    return _SCRIPT.format(comment=comment, up=up, down=down)


def _body(statements: Sequence[str], *, block: bool) -> str:
    """A function's body that has them committed by themselves: all in one query, or one after the other."""
    texts = ["".join(f"{sql};\n" for sql in statements)] if block else [f"{sql};" for sql in statements]
    return "  pgm.noTransaction();\n" + "".join(f"  pgm.sql({dumps(text)});\n" for text in texts)


TOOL = NodePgMigrate()
