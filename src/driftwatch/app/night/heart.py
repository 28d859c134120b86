"""Signs of life: of a night that runs, to other containers, and of one that went well, to a dead man's switch."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

from driftwatch.errors import HistoryError
from driftwatch.history import claims

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from driftwatch.config import Job
    from driftwatch.history.claims import Night
    from driftwatch.history.engine import History

_log = logging.getLogger("driftwatch.night")


class Heart:
    """Says that the holder of a night lives, until it is done."""

    def __init__(self, history: History, night: Night, clock: Callable[[], datetime]) -> None:
        self._history = history
        self._night = night
        self._clock = clock
        self._over = Event()
        self._thread = Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(claims.BEAT_SECONDS):
            try:
                with self._history.writing() as connection:
                    claims.beat(connection, self._night, self._clock())
            except HistoryError as error:
                _log.warning("no heartbeat", extra={"fields": {"pair": self._night.pair, "error": str(error)}})


def ping(job: Job) -> None:
    """Call the dead man's switch; that it can't be reached is its own alarm.

    A redirect is not followed: what stands at its end (a sign-in page, as a rule) would answer for a switch that heard
    nothing.
    """
    if not job.ping_url:
        return
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import build_opener

    from driftwatch.notify.webhook import NoRedirect

    try:
        with build_opener(NoRedirect).open(job.ping_url, timeout=10):
            pass
    except (OSError, HTTPException, ValueError) as error:
        reason = str(getattr(error, "reason", "") or error)
        if isinstance(error, HTTPError):
            # Where it leads to is not logged: it may hold what is secret in the address.
            leads = "Location" in error.headers
            away = ", which leads elsewhere: ping_url has to be the address at the end" if leads else ""
            reason = f"answered {error.code}{away}"
            error.close()
        _log.warning("the ping failed", extra={"fields": {"job": job.name, "error": reason}})
