"""Alembic: revisions are Python, so Alembic itself runs them; their order is read without running anything."""

from __future__ import annotations

from configparser import ConfigParser
from typing import TYPE_CHECKING
from uuid import uuid4

from driftwatch.diff.builtin_ignores import Table
from driftwatch.errors import MigrationError
from driftwatch.migrations.model import Migration, Record
from driftwatch.migrations.ordered import heads, in_order
from driftwatch.migrations.python_file import assigned, names_in, python_of
from driftwatch.migrations.tool import Program, Runs, Tool, to_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from psycopg import Connection

    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.draft import Draft

INI = "alembic.ini"

# Runs in the Python that Alembic is installed in. The URL comes by the environment, never by the arguments; the driver
# is the one that the ini file names, else one that is there.
_RUNNER = """
import importlib.util, os, sys
from alembic import command
from alembic.config import Config
config = Config(sys.argv[1])
scheme = (config.get_main_option("sqlalchemy.url") or "").partition("://")[0]
if not scheme.startswith("postgresql+"):
    found = importlib.util.find_spec("psycopg2") is None and importlib.util.find_spec("psycopg") is not None
    scheme = "postgresql+psycopg" if found else "postgresql"
url = scheme + os.environ["DRIFTWATCH_TARGET"].removeprefix("postgresql")
os.environ["DATABASE_URL"] = url
config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
command.upgrade(config, sys.argv[2])
"""


_REVISION = '''"""{header}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before}
branch_labels = None
depends_on = None


def run(sql: str) -> None:
    """Run SQL as it stands: a colon begins no parameter."""
    op.execute(sa.text(sql.replace(":", r"\\:")))


def upgrade() -> None:
{up}

def downgrade() -> None:
{down}'''


class Alembic(Tool):
    """A script folder with `env.py` and `versions/`."""

    name = "Alembic"
    homes = ("alembic", "migrations")
    tables = (Table("alembic_version", "version_num"),)
    ddl = "CREATE TABLE {} (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    runs = Runs.PROGRAM

    def owns(self, folder: Path) -> bool:
        """It has both."""
        return (folder / "env.py").is_file() and (folder / "versions").is_dir()

    def migrations(self, folder: Path) -> tuple[Migration, ...]:
        """Each after those that it follows; of several that could come next the one of the least name."""
        files = sorted(folder.glob("versions/**/*.py"))
        return tuple(in_order([each for file in files for each in _migration(file)]))

    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """A revision that follows the only one that nothing follows yet."""
        ends = heads(directory.migrations)
        if len(ends) > 1:
            raise MigrationError(
                f"{directory.path} has several heads ({', '.join(ends)}): 'alembic merge heads' joins them"
            )
        revision = uuid4().hex[-12:]
        text = _REVISION.format(
            header="\n".join(draft.header).replace("\\", "\\\\").replace('"', "'"),
            revision=revision,
            before=repr(ends[0]) if ends else "None",
            up=_calls(draft.up_statements, block=draft.block),
            down=_calls(draft.down_statements, block=draft.down_block),
        )
        return {directory.path / "versions" / f"{revision}_{draft.name}.py": text}

    def records(self, connection: Connection, table: Found, migrations: Sequence[Migration]) -> tuple[Record, ...]:
        """The table holds the newest only: what those follow is applied too."""
        by_version = {each.version: each for each in migrations}
        rows = connection.execute(f"SELECT version_num FROM {table.sql} ORDER BY 1".encode()).fetchall()
        reached: set[str] = set()
        waiting = [version for (version,) in rows]
        while waiting:
            version = waiting.pop()
            if version not in reached:
                reached.add(version)
                waiting += by_version[version].needs if version in by_version else ()
        known = [each.version for each in migrations if each.version in reached]
        return tuple(Record(version) for version in [*known, *sorted(reached - set(by_version))])

    def program(self, folder: Path, parameters: Mapping[str, str], upto: str) -> Program:
        """`alembic upgrade` with this URL instead of the ini file's, and in DATABASE_URL, which env.py may read."""
        ini = find_ini(folder)
        command = (python_of(ini.parent, "alembic"), "-c", _RUNNER, str(ini), upto)
        return Program(command, {"DRIFTWATCH_TARGET": to_url(parameters)}, ini.parent)

    def record(self, connection: Connection, table: Found, migration: Migration) -> None:
        """As `alembic stamp`: what it follows gives way to it."""
        with connection.transaction():
            connection.execute(
                f"DELETE FROM {table.sql} WHERE version_num = ANY (%s)".encode(), [list(migration.needs)]
            )
            connection.execute(f"INSERT INTO {table.sql} VALUES (%s)".encode(), [migration.version])

    def roll_back(self, connection: Connection, table: Found, migration: Migration) -> None:
        """What it follows is the newest again."""
        with connection.transaction():
            connection.execute(f"DELETE FROM {table.sql} WHERE version_num = %s".encode(), [migration.version])
            for need in migration.needs:
                connection.execute(f"INSERT INTO {table.sql} VALUES (%s)".encode(), [need])


def _calls(statements: Sequence[str], *, block: bool) -> str:
    """A function's body that runs the statements."""
    indent, head = ("    ", "") if block else ("        ", "    with op.get_context().autocommit_block():\n")
    return head + "".join(f"{indent}run({sql!r})\n" for sql in statements) if statements else "    pass\n"


def find_ini(folder: Path) -> Path:
    """The `alembic.ini` that names this script folder.

    Raises:
        MigrationError: there is none in the folder or in the three above it.
    """
    folder = folder.resolve()
    for place in [folder, *list(folder.parents)[:3]]:
        ini = place / INI
        if ini.is_file() and _script_location(ini) == folder:
            return ini
    raise MigrationError(f"no {INI} beside {folder} or above it names it as its script_location")


def _script_location(ini: Path) -> Path | None:
    parser = ConfigParser(interpolation=None)
    parser.read(ini, encoding="utf-8")
    location = parser.get("alembic", "script_location", fallback="").replace("%(here)s", str(ini.parent))
    return (ini.parent / location).resolve() if location else None


def _migration(file: Path) -> Iterator[Migration]:
    """A file without a revision is a helper, none of Alembic's."""
    values = assigned(file, {"revision", "down_revision", "depends_on"})
    revision = values.get("revision")
    if isinstance(revision, str):
        needs = (*names_in(values.get("down_revision")), *names_in(values.get("depends_on")))
        yield Migration(file.stem, revision, file, needs=needs)


TOOL = Alembic()
