"""What the commands around migrations have in common: the directory of a database, and what it remembers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.errors import ConfigError, MigrationError
from driftwatch.migrations.directory import Directory, open_directory, usual_places
from driftwatch.migrations.status import Status, status
from driftwatch.sources.locate import LiveSource

if TYPE_CHECKING:
    from psycopg import Connection

    from driftwatch.config import Config, Target


def directory_for(target: Target, config: Config, by_hand: Path | None = None) -> Directory:
    """The migrations directory of a database: given by hand, the database's own, the general one, a usual one.

    Raises:
        MigrationError: there is none, it is two tools' at once, or it can't be told which one is meant.
    """
    if by_hand is not None:
        return open_directory(by_hand)
    database = config.databases.get(target.name)
    said = (database.migrations if database else None) or config.migrations
    if said is not None:
        return open_directory(config.base_dir / Path(said.path).expanduser(), said.tool)
    usual = list(usual_places(config.base_dir))
    if len(usual) != 1:
        found = f"there are several ({', '.join(map(str, usual))})" if usual else "there is none in the usual places"
        raise MigrationError(
            f"which migrations directory is {target.name}'s? {found}: say 'migrations: <folder>' in config.yaml, or "
            "--migrations <folder>"
        )
    return open_directory(usual[0])


def live(target: Target) -> LiveSource:
    """The database itself, around a pooler where a way around is known.

    Raises:
        ConfigError: it is no live database.
    """
    source = target.direct or target.source
    if not isinstance(source, LiveSource):
        raise ConfigError(f"{target.name!r} is no live database: it remembers no migrations")
    return source


def bookkeeping_schema(source: LiveSource) -> str | None:
    """The schema that the tool's table is in, where the URL says so (Prisma's `?schema=`)."""
    return source.schemas[0] if source.schemas else None


def status_of(connection: Connection, directory: Directory, source: LiveSource) -> Status:
    """How each migration of a directory stands in a database."""
    table = directory.tool.find(connection, bookkeeping_schema(source))
    if table is None:
        return status(directory, None)
    return status(directory, directory.tool.records(connection, table, directory.migrations))
