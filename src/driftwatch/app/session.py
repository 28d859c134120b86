"""What every use case needs: the kinds, the readers, a shadow that opens when first asked for."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Lock
from typing import TYPE_CHECKING, Self

from driftwatch.catalog.connection import Timeouts
from driftwatch.config import find_target
from driftwatch.errors import ConfigError
from driftwatch.kinds import KINDS
from driftwatch.shadow.databases import ShadowSettings, open_shadow
from driftwatch.sources.locate import LiveSource
from driftwatch.sources.read import Readers

if TYPE_CHECKING:
    from types import TracebackType

    from driftwatch.config import Config
    from driftwatch.shadow.contract import Shadow


class Session:
    """One use case's resources; everything that was opened is closed when it ends, also by an error or Ctrl-C."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.kinds = KINDS
        self.stack = ExitStack()
        self._shadow: Shadow | None = None
        self._opening = Lock()
        timeouts = Timeouts(config.timeouts.statement, config.timeouts.lock, int(config.timeouts.connect))
        self.readers = Readers(KINDS, timeouts, self.shadow, self.stack)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.__exit__(kind, error, trace)

    def shadow(self, major: int | None) -> Shadow:
        """The shadow, of this major where one can be had; the first call decides.

        Raises:
            ShadowError: none could be had.
        """
        with self._opening:
            if self._shadow is None:
                self._shadow = self.stack.enter_context(open_shadow(self._settings(), wanted_major=major))
            return self._shadow

    def _settings(self) -> ShadowSettings:
        wanted = self.config.shadow
        if not wanted.database:
            return ShadowSettings(url=wanted.url or None, trust=wanted.trust)
        target = find_target(wanted.database, self.config)
        source = target.direct or target.source
        if not isinstance(source, LiveSource):
            raise ConfigError(f"shadow: database: {wanted.database} is no live database: name one, or leave it out")
        from psycopg.conninfo import make_conninfo

        return ShadowSettings(
            database_url=make_conninfo("", **source.conninfo),
            protected=target.protected,
            trust=wanted.trust,
            pooled=source.pooled,
        )
