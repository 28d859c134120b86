"""What is due: each pair's times held against the nights that the ledger has, and the nights that did not happen."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby, takewhile
from typing import TYPE_CHECKING

from driftwatch.history.claims import claimed, last_claimed
from driftwatch.history.values import Gap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from driftwatch.config import Job

_LATE = timedelta(minutes=5)
"""A night of so short ago may be just beginning."""

_EVER = timedelta(days=8 * 366)


def pair_of(job: Job) -> str:
    """What a job's pair is called in the history."""
    return f"{job.pair.desired}/{job.pair.actual}"


def due(connection: Connection, job: Job, now: datetime) -> datetime | None:
    """The night that is due, the last one where several were missed; None: none is.

    A pair that was never scheduled is due at once.
    """
    return job.cron.last_until(now, last_claimed(connection, pair_of(job)) or now - _EVER)


def missed(connection: Connection, jobs: Sequence[Job], since: datetime, now: datetime) -> Sequence[Gap]:
    """The nights that did not happen after a time, as far back as the schedules were those of today."""
    return [gap for job in jobs for gap in _gaps(job, claimed(connection, pair_of(job)), jobs, since, now - _LATE)]


def _gaps(
    job: Job, had: Mapping[datetime, str], jobs: Sequence[Job], since: datetime, until: datetime
) -> Iterator[Gap]:
    schedules = {other.cron.text for other in jobs if pair_of(other) == pair_of(job)}
    lately = takewhile(lambda at: had[at] in schedules, sorted(had, reverse=True))
    first = min((at for at in lately if had[at] == job.cron.text), default=None)
    wanted = job.cron.between(max(first, since), until) if first else ()
    for happened, nights in groupby(wanted, key=lambda at: at in had):
        if not happened:
            yield Gap(pair_of(job), tuple(nights))
