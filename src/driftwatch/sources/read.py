"""Every source becomes a snapshot: live databases are read where they are, SQL is loaded into the shadow first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from driftwatch.catalog import unmodelled
from driftwatch.catalog.connection import Timeouts, connect
from driftwatch.catalog.reader import read
from driftwatch.sources.locate import LiveSource, SnapshotSource, SqlSource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import ExitStack

    from psycopg import Connection

    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.shadow.contract import Shadow
    from driftwatch.sources.locate import Source


@dataclass(frozen=True)
class Reading:
    """A source that was read."""

    snapshot: Snapshot
    conninfo: Mapping[str, str] | None = field(repr=False)
    """Where pg_dump finds the schema itself; None for a saved snapshot."""
    stand_ins: tuple[str, ...] = ()
    """What the shadow only pretended to have when SQL was loaded."""


@dataclass(frozen=True)
class Readers:
    """What reading needs: the kinds, patience, and a shadow where one is asked for."""

    kinds: Sequence[Kind]
    timeouts: Timeouts
    shadow: Callable[[int | None], Shadow]
    """Opens the shadow (for a server's major) or gives the one that is open."""
    stack: ExitStack
    """Closes what was opened when all is done."""

    def read_all(self, sources: Sequence[Source]) -> list[Reading]:
        """Every source, live ones first and at the same time: their major decides which shadow is the right one."""
        live = [source for source in sources if isinstance(source, LiveSource)]
        with ThreadPoolExecutor(max_workers=max(1, len(live))) as pool:
            found: dict[Source, Reading] = dict(zip(live, pool.map(self._live, live), strict=True))
        major = max((reading.snapshot.server.major for reading in found.values()), default=None)
        files = [source for source in dict.fromkeys(sources) if isinstance(source, SqlSource)]
        if files:
            shadow = self.shadow(major)
            with ThreadPoolExecutor(max_workers=len(files)) as pool:
                found |= zip(files, pool.map(lambda source: self._sql(shadow, source), files), strict=True)
        return [self._saved(source) if isinstance(source, SnapshotSource) else found[source] for source in sources]

    def _live(self, source: LiveSource) -> Reading:
        with connect(source.conninfo, source.display, self.timeouts) as connection:
            return self._connected(connection, source.conninfo)

    def _connected(self, connection: Connection, conninfo: Mapping[str, str]) -> Reading:
        version = connection.info.server_version
        snapshot = read(connection, self.kinds, self.timeouts, unmodelled=unmodelled.query(self.kinds, version))
        return Reading(snapshot, conninfo)

    def _sql(self, shadow: Shadow, source: SqlSource) -> Reading:
        from psycopg.conninfo import conninfo_to_dict

        from driftwatch.sources.sql_files import load_sql

        database = self.stack.enter_context(shadow.create_database())
        loaded = load_sql(database, source.path)
        conninfo = {name: str(value) for name, value in conninfo_to_dict(database.conninfo).items()}
        with connect(conninfo, source.display, self.timeouts) as connection:
            found = self._connected(connection, conninfo)
        names = tuple(f"{stand_in.kind} {stand_in.name}" for stand_in in loaded.stand_ins)
        return Reading(found.snapshot, conninfo, stand_ins=names)

    def _saved(self, source: SnapshotSource) -> Reading:
        from driftwatch.sources.snapshot_file import load

        return Reading(load(source.path, self.kinds), None)
