"""Every source becomes a snapshot: live databases are read where they are, SQL is loaded into the shadow first."""

from __future__ import annotations

from concurrent.futures import wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from driftwatch.background import started
from driftwatch.catalog import unmodelled
from driftwatch.catalog.connection import Timeouts, connect
from driftwatch.catalog.intake import Pool
from driftwatch.catalog.reader import read
from driftwatch.errors import SourceError
from driftwatch.model.snapshot import INFORMATION_SCHEMA, PG_CATALOG
from driftwatch.sources.locate import LiveSource, SnapshotSource, SqlSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from contextlib import ExitStack

    from psycopg import Connection

    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.shadow.contract import Shadow
    from driftwatch.sources.locate import Source


_Source = TypeVar("_Source")

ABANDON_SECONDS = 2.0
"""How long an interrupted run waits for its threads to notice."""


@dataclass(frozen=True)
class Reading:
    """A source that was read."""

    snapshot: Snapshot
    conninfo: Mapping[str, str] | None = field(repr=False)
    """Where it was read; None for a saved snapshot."""
    stand_ins: tuple[str, ...] = ()
    """What the shadow only pretended to have when SQL was loaded."""
    passed_over: int = 0
    """How many of the SQL's statements about roles were not run."""
    likeness: str | None = None
    """Of a copy under other names: why it could not be held against its original, empty where it is like it."""
    direct: Mapping[str, str] | None = field(default=None, repr=False)
    """The way around a connection pooler, which pg_dump needs."""


@dataclass(frozen=True)
class Readers:
    """What reading needs: the kinds, patience, and a shadow where one is asked for."""

    kinds: Sequence[Kind]
    timeouts: Timeouts
    shadow: Callable[[int | None], Shadow]
    """Opens the shadow (for a server's major) or gives the one that is open."""
    stack: ExitStack
    """Closes what was opened when all is done."""
    connections: set[Connection] = field(default_factory=set, compare=False)
    """Those that something is read from."""
    reader: str = PG_CATALOG
    """By what the sources are read: all of a comparison by the same."""
    age: float | None = None
    """For how many seconds back commit times are read from live databases; None: they are not."""
    key: str = field(default="", repr=False)
    """By which secrets become digests; empty: they are present, not compared."""
    pool: Pool = field(default_factory=Pool, compare=False)
    """What the sources have in common."""
    readings: list[Reading] = field(default_factory=list, compare=False)
    """What was read, kept as long as the session is."""

    def read_all(self, sources: Sequence[Source], meanwhile: Callable[[], object] = lambda: None) -> list[Reading]:
        """Every source, live ones first and at the same time: their major decides which shadow is the right one.

        Args:
            sources: what to read.
            meanwhile: what this thread does while the live ones answer.
        """
        live = [source for source in sources if isinstance(source, LiveSource)]
        if live:
            # Before the threads start: beside what this one imports meanwhile, they would ask later.
            import psycopg  # noqa: F401
        found: dict[Source, Reading] = dict(zip(live, self._at_once(self._live, live, meanwhile), strict=True))
        major = max((reading.snapshot.server.major for reading in found.values()), default=None)
        files = [source for source in dict.fromkeys(sources) if isinstance(source, SqlSource)]
        if files:
            shadow = self.shadow(major)
            found |= zip(files, self._at_once(lambda source: self._sql(shadow, source), files), strict=True)
        self.pool.clear()
        readings = [self._saved(each) if isinstance(each, SnapshotSource) else found[each] for each in sources]
        self.readings.extend(readings)
        return readings

    def _at_once(
        self,
        work: Callable[[_Source], Reading],
        sources: Sequence[_Source],
        meanwhile: Callable[[], object] = lambda: None,
    ) -> list[Reading]:
        """The work on each of them at the same time; the first error, or Ctrl-C, ends what the others wait for."""
        running = [started(work, source) for source in sources]
        try:
            meanwhile()
            return [each.result() for each in running]
        except BaseException:
            self._abandon(running)
            raise

    def _abandon(self, running: Sequence[Future[Reading]]) -> None:
        """Threads can't be stopped: the queries and servers that they wait for are."""
        import psycopg

        for connection in tuple(self.connections):
            with suppress(psycopg.Error):
                connection.cancel_safe(timeout=ABANDON_SECONDS)
        self.stack.close()
        wait(running, timeout=ABANDON_SECONDS)

    @contextmanager
    def _open(self, conninfo: Mapping[str, str], display: str) -> Iterator[Connection]:
        with connect(conninfo, display, self.timeouts, any_version=self.reader != PG_CATALOG) as connection:
            self.connections.add(connection)
            try:
                yield connection
            finally:
                self.connections.discard(connection)

    def _live(self, source: LiveSource) -> Reading:
        with self._open(source.conninfo, source.display) as connection:
            return self._connected(connection, source.conninfo, self.age)

    def _connected(self, connection: Connection, conninfo: Mapping[str, str], age: float | None = None) -> Reading:
        if self.reader == INFORMATION_SCHEMA:
            from driftwatch.catalog.information_schema import reader

            return Reading(reader.read(connection, self.timeouts), conninfo)
        version = connection.info.server_version
        residual = unmodelled.query(self.kinds, version)
        snapshot = read(
            connection, self.kinds, self.timeouts, unmodelled=residual, pool=self.pool, age=age, key=self.key
        )
        return Reading(snapshot, conninfo)

    def _sql(self, shadow: Shadow, source: SqlSource) -> Reading:
        from psycopg.conninfo import conninfo_to_dict

        from driftwatch.sources.replays import load

        database, loaded = load(shadow, source)
        self.stack.enter_context(database)
        conninfo = {name: str(value) for name, value in conninfo_to_dict(database.conninfo).items()}
        with self._open(conninfo, source.display) as connection:
            found = self._connected(connection, conninfo)
        names = tuple(f"{stand_in.kind} {stand_in.name}" for stand_in in loaded.stand_ins)
        return Reading(found.snapshot, conninfo, stand_ins=names, passed_over=loaded.passed_over)

    def _saved(self, source: SnapshotSource) -> Reading:
        from driftwatch.sources.snapshot_file import load

        snapshot = load(source.path, self.kinds)
        if snapshot.reader != self.reader:
            raise SourceError(
                f"{source.display} was read by {snapshot.reader}, the other side is read by {self.reader}: take the "
                "snapshot again with the same `reader:`"
            )
        return Reading(snapshot, None)
