"""A crontab's five fields as times: pure, and as people who write crontabs mean them.

0 and 7 are Sunday, months and days have names, `@daily` and the like stand for what they do in Vixie cron. Where both
the day of the month and the day of the week are restricted, either one suffices (crontab(5)).

A time that daylight saving makes happen twice is taken once, the first time; one that it leaves out is taken as long
after the gap's beginning as it would have been. Only where every hour is meant, the hour that comes twice counts twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

_SHORT = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = dict(zip("jan feb mar apr may jun jul aug sep oct nov dec".split(), range(1, 13), strict=True))
_DAYS = dict(zip("sun mon tue wed thu fri sat".split(), range(7), strict=True))
_HORIZON = 8 * 366 + 1
"""Days within which 29 February comes, also around 2100."""


class _Field(NamedTuple):
    name: str
    first: int
    last: int
    names: dict[str, int]


_FIELDS = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of the month", 1, 31, {}),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _DAYS),
)


@dataclass(frozen=True)
class Cron:
    """The times of a crontab's line in a zone."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """0 is Sunday."""
    either_day: bool
    """Whether a day of the month or one of the week suffices."""
    every_hour: bool
    zone: ZoneInfo
    text: str = ""
    """As it was written, with the zone: times of another schedule are not this one's."""

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after a moment, in UTC; None: never."""
        first = moment.astimezone(self.zone).date() - timedelta(days=1)
        for n in range(_HORIZON + 1):
            for found in self._times(first + timedelta(days=n)):
                if found > moment:
                    return found
        return None

    def last_until(self, moment: datetime, after: datetime) -> datetime | None:
        """The last time up to a moment and after another one, in UTC; None: there is none."""
        day, first = (at.astimezone(self.zone).date() for at in (moment, after))
        while day >= first - timedelta(days=1):
            for found in reversed(self._times(day)):
                if after < found <= moment:
                    return found
            day -= timedelta(days=1)
        return None

    def between(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """Every time after a moment and up to another one, in UTC."""
        day, last = (at.astimezone(self.zone).date() for at in (after, until))
        day -= timedelta(days=1)
        while day <= last:
            yield from (found for found in self._times(day) if after < found <= until)
            day += timedelta(days=1)

    def _times(self, day: date) -> list[datetime]:
        """The times of a day, in UTC."""
        if not self._on(day):
            return []
        folds = (0, 1) if self.every_hour else (0,)
        local = (
            datetime.combine(day, time(hour, minute, fold=fold), self.zone)
            for hour, minute, fold in product(self.hours, self.minutes, folds)
        )
        return sorted({at.astimezone(UTC) for at in local})

    def _on(self, day: date) -> bool:
        by_month, by_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        right_day = by_month or by_week if self.either_day else by_month and by_week
        return day.month in self.months and right_day


def parse_cron(text: str, zone: ZoneInfo) -> Cron:
    """Reads a crontab's five fields, or `@daily` and the like.

    Raises:
        ValueError: it is none; the text says what is wrong.
    """
    words = _SHORT.get(text.strip().lower(), text).split()
    if len(words) != len(_FIELDS):
        raise ValueError("must have five fields (minute hour day month weekday), or be @daily, @hourly, @weekly, …")
    minutes, hours, days, months, weekdays = (
        frozenset(_values(word, field)) for word, field in zip(words, _FIELDS, strict=True)
    )
    cron = Cron(
        minutes=minutes,
        hours=hours,
        days=days,
        months=months,
        weekdays=frozenset(day % 7 for day in weekdays),
        either_day=not words[2].startswith("*") and not words[4].startswith("*"),
        every_hour=words[1].startswith("*"),
        zone=zone,
        text=f"{' '.join(words)} {zone.key}",
    )
    if cron.next_after(datetime.now(UTC)) is None:
        raise ValueError("never comes: no month of these has such a day")
    return cron


def _values(word: str, field: _Field) -> Iterable[int]:
    for part in word.split(","):
        span, slash, step = part.partition("/")
        if slash and (not step.isdecimal() or int(step) == 0):
            raise ValueError(f"has a step that is no number in its {field.name}: {part!r}")
        first, last = _span(span, field, open_ended=bool(slash))
        yield from range(first, last + 1, int(step or 1))


def _span(span: str, field: _Field, *, open_ended: bool) -> tuple[int, int]:
    if span == "*":
        return field.first, field.last - (field.last == 7)  # noqa: PLR2004  7 is Sunday again
    start, dash, end = span.partition("-")
    first = _number(start, field)
    last = _number(end, field) if dash else field.last if open_ended else first
    if dash and end.lower() == "sun":
        last = 7
    if first > last:
        raise ValueError(f"has a range that runs backwards in its {field.name}: {span!r}")
    return first, last


def _number(text: str, field: _Field) -> int:
    if text.lower() in field.names:
        return field.names[text.lower()]
    if not text.isdecimal() or not field.first <= int(text) <= field.last:
        known = f" or {', '.join(field.names)}" if field.names else ""
        raise ValueError(f"does not know the {field.name} {text!r}: {field.first} to {field.last}{known}")
    return int(text)
