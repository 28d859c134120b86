"""What is due: each pair's times held against the nights that the ledger has, and the nights that did not happen."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.app.nightly import Nights
from driftwatch.errors import ConfigError, HistoryError
from driftwatch.history.claims import claimed, last_claimed
from driftwatch.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from driftwatch.config import Config, Job, OnceRequest

_log = logging.getLogger("driftwatch.night")
_LATE = timedelta(minutes=5)
"""A night of so short ago may be just beginning."""

_EVER = timedelta(days=8 * 366)


class Missed(NamedTuple):
    """A night that did not happen."""

    pair: str
    scheduled_for: datetime


def once(request: OnceRequest, config: Config, nights: Nights | None = None) -> int:
    """Run what is due, or what is named.

    Returns:
        The exit code: 1 where a night failed, else 2 where one found what `fail_on` names, else 0.

    Raises:
        ConfigError: nothing is scheduled, or not what is named.
    """
    nights = nights or Nights(config)
    jobs = _named(request.names, config)
    codes = {_run(job, request, nights) for job in jobs}
    return 1 if 1 in codes else max(codes)


def pair_of(job: Job) -> str:
    """What a job's pair is called in the history."""
    return f"{job.pair.desired}/{job.pair.actual}"


def due(connection: Connection, job: Job, now: datetime) -> datetime | None:
    """The night that is due, the last one where several were missed; None: none is.

    A pair that was never scheduled is due at once.
    """
    return job.cron.last_until(now, last_claimed(connection, pair_of(job)) or now - _EVER)


def missed(connection: Connection, jobs: Iterable[Job], since: datetime, now: datetime) -> Sequence[Missed]:
    """The nights that did not happen after a time."""
    found = []
    for job in jobs:
        had = claimed(connection, pair_of(job))
        if had:
            wanted = job.cron.between(max(had[0], since), now - _LATE)
            found += [Missed(pair_of(job), at) for at in wanted if at not in had]
    return found


def _named(names: Sequence[str], config: Config) -> Sequence[Job]:
    if not config.schedule:
        raise ConfigError("nothing is scheduled: write a schedule: into config.yaml (docs/configuration.md shows one)")
    for name in names:
        if name not in config.schedule:
            known = f" (known: {', '.join(config.schedule)})"
            raise ConfigError(f"nothing named {name!r} is scheduled{did_you_mean(name, config.schedule) or known}")
    return [config.schedule[name] for name in names or config.schedule]


def _run(job: Job, request: OnceRequest, nights: Nights) -> int:
    now = nights.clock()
    always = bool(request.names) and not request.if_due
    try:
        with nights.history.writing() as connection:
            night = due(connection, job, now)
    except HistoryError:  # told by the run itself, which goes on without
        night = now
    if night is None and not always:
        _log.info("nothing is due", extra={"fields": {"job": job.name}})
        return 0
    return nights.run(job, night or now.replace(microsecond=0))
