"""What every use case needs: the kinds, the readers, a shadow that opens when first asked for."""

from __future__ import annotations

import gc
import logging
from contextlib import ExitStack
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Self

from driftwatch.catalog.connection import Timeouts
from driftwatch.config import find_target
from driftwatch.config.variables import read_variables
from driftwatch.errors import ConfigError
from driftwatch.kinds import KINDS
from driftwatch.sources.locate import LiveSource, parse_source
from driftwatch.sources.read import Readers

if TYPE_CHECKING:
    from types import TracebackType

    from driftwatch.config import Config
    from driftwatch.shadow.contract import Shadow, ShadowSettings
    from driftwatch.sources.locate import Source


KEY_VARIABLE = "DRIFTWATCH_DIGEST_KEY"

_KEPT: list[Session] = []


class Memory(NamedTuple):
    """What is to be known before a comparison."""

    key: str
    """Of secrets' digests; empty: there is none."""
    age: float | None = None
    """How many seconds ago the run began that this one is held against; None: there was none."""


def environments_key(config: Config) -> str:
    """The key by which secrets become digests, where the environment, `.env` or a file that they name has one.

    Raises:
        ConfigError: that file can't be read.
    """
    return read_variables(config.base_dir).get(KEY_VARIABLE)


class Session:
    """One use case's resources; everything that was opened is closed when it ends, also by an error or Ctrl-C."""

    def __init__(self, config: Config, key: str | None = None) -> None:
        """Take what is configured; `key` is that of secrets' digests, by default the environment's."""
        self.config = config
        self.kinds = KINDS
        self.stack = ExitStack()
        self._shadow: Shadow | None = None
        self._opening = Lock()
        timeouts = Timeouts(config.timeouts.statement, config.timeouts.lock, int(config.timeouts.connect))
        self.readers = Readers(
            KINDS, timeouts, self.shadow, self.stack, key=environments_key(config) if key is None else key
        )

    def __enter__(self) -> Self:
        # What psycopg logs of a connection that breaks is told by the error that follows; unheard it goes to stderr.
        logging.getLogger("psycopg").addHandler(logging.NullHandler())
        # A schema is hundreds of thousands of tuples without a cycle: the collector would walk them over and over.
        if gc.isenabled():
            gc.disable()
            self.stack.callback(gc.enable)
        else:  # main() has turned it off: the process ends with this, and nothing of it needs to be freed before
            _KEPT.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.__exit__(kind, error, trace)

    def readers_by(self, reader: str, age: float | None = None) -> Readers:
        """The readers that read by `pg_catalog`, or by `information_schema`; `age` as `Readers` has it."""
        return replace(self.readers, reader=reader, age=age)

    def shadow(self, major: int | None) -> Shadow:
        """The shadow, of this major where one can be had; the first call decides.

        Raises:
            ShadowError: none could be had.
        """
        from driftwatch.shadow.databases import open_shadow

        with self._opening:
            if self._shadow is None:
                self._shadow = self.stack.enter_context(open_shadow(self._settings(), wanted_major=major))
            return self._shadow

    def _settings(self) -> ShadowSettings:
        from driftwatch.shadow.contract import ShadowSettings

        wanted = self.config.shadow
        if wanted.database:
            target = find_target(wanted.database, self.config)
            source = target.direct or target.source
            url = _connection_string(source, f"database: {wanted.database}")
            return ShadowSettings(
                database_url=url, protected=target.protected, trust=wanted.trust, pooled=_is_pooled(source)
            )
        if wanted.url:
            source = parse_source(wanted.url, self.config.base_dir)
            return ShadowSettings(url=_connection_string(source, "url"), trust=wanted.trust, pooled=_is_pooled(source))
        return ShadowSettings(trust=wanted.trust)


def _connection_string(source: Source, place: str) -> str:
    """libpq's, without the parameters that only Prisma knows."""
    if not isinstance(source, LiveSource):
        raise ConfigError(f"shadow: {place} is no live database: name a server's, or leave it out")
    from psycopg.conninfo import make_conninfo

    return make_conninfo("", **source.conninfo)


def _is_pooled(source: Source) -> bool:
    return isinstance(source, LiveSource) and source.pooled
