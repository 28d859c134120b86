"""The drift ledger's arithmetic: what was known and what was found make what is known now, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.history.values import Event, Item, Move, What

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from driftwatch.history.values import Seen


class Moment(NamedTuple):
    """The run that looks, and the one before it."""

    run: int
    previous_run: int | None
    at: datetime
    complete: bool
    """False: something could not be read, so that what is missing may still be there."""


class Step(NamedTuple):
    """What a run makes of the ledger: the items that it changes or saw again, and what happened."""

    items: tuple[Item, ...]
    events: tuple[Event, ...]


def advance(known: Mapping[str, Item], found: Iterable[Seen], moment: Moment, moved: Callable[[str], Move]) -> Step:
    """Hold what a run found against what was known.

    Args:
        known: every item of the pair by key, also those that are gone.
        found: the drift of this run.
        moment: the run.
        moved: which side moved an object since the run before, and when.

    Returns:
        The items to write, and the events in the order of their keys.
    """
    there = {seen.key: seen for seen in found}
    items: list[Item] = []
    events: list[Event] = []
    for key in sorted({*there, *known}):
        what = _what(known.get(key), there.get(key), complete=moment.complete)
        move = moved(key) if what else Move()
        if item := _item(known.get(key), there.get(key), what, move, moment):
            items.append(item)
            events += _events(item, what, move, moment)
    return Step(tuple(items), tuple(events))


def _what(before: Item | None, now: Seen | None, *, complete: bool) -> What | None:
    if now is None:
        open_before = before is not None and before.gone_at is None
        return What.GONE if open_before and complete else None
    if before is None:
        return What.NEW
    if before.gone_at is not None:
        return What.BACK
    return What.CHANGED if before.digest != now.digest else None


def _item(before: Item | None, now: Seen | None, what: What | None, move: Move, moment: Moment) -> Item | None:
    """The item as it is written; None where there is nothing to write."""
    if now is None:
        gone = before._replace(gone_at=moment.at, moved=move.side, moved_at=move.at) if before else None
        return gone if what is What.GONE else None
    first = before.first_seen if before else moment.at
    if before and not what:
        move = Move(before.moved, before.moved_at)
    return Item(
        key=now.key,
        verb=now.verb,
        level=now.level,
        digest=now.digest,
        note=now.note,
        first_seen=first,
        last_seen=moment.at,
        gone_at=None,
        returns=(before.returns if before else 0) + (what is What.BACK),
        moved=move.side,
        moved_at=move.at,
        label=now.label,
        told=before.told if before else "",
    )


def _events(item: Item, what: What | None, move: Move, moment: Moment) -> Iterator[Event]:
    if what:
        yield Event(
            run=moment.run,
            previous_run=moment.previous_run,
            key=item.key,
            what=what,
            verb=item.verb,
            level=item.level,
            digest=item.digest,
            note=item.note,
            moved=move.side,
            at=moment.at,
            moved_at=move.at,
            label=item.label,
        )


def open_after(events: Iterable[Event]) -> Mapping[str, Event]:
    """The items that were open when the last of these events (in their order) had happened, each by its last event."""
    last = {event.key: event for event in events}
    return {key: event for key, event in last.items() if event.what is not What.GONE}
