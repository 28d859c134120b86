"""`driftwatch resolve`: what a failed migration has come to, after somebody looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from driftwatch.app.migrating import (
    bookkeeping_schema,
    deploy_lock,
    directory_for,
    live,
    session_with,
    status_of,
)
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
    directory = directory_for(request.target, config, request.migrations)
    source = live(request.target)
    with session_with(source, config) as connection:
        tool = directory.tool
        if not tool.ddl:
            raise MigrationError(f"{tool.name} keeps its own books: resolve it with {tool.name} itself")
        with deploy_lock(connection, tool.lock_key(connection), config.timeouts.lock):
            entry, migration = _meant(request.name, directory, status_of(connection, directory, source))
            _refuse(entry, applied=request.applied)
            table = tool.find(connection, bookkeeping_schema(source))
            table = table or tool.create(connection, bookkeeping_schema(source))
            if request.applied:
                tool.record(connection, table, migration)
            else:
                tool.roll_back(connection, table, migration)
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
