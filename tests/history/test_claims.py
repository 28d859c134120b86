"""A night is one container's."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from driftwatch.history.claims import (
    EXPIRY,
    Claimed,
    ClaimLostError,
    Night,
    beat,
    claim,
    claimed,
    finish,
    last_claimed,
    release,
)
from driftwatch.history.holder import has_ended, holder
from driftwatch.history.prune import prune
from history.made import PAIR, night

if TYPE_CHECKING:
    from datetime import datetime

    from driftwatch.history.engine import History


def wants(place: History, holder: str, number: int = 1, at: datetime | None = None, pair: str = PAIR) -> Claimed:
    with place.writing() as connection:
        return claim(connection, Night(pair, night(number), holder), at or night(number))


def ends(place: History, holder: str, number: int = 1) -> None:
    with place.writing() as connection:
        finish(connection, Night(PAIR, night(number), holder), night(number))


def test_a_night_is_run_once(place: History) -> None:
    assert wants(place, "a") is Claimed.MINE
    assert wants(place, "b") is Claimed.BUSY
    ends(place, "a")
    assert wants(place, "b") is Claimed.DONE
    assert wants(place, "b", 2) is Claimed.MINE


def test_two_nights_of_a_pair_do_not_run_at_once(place: History) -> None:
    assert wants(place, "a", 1) is Claimed.MINE
    assert wants(place, "b", 2, night(1)) is Claimed.BUSY
    assert wants(place, "b", 1, pair="dev/staging") is Claimed.MINE


def named_by_another_process(*, ended: bool) -> str:
    """What a process calls itself that has ended, or that runs."""
    say = "from driftwatch.history.holder import holder; print(holder(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", say], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        name = process.stdout.readline().strip()
        if not ended:
            assert not has_ended(name)
    return name


@pytest.mark.skipif(sys.platform != "linux", reason="processes are told apart by /proc")
def test_a_holder_that_ended_on_this_machine_is_not_waited_for(place: History) -> None:
    wants(place, named_by_another_process(ended=True))
    assert wants(place, "b") is Claimed.MINE


def test_a_holder_that_runs_keeps_its_night(place: History) -> None:
    named_by_another_process(ended=False)
    wants(place, holder())
    assert wants(place, "b") is Claimed.BUSY


def test_a_holder_elsewhere_is_not_taken_for_dead_by_its_number() -> None:
    name = named_by_another_process(ended=True)
    host, _, rest = name.partition(" ")
    assert not has_ended(f"other-{host} {rest}")
    assert not has_ended("host:1:2")  # as earlier versions named it


@pytest.mark.skipif(sys.platform != "linux", reason="processes are told apart by /proc")
def test_a_number_that_was_given_to_another_process_is_not_the_holder() -> None:
    home, _, rest = holder().rpartition(" ")
    mark, pid, started, moment = rest.split(":")
    assert has_ended(f"{home} {mark}:{pid}:{int(started) - 1}:{moment}")


def test_a_holder_that_died_loses_its_night(place: History) -> None:
    wants(place, "dead")
    almost = night(1) + EXPIRY - timedelta(seconds=1)
    assert wants(place, "b", at=almost) is Claimed.BUSY
    assert wants(place, "b", at=night(1) + EXPIRY) is Claimed.MINE
    with pytest.raises(ClaimLostError, match="taken over by another container"):
        ends(place, "dead")
    ends(place, "b")


def test_a_heartbeat_keeps_a_night(place: History) -> None:
    wants(place, "a")
    with place.writing() as connection:
        assert beat(connection, Night(PAIR, night(1), "a"), night(1) + EXPIRY / 2)
        assert not beat(connection, Night(PAIR, night(1), "b"), night(1) + EXPIRY / 2)
    assert wants(place, "b", at=night(1) + EXPIRY) is Claimed.BUSY


def test_a_night_that_is_given_back_is_due_again(place: History) -> None:
    wants(place, "a")
    with place.writing() as connection:
        assert last_claimed(connection, PAIR) is None
        release(connection, Night(PAIR, night(1), "a"))
    assert wants(place, "b") is Claimed.MINE
    ends(place, "b")
    with place.reading() as connection:
        assert last_claimed(connection, PAIR) == night(1)
        assert list(claimed(connection, PAIR)) == [night(1)]


@pytest.mark.parametrize("round_", range(3))
def test_of_many_at_the_same_moment_one_gets_it(place: History, round_: int) -> None:
    with place.writing():
        pass  # the tables
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: wants(place, f"{round_}-{n}"), range(6)))
    assert sorted(answers) == sorted([Claimed.MINE, *[Claimed.BUSY] * 5])


def test_old_nights_are_pruned_but_for_the_last(place: History) -> None:
    for number in (1, 2, 3):
        wants(place, "a", number)
        ends(place, "a", number)
    with place.writing() as connection:
        prune(connection, night(3))
        assert list(claimed(connection, PAIR)) == [night(3)]
        prune(connection, night(99))
        assert last_claimed(connection, PAIR) == night(3)
