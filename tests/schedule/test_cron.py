"""Crontab lines as people mean them, in the nights where clocks are changed, and in leap years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.schedule.cron import parse_cron
from driftwatch.schedule.trigger import CrontabTrigger

BERLIN = ZoneInfo("Europe/Berlin")
ZONE = ZoneInfo("UTC")


def times(line: str, start: str, end: str, zone: ZoneInfo = ZONE) -> list[str]:
    """The line's times in the zone's own clock, with the offset where it has one."""
    after, until = (datetime.fromisoformat(text).replace(tzinfo=zone) for text in (start, end))
    found = parse_cron(line, zone).between(after, until)
    return [at.astimezone(zone).strftime("%a %d %H:%M" + ("%z" if zone is not ZONE else "")) for at in found]


# The first of March 2026 is a Sunday.
@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("0 2 * * 0", ["Sun 01", "Sun 08"]),
        ("0 2 * * 7", ["Sun 01", "Sun 08"]),
        ("0 2 * * sun", ["Sun 01", "Sun 08"]),
        ("0 2 * * 1", ["Mon 02"]),
        ("0 2 * * 1-5", ["Mon 02", "Tue 03", "Wed 04", "Thu 05", "Fri 06"]),
        ("0 2 * * 5-7", ["Sun 01", "Fri 06", "Sat 07", "Sun 08"]),
        ("0 2 * * sat-sun", ["Sun 01", "Sat 07", "Sun 08"]),
        ("0 2 * * SAT,mon", ["Mon 02", "Sat 07"]),
        ("0 2 * mar 0", ["Sun 01", "Sun 08"]),
        ("0 2 * apr *", []),
        ("0 2 */3 * *", ["Sun 01", "Wed 04", "Sat 07"]),
        ("0 2 3 * 6", ["Tue 03", "Sat 07"]),  # either one suffices
        ("0 2 */2 * 6", ["Sat 07"]),  # a star, though with a step: both are wanted
    ],
)
def test_days(line: str, days: list[str]) -> None:
    assert times(line, "2026-03-01 00:00", "2026-03-08 23:00") == [f"{day} 02:00" for day in days]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("*/20 1 * * *", ["01:00", "01:20", "01:40"]),
        ("5-59/25 1 * * *", ["01:05", "01:30", "01:55"]),
        ("50/5 1 * * *", ["01:50", "01:55"]),
        ("0,30 1,3 * * *", ["01:00", "01:30", "03:00", "03:30"]),
        ("@daily", ["00:00"]),
        ("@Midnight", ["00:00"]),
    ],
)
def test_hours_and_minutes(line: str, found: list[str]) -> None:
    assert times(line, "2026-03-01 23:59", "2026-03-02 23:59") == [f"Mon 02 {time}" for time in found]


def test_the_short_words() -> None:
    assert times("@weekly", "2026-03-02 00:00", "2026-03-16 00:00") == ["Sun 08 00:00", "Sun 15 00:00"]
    assert times("@monthly", "2026-03-02 00:00", "2026-04-16 00:00") == ["Wed 01 00:00"]
    assert times("@yearly", "2026-03-02 00:00", "2027-03-02 00:00") == ["Fri 01 00:00"]
    assert len(times("@hourly", "2026-03-02 00:00", "2026-03-03 00:00")) == 24


def test_a_time_that_comes_twice_is_taken_once() -> None:
    found = times("30 2 * * *", "2026-10-24 12:00", "2026-10-26 12:00", BERLIN)
    assert found == ["Sun 25 02:30+0200", "Mon 26 02:30+0100"]


def test_a_time_that_does_not_come_is_made_up_for_once() -> None:
    found = times("30 2 * * *", "2026-03-28 12:00", "2026-03-30 12:00", BERLIN)
    assert found == ["Sun 29 03:30+0200", "Mon 30 02:30+0200"]


def test_every_hour_is_every_hour() -> None:
    for start, hours in (("2026-10-25 00:30", 25), ("2026-03-29 00:30", 23)):
        begin = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
        end = (begin + timedelta(days=1)).replace(tzinfo=BERLIN)
        found = list(parse_cron("0 * * * *", BERLIN).between(begin, end))
        assert len(found) == hours
        assert {b - a for a, b in pairwise(found)} == {timedelta(hours=1)}


def test_the_leap_day() -> None:
    found = list(
        parse_cron("0 3 29 2 *", ZONE).between(datetime(2096, 1, 1, tzinfo=UTC), datetime(2105, 1, 1, tzinfo=UTC))
    )
    assert [at.year for at in found] == [2096, 2104]
    assert len(times("30 2 * * *", "2028-02-27 12:00", "2028-03-02 12:00")) == 4


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 2 * *", "must have five fields"),
        ("0 2 * * * *", "must have five fields"),
        ("60 2 * * *", "does not know the minute '60': 0 to 59"),
        ("0 24 * * *", "does not know the hour '24'"),
        ("0 2 0 * *", "does not know the day of the month '0'"),
        ("0 2 * 13 *", "does not know the month '13'"),
        ("0 2 * * 8", "does not know the day of the week '8': 0 to 7 or sun, mon"),
        ("0 2 * * funday", "does not know the day of the week 'funday'"),
        ("0 2 * * 5-1", "has a range that runs backwards"),
        ("*/0 2 * * *", "has a step that is no number"),
        ("0 2 30 2 *", "never comes"),
        ("@reboot", "must have five fields"),
        ("", "must have five fields"),
    ],
)
def test_a_line_that_is_none_is_told(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_cron(line, ZONE)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  Hypothesis's
LINES = st.sampled_from(["30 2 * * *", "*/17 * * * *", "0 2 * * 0", "0 4 1 * *", "15 2 * 3,10 *"])


@settings(deadline=None)
@given(MOMENTS, LINES)
def test_the_last_time_is_found_by_going_forward_too(moment: datetime, line: str) -> None:
    cron = parse_cron(line, BERLIN)
    last = cron.last_until(moment, moment - timedelta(days=3))
    assert last == max(cron.between(moment - timedelta(days=3), moment), default=None)


@settings(deadline=None)
@given(MOMENTS, st.integers(0, 59), st.integers(4, 23))
def test_away_from_clock_changes_it_is_what_apscheduler_says(moment: datetime, minute: int, hour: int) -> None:
    ours = CrontabTrigger(parse_cron(f"{minute} {hour} * * *", BERLIN)).get_next_fire_time(None, moment)
    assert ours == CronTrigger(minute=minute, hour=hour, timezone=BERLIN).get_next_fire_time(None, moment)


def test_the_trigger_does_not_repeat_what_was_missed() -> None:
    trigger = CrontabTrigger(parse_cron("30 2 * * *", ZONE))
    asleep_since, now = datetime(2026, 3, 1, 2, 30, tzinfo=UTC), datetime(2026, 3, 9, 12, tzinfo=UTC)
    assert trigger.get_next_fire_time(asleep_since, now) == datetime(2026, 3, 10, 2, 30, tzinfo=UTC)
