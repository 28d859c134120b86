"""`driftwatch resolve`: what a failed migration has come to, after somebody looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from driftwatch.app.migrating.books import books_of
from driftwatch.errors import MigrationError
from driftwatch.migrations.model import State
from driftwatch.report.display import visible

if TYPE_CHECKING:
    from driftwatch.config import Config
    from driftwatch.config.workflow import ResolveRequest
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.model import Migration
    from driftwatch.migrations.status import Entry, Status


def resolve(request: ResolveRequest, config: Config) -> int:
    """Write down what became of a migration, as its tool would.

    Returns:
        The exit code: 0.

    Raises:
        MigrationError: it is not for this migration, or the tool has to do it itself.
    """
    with books_of(request.target, config, request.migrations) as books:
        if not books.tool.ddl:
            raise MigrationError(f"{books.tool.name} keeps its own books: resolve it with {books.tool.name} itself")
        with books.locked():
            entry, migration = _meant(request.name, books.directory, books.status())
            _refuse(entry, applied=request.applied)
            write = books.tool.record if request.applied else books.tool.roll_back
            write(books.connection, books.opened(), migration)
    what = "applied" if request.applied else "rolled back"
    click.echo(visible(f"{migration.name} is written down as {what} in {request.target.name}"), err=True)
    return 0


def _meant(name: str, directory: Directory, found: Status) -> tuple[Entry, Migration]:
    if name:
        migration = directory.named(name)
        return next(entry for entry in found.entries if entry.migration is migration), migration
    failed = found.of(State.FAILED)
    if len(failed) != 1 or failed[0].migration is None:
        what = f"{len(failed)} migrations failed" if failed else "no migration failed"
        raise MigrationError(f"{what}: name the one that is meant")
    return failed[0], failed[0].migration


def _refuse(entry: Entry, *, applied: bool) -> None:
    if applied and entry.state in {State.APPLIED, State.EDITED}:
        raise MigrationError(f"{entry.name} is applied already")
    if not applied and entry.state is not State.FAILED:
        raise MigrationError(f"{entry.name} is {entry.state}: only a failed migration can be declared rolled back")
