"""`driftwatch deploy`: pending migrations, in order, one after the other, until the first that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from driftwatch.app.books import books_of
from driftwatch.app.comparing import compare_sides
from driftwatch.app.migrating import comparison_request, declared
from driftwatch.app.progress import Progress
from driftwatch.app.reading import read_sides
from driftwatch.app.session import Session
from driftwatch.catalog.connection import plain
from driftwatch.config import Verify
from driftwatch.errors import MigrationError
from driftwatch.migrations.model import State
from driftwatch.report.display import plural, visible
from driftwatch.sources.migration_replay import refusal_of, run_program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from driftwatch.app.books import Books
    from driftwatch.config import Config, Target
    from driftwatch.config.workflow import DeployRequest
    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.model import Migration
    from driftwatch.migrations.status import Status
    from driftwatch.shadow.psql import Refusal
    from driftwatch.sources.locate import LiveSource

ACTIVE_SQL_TRANSACTION = "25001"

_OPTIONS = {
    State.EDITED: "--allow-edited",
    State.MISSING: "--allow-missing",
    State.OUT_OF_ORDER: "--out-of-order",
}

# What somebody made by hand; what extensions bring does not count, nor do the system's schemas.
_NOT_EMPTY = """
    SELECT EXISTS (
        SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
          AND NOT EXISTS (
              SELECT FROM pg_catalog.pg_depend d
              WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
"""


def deploy(request: DeployRequest, config: Config) -> int:
    """Apply what is pending; afterwards make sure that the schema is what the directory says.

    Returns:
        The exit code: 0 all is applied, 2 it is and the schema is another one than the directory's.

    Raises:
        MigrationError: the history forbids it, or a migration failed; the text says what stands and what doesn't.
        DriftwatchError: the database can't be reached, or is behind a pooler.
    """
    with books_of(request.target, config, request.migrations) as books:
        done = apply_pending(books, request.allowed)
    if not done:
        click.echo(f"{request.target.name}: nothing is pending", err=True)
    return _checked(request.target, books.directory, config) if request.check else 0


def apply_pending(books: Books, allowed: frozenset[State]) -> tuple[Migration, ...]:
    """The migrations that were applied, under the tool's lock.

    Raises:
        MigrationError: the history forbids it, another deploy is at work, or a migration failed.
    """
    with books.locked():
        found = books.status()
        refuse_history(found, allowed)
        if found.pending and books.table() is None:
            _refuse_unknown(books.connection)
        if books.directory.by_program:
            _run_tool(books.directory, books.source, found.pending)
        elif found.pending:
            for migration in found.pending:  # what can't be read is told before anything is run
                books.tool.piece(migration)
            table = books.opened()
            for number, migration in enumerate(found.pending):
                _apply(books, table, migration, found.pending[number:])
    return found.pending


def refuse_history(found: Status, allowed: frozenset[State]) -> None:
    """Refuses to build on a history that is not as it should be.

    Raises:
        MigrationError: something failed, is there twice, or is not allowed.
    """
    for state in (State.FAILED, State.DUPLICATED, State.EDITED, State.MISSING, State.OUT_OF_ORDER):
        entries = found.of(state)
        if not entries or state in allowed:
            continue
        names = ", ".join(entry.name for entry in entries)
        way = f"{_OPTIONS[state]} deploys all the same" if state in _OPTIONS else "'driftwatch status' says what to do"
        raise MigrationError(f"nothing was deployed: {names}: {state}; {way}")


def _refuse_unknown(connection: Connection) -> None:
    row = connection.execute(_NOT_EMPTY).fetchone()
    if row and row[0]:
        raise MigrationError(
            "nothing was deployed: the database is not empty and remembers no migration; if its schema is that of some "
            "of them already, say so with 'driftwatch resolve <migration> --applied' for each"
        )


def _apply(books: Books, table: Found, migration: Migration, left: Sequence[Migration]) -> None:
    from psycopg import Error

    try:
        books.tool.deploy(books.connection, table, migration)
    except Error as error:
        piece = books.tool.piece(migration)
        refusal = refusal_of(error, piece.sql, piece.line)
        where = f"{migration.path}{f', line {refusal.line}' if refusal.line else ''}"
        undone = f"; not tried: {', '.join(each.name for each in left[1:])}" if left[1:] else ""
        if books.connection.closed:
            raise MigrationError(
                f"{where}: the connection was lost ({plain(error)}): 'driftwatch status' says what stands{undone}"
            ) from None
        stands = "nothing of it stands, unless it commits by itself" if piece.transaction else _outside(refusal)
        raise MigrationError(f"{where}: {refusal.message} ({refusal.state}): {stands}{undone}") from None
    click.echo(visible(f"applied {migration.name}"), err=True)


def _outside(refusal: Refusal) -> str:
    if refusal.state == ACTIVE_SQL_TRANSACTION:
        return "nothing of it stands: it is sent whole, give each statement that must be alone a migration of its own"
    return "a part of it may stand"


def _run_tool(directory: Directory, source: LiveSource, pending: Sequence[Migration]) -> None:
    for migration in directory.tool.targets(pending):
        if told := run_program(directory.tool.program(directory.path, source.conninfo, migration.version)):
            raise MigrationError(f"{directory.tool.name} stopped: {told}: 'driftwatch status' says what stands")
    for migration in pending:
        click.echo(visible(f"applied {migration.name}"), err=True)


def _checked(target: Target, directory: Directory, config: Config) -> int:
    request = comparison_request(declared(directory, target), target, config, Verify.OFF)
    with Session(config) as session, Progress() as progress:
        comparison = compare_sides(read_sides(request, session, progress), request, session, progress)
    if not comparison.findings:
        click.echo(f"{target.name}: the schema is what the migrations say", err=True)
        return 0
    names = ", ".join(str(finding.change.key) for finding in comparison.findings[:5])
    click.echo(
        visible(
            f"{target.name}: {plural(len(comparison.findings), 'difference')} from what the migrations say ({names}): "
            f"'driftwatch compare {directory.path} {target.name}' shows them"
        ),
        err=True,
    )
    return 2
