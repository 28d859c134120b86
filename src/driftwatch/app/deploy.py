"""`driftwatch deploy`: pending migrations, in order, one after the other, until the first that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from driftwatch.app.comparison.comparing import compare_sides
from driftwatch.app.comparison.reading import read_sides
from driftwatch.app.migrating.books import books_of
from driftwatch.app.migrating.directory import comparison_request, declared
from driftwatch.app.progress import Progress
from driftwatch.app.session import Session
from driftwatch.catalog.connection import plain
from driftwatch.config import Verify
from driftwatch.errors import MigrationError
from driftwatch.migrations.model import State
from driftwatch.migrations.placeholders import place_of
from driftwatch.report.display import plural, visible
from driftwatch.sources.migration_replay import refusal_of, run_program, send_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection, Error

    from driftwatch.app.migrating.books import Books
    from driftwatch.config import Config, Target
    from driftwatch.config.workflow import DeployRequest
    from driftwatch.migrations.bookkeeping import Found
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.model import Migration, Piece
    from driftwatch.migrations.status import Status
    from driftwatch.migrations.tool import Tool
    from driftwatch.shadow.psql import Refusal
    from driftwatch.sources.locate import LiveSource
    from driftwatch.sources.migration_replay import Stopped

ACTIVE_SQL_TRANSACTION = "25001"
NOT_IN_A_TRANSACTION = "PreventInTransactionBlock"
"""Where the server (xact.c) refuses what can't run in a transaction; 25001 has other causes too."""

_OPTIONS = {
    State.EDITED: "--allow-edited",
    State.MISSING: "--allow-missing",
    State.OUT_OF_ORDER: "--out-of-order",
}

# What somebody made by hand; what extensions bring does not count, nor do the system's schemas, nor what other roles
# have in schemas of theirs, as a managed service's.
_NOT_EMPTY = """
    SELECT EXISTS (
        SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
          AND (n.nspname = 'public' OR pg_catalog.pg_has_role(n.nspowner, 'USAGE')
               OR pg_catalog.pg_has_role(c.relowner, 'USAGE'))
          AND NOT EXISTS (
              SELECT FROM pg_catalog.pg_depend d
              WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
"""

_ALONE = "nothing of it stands: it is sent whole, give each statement that must be alone a migration of its own"

_INVALID = """
    SELECT i.indexrelid::pg_catalog.regclass::text
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    WHERE NOT i.indisvalid AND c.relkind = 'i'
    ORDER BY 1
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
        elif found.to_run:
            place = place_of(books.connection)
            for migration in found.to_run:  # what can't be read is told before anything is run
                books.tool.piece(migration, place)
            table = books.opened()
            for number, migration in enumerate(found.to_run):
                _apply(books, table, migration, found.to_run[number:])
    return found.to_run


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
    piece = books.tool.piece(migration, place_of(books.connection))
    told = _send_apart(books, table, migration, piece) if piece.apart else _send(books, table, migration, piece)
    if told:
        undone = f"; not tried: {', '.join(each.name for each in left[1:])}" if left[1:] else ""
        raise MigrationError(f"{migration.path}{told}{undone}")
    click.echo(visible(f"applied {migration.name}"), err=True)


def _send(books: Books, table: Found, migration: Migration, piece: Piece) -> str:
    """Run it as a whole, and write it down; what is to be told of its failure."""
    from psycopg import Error

    try:
        books.tool.deploy(books.connection, table, migration)
    except Error as error:
        if books.tool.leaves_transactions and error.diag.source_function == NOT_IN_A_TRANSACTION:
            return _send_apart(books, table, migration, piece)
        refusal = refusal_of(error, piece.sql, piece.line)
        where = f", line {refusal.line}" if refusal.line else ""
        if books.connection.closed:
            return f"{where}: the connection was lost ({plain(error)}): 'driftwatch status' says what stands"
        stands = _inside(books.tool, error) if piece.transaction else _outside(refusal)
        books.connection.rollback()
        return f"{where}: {refusal.message} ({refusal.state}): {stands}; correct it, then {_again(books, migration)}"
    return ""


def _inside(tool: Tool, error: Error) -> str:
    if error.diag.source_function != NOT_IN_A_TRANSACTION:
        return "nothing of it stands, unless it commits by itself"
    return f"nothing of it stands: {tool.outside} runs it without" if tool.outside else _ALONE


def _outside(refusal: Refusal) -> str:
    return _ALONE if refusal.state == ACTIVE_SQL_TRANSACTION else "a part of it may stand"


def _send_apart(books: Books, table: Found, migration: Migration, piece: Piece) -> str:
    """Run its statements one by one, each committed by itself, and write it down; what is to be told of its failure."""
    from psycopg.pq import TransactionStatus

    stopped = send_apart(books.connection, piece)
    if stopped is None and books.connection.info.transaction_status is TransactionStatus.IDLE:
        books.tool.record(books.connection, table, migration)
        return ""
    if stopped is None:
        books.connection.rollback()
        return ": it begins a transaction and does not end it: that one is taken back, what was done before stands"
    where = f", line {stopped.refusal.line}"
    if books.connection.closed:
        return f"{where}: the connection was lost ({stopped.refusal.message}): {_stands(stopped)}"
    books.connection.rollback()  # what it has begun by itself
    books.tool.failed(books.connection, table, migration)
    state = f" ({stopped.refusal.state})" if stopped.refusal.state else ""
    return f"{where}: {stopped.refusal.message}{state}: {_stands(stopped)}{_way_on(books, stopped, migration)}"


def _stands(stopped: Stopped) -> str:
    """What of a migration was done."""
    if not stopped.done:
        return "nothing of it was done"
    before = f"what stands before it ({plural(stopped.done, 'statement')}) was done"
    after = f", what comes after it ({plural(stopped.left, 'statement')}) was not" if stopped.left else ""
    return f"outside of a transaction each statement stands by itself: {before}{after}"


_THERE_ALREADY = frozenset({"42P07", "42710", "42701", "42P06", "42723"})
"""What a statement is refused for that did its work before: a table, object, column, schema or function is there."""


def _way_on(books: Books, stopped: Stopped, migration: Migration) -> str:
    invalid = [str(name) for (name,) in books.connection.execute(_INVALID).fetchall()]
    first = f"drop what is invalid now ({', '.join(invalid)}), " if invalid else ""
    again = _again(books, migration)
    by_hand = f"do the rest by hand and {_resolve(books, migration)} --applied'"
    if not stopped.done:
        there = stopped.refusal.state in _THERE_ALREADY
        cut_off = f", or, where an earlier deploy was cut off in the middle of it, {by_hand}" if there else ""
        return f"; {first}correct it, then {again}{cut_off}"
    return f"; {first}take back what was done and {again}, or {by_hand}"


def _again(books: Books, migration: Migration) -> str:
    """What lets a corrected migration be tried again: tools that note a failure refuse until it is taken back."""
    return f"{_resolve(books, migration)} --rolled-back'" if books.status().of(State.FAILED) else "deploy again"


def _resolve(books: Books, migration: Migration) -> str:
    return f"'driftwatch resolve {migration.name} --database {books.name}"


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
