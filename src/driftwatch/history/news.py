"""What is to be told: the difference between what notifications told last and what is there now.

It is held against what was *told*, not against the run before: a comparison by hand in between moves the ledger and
tells nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from driftwatch.history.values import Ack, Item


class News(NamedTuple):
    """Items by what there is to tell of them; `acknowledged` are open and not told."""

    new: tuple[Item, ...] = ()
    """Never told, or told to be gone, or their acknowledgement ended."""
    changed: tuple[Item, ...] = ()
    resolved: tuple[Item, ...] = ()
    still: tuple[Item, ...] = ()
    acknowledged: tuple[Item, ...] = ()

    @property
    def told(self) -> Mapping[str, str]:
        """What each item's `told` becomes when this has been handed over."""
        shown = {item.key: item.digest for item in (*self.new, *self.changed)}
        return shown | {item.key: "" for item in (*self.resolved, *self.acknowledged) if item.told}


def news(items: Iterable[Item], acks: Mapping[str, Ack], now: datetime) -> News:
    """Sort a pair's items by what there is to tell of them, each in the order of the keys."""
    found: dict[str, list[Item]] = {name: [] for name in News._fields}
    for item in sorted(items, key=lambda item: item.key):
        if name := _place(item, acks.get(item.key), now):
            found[name].append(item)
    return News(**{name: tuple(listed) for name, listed in found.items()})


def _place(item: Item, ack: Ack | None, now: datetime) -> str:
    if item.gone_at is not None:
        return "resolved" if item.told else ""
    if ack and ack.holds(item.digest, now):
        return "acknowledged"
    if not item.told:
        return "new"
    return "still" if item.told == item.digest else "changed"
