"""A crontab's line as a trigger of APScheduler.

APScheduler's own `from_crontab` counts weekdays from Monday, knows neither 7 nor `@daily`, wants both the day of the
month and that of the week, and fires twice in the night that summer time ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apscheduler.triggers.base import BaseTrigger

if TYPE_CHECKING:
    from datetime import datetime

    from driftwatch.schedule.cron import Cron


class CrontabTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires when the line says; times that passed meanwhile are the ledger's business."""

    def __init__(self, cron: Cron) -> None:
        self._cron = cron

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The next time."""
        return self._cron.next_after(max(previous, now) if previous else now)
