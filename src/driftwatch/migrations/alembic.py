"""Alembic: revisions are Python, so Alembic itself runs them; their order is read without running anything."""

from __future__ import annotations

import ast
import shutil
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from driftwatch.diff.builtin_ignores import Table
from driftwatch.errors import MigrationError
from driftwatch.migrations.model import Migration, Record
from driftwatch.migrations.tool import Program, Runs, Tool, to_url
from driftwatch.utf8 import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
        found = {each.version: each for file in sorted(folder.glob("versions/**/*.py")) for each in _migration(file)}
        for each in found.values():
            if unknown := [need for need in each.needs if need not in found]:
                raise MigrationError(f"{each.path} follows the revision {unknown[0]}, and no file has it")
        return tuple(_in_order(found))

    def write(self, directory: Directory, draft: Draft) -> dict[Path, str]:
        """A revision that follows the only one that nothing follows yet."""
        followed = {need for each in directory.migrations for need in each.needs}
        heads = [each.version for each in directory.migrations if each.version not in followed]
        if len(heads) > 1:
            raise MigrationError(
                f"{directory.path} has several heads ({', '.join(heads)}): 'alembic merge heads' joins them"
            )
        revision = uuid4().hex[-12:]
        text = _REVISION.format(
            header="\n".join(draft.header).replace("\\", "\\\\").replace('"', "'"),
            revision=revision,
            before=repr(heads[0]) if heads else "None",
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
        command = (_python(ini.parent), "-c", _RUNNER, str(ini), upto)
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


def _python(folder: Path) -> str:
    """The Python beside the project's `alembic`: its virtual environment's, the one on PATH, else ours."""
    names = [folder / ".venv/bin/python", folder / "venv/bin/python"]
    program = shutil.which("alembic")
    if program:
        names.append(Path(program).parent / "python")
    return str(next((name for name in names if (name.parent / "alembic").exists()), sys.executable))


def _migration(file: Path) -> Iterator[Migration]:
    """A file without a revision is a helper, none of Alembic's."""
    values = _assigned(file)
    revision = values.get("revision")
    if isinstance(revision, str):
        needs = (*_names(values.get("down_revision")), *_names(values.get("depends_on")))
        yield Migration(file.stem, revision, file, needs=needs)


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, tuple | list) else ()


def _assigned(file: Path) -> Mapping[str, object]:
    """The constants that a module assigns at its top."""
    try:
        module = ast.parse(read_text(file), str(file))
    except SyntaxError as error:
        raise MigrationError(f"{file}, line {error.lineno}: this is no Python: {error.msg}") from None
    found: dict[str, object] = {}
    for statement in module.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else ()
        targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
        for target in targets:
            if isinstance(target, ast.Name) and target.id in {"revision", "down_revision", "depends_on"}:
                found[target.id] = _constant(statement.value, file) if statement.value else None  # type: ignore[attr-defined]
    return found


def _constant(value: ast.expr, file: Path) -> object:
    try:
        return ast.literal_eval(value)
    except ValueError:
        raise MigrationError(
            f"{file}, line {value.lineno}: its revision is worked out, it must be written out"
        ) from None


def _in_order(found: Mapping[str, Migration]) -> Iterator[Migration]:
    done: set[str] = set()
    while len(done) < len(found):
        ready = [each for each in found.values() if each.version not in done and set(each.needs) <= done]
        if not ready:
            left = ", ".join(sorted(set(found) - done))
            raise MigrationError(f"the revisions {left} follow each other in a circle")
        first = min(ready, key=lambda each: each.name)
        done.add(first.version)
        yield first


TOOL = Alembic()
