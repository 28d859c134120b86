"""Replaying a migrations directory only as far as it is new: what an earlier run replayed is kept by content."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from driftwatch import __version__
from driftwatch.migrations.placeholders import Place
from driftwatch.migrations.tool import Runs
from driftwatch.sources.migration_replay import Migrations
from driftwatch.sources.sql_files import LoadedSql, load_sql, what_is_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.shadow.contract import Shadow, ShadowDatabase
    from driftwatch.sources.locate import SqlSource

WORTH_KEEPING = 20
"""So many migrations, or more: fewer are replayed faster than they are kept."""


def load(shadow: Shadow, source: SqlSource) -> tuple[ShadowDatabase, LoadedSql]:
    """A database of the shadow's with the source loaded; the caller drops it.

    Raises:
        SqlLoadError: the server refused a statement.
        SourceError: there is nothing to load.
    """
    what = what_is_at(source, shadow.major)
    if not isinstance(what, Migrations) or len(what.migrations) < WORTH_KEEPING or what.how is Runs.PROGRAM:
        return _whole(shadow, source)
    keys = list(_keys(what, shadow.version))
    there = shadow.kept()
    done = max((n for n, key in enumerate(keys, 1) if key in there), default=0)
    database = _continued(shadow, keys[done - 1], replace(what, migrations=what.migrations[done:])) if done else None
    if database is not None:
        shadow.keep(database, keys[-1])
        return database, LoadedSql()
    database, loaded = _whole(shadow, source)
    if loaded == LoadedSql():  # what stands in for something missing belongs to this server
        shadow.keep(database, keys[-1])
    return database, loaded


def _whole(shadow: Shadow, source: SqlSource) -> tuple[ShadowDatabase, LoadedSql]:
    database = shadow.create_database()
    try:
        return database, load_sql(database, source)
    except BaseException:
        database.drop()
        raise


def _continued(shadow: Shadow, key: str, left: Migrations) -> ShadowDatabase | None:
    """From a database that was kept; None where one of those left fails, which a whole replay tells of."""
    database = shadow.create_kept(key)
    with shadow.loading(database):
        failures = left.load(database, stop=True)
    if not failures:
        return database
    database.drop()
    return None


def _keys(what: Migrations, version: str) -> Iterator[str]:
    """For each migration what the directory up to it is known by: server, tool, names and contents."""
    digest = sha256(f"{__version__}\0{version}\0{what.tool.name}\0{what.schema}".encode())
    for each in what.migrations:
        # What is filled in may come from elsewhere; where it is run is another place each time.
        content = each.path.read_bytes() + what.tool.piece(each, Place()).sql.encode()
        digest.update(f"\0{each.version}\0{each.path.name}\0{len(content)}\0".encode() + content)
        yield digest.hexdigest()[:32]
