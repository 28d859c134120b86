"""What is remembered, as frozen values."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class State(StrEnum):
    """How a run ended."""

    DONE = "done"
    INCOMPLETE = "incomplete"
    """Something that was asked for could not be read."""
    FAILED = "failed"
    """There is no comparison: a database could not be reached, for instance."""


LEVELS = ("breaking", "blocking", "safe", "unmodelled")
"""Of drift items, from the worst; how dangerous `unmodelled` is nobody knows."""


class What(StrEnum):
    """What happened to a drift item from one run to the next."""

    NEW = "new"
    CHANGED = "changed"
    BACK = "back"
    GONE = "gone"


def mover(moved: str, pair: str) -> str:
    """Which database moved, by its name: `prod` for `actual` in `dev/prod`; `both` and what is not known stay."""
    desired, _, actual = pair.partition("/")
    return {"desired": desired, "actual": actual}.get(moved, moved)


def name_in(key: str) -> str:
    """A key's text without the kind: `public.users.email`."""
    return key.partition(" ")[2]


def beneath(key: str, whole: str) -> bool:
    """Whether an object is named after another one that has a schema: a table's column, constraint or policy."""
    return "." in name_in(whole) and name_in(key).startswith(f"{name_in(whole)}.")


class Move(NamedTuple):
    """Which side moved between two runs: `desired`, `actual`, `both`, or nothing where that is not known."""

    side: str = ""
    at: datetime | None = None
    """When that was committed, where the server keeps such times; of several times the last."""


class Seen(NamedTuple):
    """One drift item as a comparison found it."""

    key: str
    verb: str
    level: str
    digest: str
    """Of the difference itself: another one is another drift, though its key is the same."""
    note: str
    """The first hazard in words, else what is changed."""
    label: str = ""
    """Who moved as far as the migrations tell (`hot-fix in prod`, …); empty where nothing tells."""


class Run(NamedTuple):
    """One comparison, or the attempt at one. Times are aware, in UTC."""

    id: int
    pair: str
    """`desired/actual`, by their configured names."""
    scheduled_for: datetime | None
    """The night it was for; none: called by hand."""
    started_at: datetime
    finished_at: datetime
    state: State
    outcome: str
    """The comparison's word (`no-drift`, `drift`, …); empty for a failed run."""
    counts: Mapping[str, int]
    """Open items by level."""
    verdict: str
    """The proof in one sentence; empty where there was nothing to prove."""
    proof: str
    """`proved`, `failed` or `not proved`."""
    error: str
    report: str
    """The report's folder, by name; empty: none was written."""
    desired_snapshot: str
    actual_snapshot: str
    """Fingerprints."""
    ledger: bool
    """Whether it moved the ledger: a comparison of other schemas or of files by hand does not."""


class Item(NamedTuple):
    """A drift item of a pair, from when it was first seen to now."""

    key: str
    verb: str
    level: str
    digest: str
    note: str
    first_seen: datetime
    last_seen: datetime
    gone_at: datetime | None
    """None: it is open."""
    returns: int
    """How often it came back."""
    moved: str
    """Which side moved when it last changed: `desired`, `actual`, `both`, or empty where that is not known."""
    moved_at: datetime | None = None
    """When that was committed; None: not known."""
    label: str = ""
    """Who moved as far as the migrations tell, as of `last_seen`."""
    told: str = ""
    """The digest that notifications told; empty: none, or its end was told."""


class Event(NamedTuple):
    """Something that happened to an item between two runs."""

    run: int
    previous_run: int | None
    key: str
    what: What
    verb: str
    level: str
    digest: str
    note: str
    moved: str
    at: datetime
    moved_at: datetime | None = None
    label: str = ""


class Gap(NamedTuple):
    """Nights that did not happen, in order, with none between them that did."""

    pair: str
    nights: tuple[datetime, ...]


class Ack(NamedTuple):
    """Somebody's word that a drift is known: it holds for this difference until then."""

    key: str
    digest: str
    reason: str
    by: str
    at: datetime
    until: datetime | None

    def holds(self, digest: str, now: datetime) -> bool:
        """Whether it covers this difference at this time."""
        return self.digest == digest and (self.until is None or now < self.until)
