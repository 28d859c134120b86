"""The ledger's arithmetic, without a database."""

from __future__ import annotations

import pytest

from driftwatch.history.ledger import Moment, advance, open_after
from driftwatch.history.news import news
from driftwatch.history.values import Ack, Event, Item, Move, Seen, What
from history.made import night, seen

Known = dict[str, Item]


def step(known: Known, number: int, *found: Seen, complete: bool = True) -> list[Event]:
    """One night; `known` is moved on."""
    moment = Moment(number, number - 1 or None, night(number), complete)
    done = advance(known, found, moment, lambda _: Move("actual", night(number)))
    known.update({item.key: item for item in done.items})
    return list(done.events)


def told(events: list[Event]) -> list[tuple[str, str]]:
    return [(event.what.value, event.key) for event in events]


def test_an_item_is_new_once_then_gone_and_then_back() -> None:
    known: Known = {}
    assert told(step(known, 1, seen("table a"))) == [("new", "table a")]
    assert told(step(known, 2, seen("table a"))) == []
    assert told(step(known, 3)) == [("gone", "table a")]
    assert told(step(known, 4)) == []
    assert told(step(known, 5, seen("table a"))) == [("back", "table a")]
    item = known["table a"]
    assert (item.first_seen, item.last_seen, item.gone_at, item.returns) == (night(1), night(5), None, 1)


def test_another_difference_of_the_same_object_is_a_change() -> None:
    known: Known = {}
    step(known, 1, seen("table a", "one"))
    assert told(step(known, 2, seen("table a", "two"))) == [("changed", "table a")]
    assert known["table a"].first_seen == night(1)


def test_nothing_is_gone_from_a_night_that_could_not_read_everything() -> None:
    known: Known = {}
    step(known, 1, seen("table a"), seen("policy p"))
    assert told(step(known, 2, seen("table a"), complete=False)) == []
    assert (known["policy p"].gone_at, known["policy p"].last_seen) == (None, night(1))
    assert told(step(known, 3, seen("table a"))) == [("gone", "policy p")]


def test_what_was_open_after_a_run_follows_from_the_events() -> None:
    known: Known = {}
    events = step(known, 1, seen("a"), seen("b")) + step(known, 2, seen("b", "two"), seen("c"))
    assert {key: event.what for key, event in open_after(events).items()} == {"b": What.CHANGED, "c": What.NEW}


def items(known: Known, acks: dict[str, Ack], number: int) -> dict[str, list[str]]:
    found = news(known.values(), acks, night(number))
    known.update({key: known[key]._replace(told=digest) for key, digest in found.told.items()})
    return {name: [item.key for item in group] for name, group in found._asdict().items() if group}


def test_news_is_told_once() -> None:
    known: Known = {}
    step(known, 1, seen("a"))
    assert items(known, {}, 1) == {"new": ["a"]}
    step(known, 2, seen("a"))
    assert items(known, {}, 2) == {"still": ["a"]}
    step(known, 3, seen("a", "two"))
    assert items(known, {}, 3) == {"changed": ["a"]}
    step(known, 4)
    assert items(known, {}, 4) == {"resolved": ["a"]}
    assert items(known, {}, 5) == {}
    step(known, 6, seen("a", "two"))
    assert items(known, {}, 6) == {"new": ["a"]}


def test_what_came_and_went_between_two_nights_is_no_news() -> None:
    known: Known = {}
    step(known, 1, seen("a"))  # a comparison by hand tells nobody
    step(known, 2)
    assert items(known, {}, 2) == {}


@pytest.mark.parametrize("until", [None, 3])
def test_acknowledged_drift_is_no_news_until_it_changes_or_the_day_comes(until: int | None) -> None:
    known: Known = {}
    acks = {"a": Ack("a", "one", "known", "me", night(0), night(until) if until else None)}
    step(known, 1, seen("a", "one"))
    assert items(known, acks, 1) == items(known, acks, 2) == {"acknowledged": ["a"]}
    assert items(known, acks, 3) == ({"new": ["a"]} if until else {"acknowledged": ["a"]})
    step(known, 4, seen("a", "two"))
    assert items(known, acks, 4) == ({"changed": ["a"]} if until else {"new": ["a"]})


def test_what_is_acknowledged_after_it_was_told_ends_without_a_word() -> None:
    known: Known = {}
    step(known, 1, seen("a"))
    items(known, {}, 1)
    assert items(known, {"a": Ack("a", "a", "known", "me", night(1), None)}, 2) == {"acknowledged": ["a"]}
    step(known, 3)
    assert items(known, {}, 3) == {}
