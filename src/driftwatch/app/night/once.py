"""`driftwatch schedule --once`: what is due, or what is named, one after the other."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from driftwatch.app.night.nightly import Nights
from driftwatch.app.remembering.due import due
from driftwatch.errors import ConfigError, HistoryError
from driftwatch.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driftwatch.config import Config, Job, OnceRequest

_log = logging.getLogger("driftwatch.night")


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
    return nights.run(job, night or now)
