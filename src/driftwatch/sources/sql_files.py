"""Loading SQL into a shadow database: a file, a folder of files, or a migrations directory.

Files go through PostgreSQL's own `psql` (driftwatch.shadow.psql says how), migrations as their tool runs them. What a
schema mentions and doesn't bring along (roles, extensions, collations of another server) is made on the shadow when the
server misses it, and the loading begins again.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.errors import SourceError, SqlLoadError
from driftwatch.migrations.directory import open_directory, tool_of
from driftwatch.migrations.tool import Runs
from driftwatch.shadow.extensions import Extension, StandIn
from driftwatch.shadow.known_extensions import known_extensions
from driftwatch.shadow.lacking import Lacking, is_about_roles, lacked, makes_role
from driftwatch.sources import prisma_schema
from driftwatch.sources.locate import SqlSource
from driftwatch.sources.migration_replay import select
from driftwatch.sources.sql_script import LISTING, Failure, Script, Scripts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.shadow.contract import Shadow, ShadowDatabase
    from driftwatch.shadow.psql import Refusal
    from driftwatch.sources.migration_replay import Migrations

INSUFFICIENT_PRIVILEGE = "42501"


@dataclass(frozen=True, slots=True)
class LoadedSql:
    """What a loaded source rests on.

    Attributes:
        stand_ins: Extensions and collations that the shadow only pretends to have.
        roles: Roles that were made because the source mentions them.
        passed_over: How many statements about roles were not run.
    """

    stand_ins: tuple[StandIn, ...] = ()
    roles: frozenset[str] = frozenset()
    passed_over: int = 0


def load_sql(database: ShadowDatabase, what: SqlSource | Path) -> LoadedSql:
    r"""Load the SQL at the path, as the role that owns the database.

    Args:
        database: An empty database of a shadow; it is emptied again for each new attempt.
        what: A `.sql` file; a folder with a `load.sql` that lists files by `\ir`; a migrations directory; a
            folder of `.sql` files, taken in name order; or a schema of Prisma's.

    Raises:
        SqlLoadError: the server or psql refused a statement; the text has file, line and message.
        SourceError: there is nothing to load.
    """
    source = what_is_at(what if isinstance(what, SqlSource) else SqlSource(what, str(what)), database.shadow.major)
    made = Lacking()
    failures, passed_over = _attempt(database, source, made)
    while failures:
        if _lacking(failures):  # see what else is missing, before the next attempt
            database.reset()
            failures += _attempt(database, source, made, stop=False)[0]
        lacking = _lacking(failures)
        left = _make(database.shadow, lacking) if lacking and made | lacking != made else lacking
        if left or not lacking:
            failed = next((failure for failure in failures if _lacking([failure]) & left), failures[0])
            raise SqlLoadError(_sentence(failed, database.shadow))
        made |= lacking
        database.reset()
        failures, passed_over = _attempt(database, source, made)
    collations = tuple(StandIn("collation", name) for name in sorted(made.collations))
    return LoadedSql((*database.shadow.stand_ins(database), *collations), made.roles, passed_over)


def what_is_at(asked: SqlSource, major: int) -> Scripts | Migrations:
    """What a source names, as it is loaded into a server of a major version.

    Raises:
        SourceError: there is nothing to load.
    """
    if asked.tool or asked.versions is not None:
        return select(open_directory(asked.path, asked.tool, dict(asked.placeholders)), asked.versions, asked.schema)
    return _source(asked.path, major)


def _source(path: Path, major: int) -> Scripts | Migrations:
    if path.suffix.lower() == prisma_schema.SUFFIX and path.is_file():
        return _of_prisma(path, major)
    if not path.is_dir():
        return Scripts((Script(path, major),))
    if (path / LISTING).is_file():
        return Scripts((Script(path / LISTING, major),))
    if tool_of(path) is not None:
        return select(open_directory(path), None)
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".sql" and file.is_file())
    if not files:
        raise SourceError(f"{path} has no .sql files, no {LISTING} and no migrations: nothing to load.")
    return Scripts(tuple(Script(file, major) for file in files))


def _of_prisma(schema: Path, major: int) -> Scripts:
    """The SQL that Prisma makes of its schema, in a file that is gone with the process."""
    folder = Path(tempfile.mkdtemp(prefix="driftwatch-prisma-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / f"{schema.name}.sql"
    file.write_text(prisma_schema.as_sql(schema), encoding="utf-8")
    return Scripts((Script(file, major),))


def _attempt(
    database: ShadowDatabase, source: Scripts | Migrations, made: Lacking, *, stop: bool = True
) -> tuple[list[Failure], int]:
    """Load everything once.

    Returns:
        The failure that ended it or, without `stop`, all that there are; and how many statements about roles were
        passed over: roles belong to the server, which ours makes as they are mentioned.
    """
    with database.shadow.loading(database):
        database.shadow.provide_collations(database, made.collations)
        failures = source.load(database, stop=stop)
    left = [failure for failure in failures if not _passed_over(failure.refusal, source, database.shadow)]
    if stop and failures and not left:  # see what comes after it
        database.reset()
        left, passed_over = _attempt(database, source, made, stop=False)
        return left[:1], passed_over
    return left, len(failures) - len(left)


def _passed_over(refusal: Refusal, source: Scripts | Migrations, shadow: Shadow) -> bool:
    """Whether nothing is lost without the statement: it was sent alone, by psql, which went on."""
    alone = isinstance(source, Scripts) or source.how is Runs.PSQL
    return alone and shadow.private and is_about_roles(refusal)


def _lacking(failures: Iterable[Failure]) -> Lacking:
    found = Lacking()
    for failure in failures:
        found |= lacked(failure.refusal.message, failure.refusal.context)
    return found


def _make(shadow: Shadow, lacking: Lacking) -> Lacking:
    """Roles, extensions and tablespaces now, collations in each database; what is not for us to make is left."""
    known = {extension.name: extension for extension in known_extensions(shadow.major)}
    wanted = {}
    for name, version in sorted(lacking.extensions, key=str):
        extension = known.get(name, Extension(name, "1.0"))
        wanted[name, version] = replace(extension, version=version or extension.version)
    made = {stand_in.name for stand_in in shadow.provide_extensions(wanted.values()).stand_ins}
    return Lacking(
        shadow.ensure_roles(lacking.roles),
        frozenset(asked for asked in wanted if asked[0] not in made),
        frozenset() if shadow.private else lacking.collations,
        shadow.ensure_tablespaces(lacking.tablespaces),
    )


def _sentence(failure: Failure, shadow: Shadow) -> str:
    where = str(failure.path) if failure.line is None else f"{failure.path}, line {failure.line}"
    refusal = failure.refusal
    state = f" ({refusal.state})" if refusal.state else ""
    return f"{where}: {refusal.message.rstrip('.')}{state}: {_next_step(refusal, shadow)}"


def _next_step(refusal: Refusal, shadow: Shadow) -> str:
    """What the user can do about it."""
    missing = lacked(refusal.message)
    if refusal.state is None and "backslash" in refusal.message:
        return "psql's own commands are not run from schema files, take them out."
    if makes_role(refusal.message):
        made = "those that the SQL mentions are made for it" if shadow.private else "create the role there"
        return f"roles belong to the server, not to a schema: take CREATE ROLE out, {made}."
    if refusal.state == INSUFFICIENT_PRIVILEGE and not shadow.private and not shadow.may_all:
        return f"the shadow's role {shadow.role} has no right to it, leave out `shadow:` for a private server."
    if refusal.state == INSUFFICIENT_PRIVILEGE and not shadow.trust:
        return "it needs a superuser's rights; if you trust the file, say `shadow: {trust: true}` in config.yaml."
    if missing.roles and not shadow.private:
        return "roles are not made on a server that isn't the shadow's own, create it there."
    if missing.tablespaces and not shadow.private:
        return (
            "tablespaces are not made on a server that isn't the shadow's own, leave out `shadow:` for a private one."
        )
    if missing.extensions or missing.collations or "ICU is not supported" in refusal.message:
        return f"the shadow (PostgreSQL {shadow.version}) lacks it, name a server that has it under `shadow: url:`."
    return "correct it there, or name a server that takes it under `shadow: url:`."
