"""What the commands around migrations have in common: the directory of a database, and what it remembers."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.config import Color, CompareRequest, Format, Target, TargetPair
from driftwatch.errors import ConfigError, MigrationError
from driftwatch.migrations.directory import Directory, open_directory, usual_places
from driftwatch.migrations.status import Status, status
from driftwatch.protection import reach, refuse_pooler
from driftwatch.sources.locate import LiveSource, SqlSource
from driftwatch.sql import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

    from driftwatch.config import Config, Verify


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
        return open_directory(config.base_dir / Path(said.path).expanduser(), said.tool, dict(said.placeholders))
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


def comparison_request(desired: Target, actual: Target, config: Config, verify: Verify) -> CompareRequest:
    """A comparison that nobody sees: what a command needs to know of two schemas."""
    return CompareRequest(
        pair=TargetPair(desired, actual, {}),
        include=config.include,
        renames=(),
        fail_on=frozenset(),
        verify=verify,
        unproved=False,
        format=Format.TEXT,
        reports=None,
        quiet=True,
        color=Color.NEVER,
    )


def declared(directory: Directory, like: Target, versions: tuple[str, ...] | None = None) -> Target:
    """The schema that a directory's migrations make (all, or those of some versions), in the scope of a database."""
    schema = bookkeeping_schema(like.source) if isinstance(like.source, LiveSource) else None
    given = tuple(sorted(directory.tool.given.items()))
    source = SqlSource(directory.path, str(directory.path), directory.tool.name, versions, schema or "", given)
    return Target("migrations", source, schemas=like.schemas)


@contextmanager
def session_with(source: LiveSource, config: Config) -> Iterator[Connection]:
    """A connection for writing: no pooler between, and the schema of the URL first on the path, as Prisma has it.

    Raises:
        ConfigError: a pooler stands between.
        ConnectionFailedError: it can't be reached, or was lost.
    """
    with reach(source, config.timeouts.connect) as connection:
        refuse_pooler(connection, source)
        if source.schemas:
            connection.execute(f"SET search_path = {quote(source.schemas[0])}".encode())
        yield connection


@contextmanager
def deploy_lock(connection: Connection, keys: Sequence[int], seconds: float) -> Iterator[None]:
    """The advisory locks that keep two deploys apart, until the session lets go of them.

    Raises:
        MigrationError: another deploy has it.
    """
    import psycopg

    connection.execute(f"SET lock_timeout = {round(seconds * 1000)}".encode())
    try:
        for key in keys:
            connection.execute("SELECT pg_catalog.pg_advisory_lock(%s)", [key])
    except psycopg.errors.LockNotAvailable:
        raise MigrationError("another deploy is at work on this database: try again when it has ended") from None
    connection.execute("RESET lock_timeout")
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_catalog.pg_advisory_unlock_all()")


def status_of(connection: Connection, directory: Directory, source: LiveSource) -> Status:
    """How each migration of a directory stands in a database."""
    table = directory.tool.find(connection, bookkeeping_schema(source))
    if table is None:
        return status(directory, None)
    return status(directory, directory.tool.records(connection, table, directory.migrations))
