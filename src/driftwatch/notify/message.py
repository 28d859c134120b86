"""What there is to say of a run: pure, and plain data, so that it can wait in the outbox."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch.config.values import NotifyOn
from driftwatch.history.values import LEVELS, State, mover, name_in
from driftwatch.model.verdict import Outcome
from driftwatch.report.display import moment, plural

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from driftwatch.history.news import News
    from driftwatch.history.values import Item, Run

SHOWN = 10
"""Items that a message names; the rest is in the report."""

VERSION = 1
"""Of the JSON that the webhook sends."""

_ABOUT = ("default ", "index_partition ", "partition ", "sequence_owner ", "typed_table ")
"""What says something of an object whose name it bears, and is a part of it."""

Json = dict[str, Any]


class Line(NamedTuple):
    """One item: what happened (`new`, `changed`, `resolved`), and what it is."""

    what: str
    key: str
    verb: str
    level: str
    note: str
    moved: str
    moved_at: str = ""
    """When that was committed, as ISO 8601; empty: not known."""
    label: str = ""
    """Who moved as far as the migrations tell: `hot-fix in prod`, `pending`, …"""
    parts: int = 0
    """How many of its parts came or went with it, which have no line of their own."""

    def who(self, pair: str) -> str:
        """Who moved, in words: `hot-fix in prod, prod moved at 2026-03-02 14:03:22 UTC`."""
        at = f" at {moment(datetime.fromisoformat(self.moved_at))}" if self.moved_at else ""
        side = f"{mover(self.moved, pair)} moved{at}" if self.moved else ""
        # Whose it was is no matter any more once it is resolved.
        return ", ".join(filter(None, ("" if self.what == "resolved" else self.label, side)))


class Message(NamedTuple):
    """What is told of one run of one pair."""

    reasons: tuple[str, ...]
    """Why it is told: `new`, `resolved`, `failed`, `recovered`, `always`, `weekly`, `test`."""
    title: str
    pair: str
    at: str
    """ISO 8601, UTC."""
    run: int
    state: str
    outcome: str
    levels: Mapping[str, int]
    """Open items by level."""
    counts: Mapping[str, int]
    """`new`, `changed`, `resolved`, `still`, `acknowledged`."""
    lines: tuple[Line, ...]
    verdict: str
    error: str
    report: str
    """The report's address, where there is one."""
    labels: Mapping[str, int] = {}
    """Open items by their labels, those that have one."""

    def as_data(self) -> Json:
        """As JSON's values."""
        return {**self._asdict(), "version": VERSION, "lines": [line._asdict() for line in self.lines]}


def from_data(data: Json) -> Message:
    """The message that `as_data` gave, also by way of JSON; that of an older driftwatch lacks what is newer."""
    values = {name: data[name] for name in Message._fields if name in data}
    values |= {"reasons": tuple(data["reasons"]), "lines": tuple(Line(**line) for line in data["lines"])}
    return Message(**values)


class Before(NamedTuple):
    """The night before: its state (None: there was none) and its proof; and when this pair was last told of."""

    state: State | None
    told_at: datetime | None
    proof: str = ""

    @property
    def well(self) -> bool:
        """Whether it went well, its proof aside."""
        return self.state in {None, State.DONE}


def compose(run: Run, news: News, before: Before, wanted: Collection[NotifyOn], report_url: str = "") -> Message | None:
    """The message of a scheduled run; None where there is nothing that is wanted."""
    reasons = tuple(reason.value for reason in _reasons(run, news, before) if reason in wanted)
    if not reasons:
        return None
    counts = {name: len(listed) for name, listed in news._asdict().items()}
    return Message(
        reasons=reasons,
        title=_title(run, counts, reasons, before),
        pair=run.pair,
        at=run.started_at.isoformat(timespec="seconds"),
        run=run.id,
        state=run.state.value,
        outcome=run.outcome,
        levels=dict(run.counts),
        counts=counts,
        lines=tuple(_lines(news))[:SHOWN],
        verdict=run.verdict,
        error=run.error,
        report=_address(report_url, run.report),
        labels=_labels((*news.new, *news.changed, *news.still, *news.acknowledged)),
    )


def _labels(standing: Iterable[Item]) -> Mapping[str, int]:
    return dict(sorted(Counter(item.label for item in standing if item.label).items()))


def _reasons(run: Run, news: News, before: Before) -> Iterator[NotifyOn]:
    well = run.state is State.DONE
    fails, failed = (proof == Outcome.FAILED for proof in (run.proof, before.proof))
    if (before.well and not well) or (fails and not failed):
        yield NotifyOn.FAILED
    if well and (not before.well or (failed and not fails)):
        yield NotifyOn.RECOVERED
    if news.new or news.changed:
        yield NotifyOn.NEW
    if news.resolved:
        yield NotifyOn.RESOLVED
    yield NotifyOn.ALWAYS
    if before.told_at is None or (run.finished_at - before.told_at).days >= 7:  # noqa: PLR2004  a week
        yield NotifyOn.WEEKLY


def _title(run: Run, counts: Mapping[str, int], reasons: Collection[str], before: Before) -> str:
    if run.state is State.FAILED:
        return f"{run.pair}: the comparison failed"
    news = ", ".join(f"{counts[name]:,} {name}" for name in ("new", "changed", "resolved") if counts[name])
    standing = counts["new"] + counts["changed"] + counts["still"]
    rest = f"{plural(standing, 'difference')} open" if standing else "no open drift"
    again = (
        f"{'no failing proof any more' if before.well else 'compared again'}: " if NotifyOn.RECOVERED in reasons else ""
    )
    partly = " (not everything could be read)" if run.state is State.INCOMPLETE else ""
    unproved = ", the migration's proof fails" if run.proof == Outcome.FAILED else ""
    return f"{run.pair}: {again}{f'{news}, ' if news else ''}{rest}{unproved}{partly}"


def _lines(news: News) -> Iterator[Line]:
    for what, listed in (("new", news.new), ("changed", news.changed), ("resolved", news.resolved)):
        yield from (_line(what, item, parts) for item, parts in _worst_first(_folded(listed)))


def _folded(listed: Sequence[Item]) -> Iterator[tuple[Item, int]]:
    """What came or went with its parts as one, as dangerous as the worst of them; and how many parts there are."""
    whole = [item for item in listed if item.verb in {"add", "drop"} and not item.key.startswith(_ABOUT)]
    wholes = {(item.verb, name_in(item.key)): item for item in whole}
    together: defaultdict[str, list[Item]] = defaultdict(list)
    for item in listed:
        together[_whole(item, wholes).key].append(item)
    for item in listed:
        if parts := together.get(item.key):
            worst = min(parts, key=_badness)
            told = worst if _badness(worst) < _badness(item) or not item.note else item
            yield item._replace(level=told.level, note=told.note), len(parts) - 1


def _whole(item: Item, wholes: Mapping[tuple[str, str], Item]) -> Item:
    """The outermost of what is listed with it that it is a part of, or itself."""
    *names, own = accumulate(name_in(item.key).split("."), "{}.{}".format)
    names = [*names, own] if item.key.startswith(_ABOUT) else names
    return next((wholes[item.verb, name] for name in names[1:] if (item.verb, name) in wholes), item)


def _badness(item: Item) -> int:
    return LEVELS.index(item.level) if item.level in LEVELS else 0


def _worst_first(listed: Iterable[tuple[Item, int]]) -> list[tuple[Item, int]]:
    return sorted(listed, key=lambda each: (_badness(each[0]), each[0].key))


def _line(what: str, item: Item, parts: int) -> Line:
    at = item.moved_at.isoformat(timespec="seconds") if item.moved_at else ""
    return Line(what, item.key, item.verb, item.level, item.note, item.moved, at, item.label, parts)


def _address(report_url: str, folder: str) -> str:
    return f"{report_url.rstrip('/')}/{folder}/report.html" if report_url and folder else ""


def ack_command(message: Message) -> str:
    """What to type so that the first new item is no news any more; empty where nothing is new."""
    line = next((line for line in message.lines if line.what in {"new", "changed"}), None)
    if line is None:
        return ""
    return f"driftwatch ack {shlex.quote(line.key)} --pair {shlex.quote(message.pair)} --reason '…'"


def trial_message(at: datetime) -> Message:
    """What `driftwatch notify --test` sends."""
    return Message(
        reasons=("test",),
        title="driftwatch: this is a test",
        pair="dev/prod",
        at=at.isoformat(timespec="seconds"),
        run=0,
        state=State.DONE.value,
        outcome="no-drift",
        levels={},
        counts={},
        lines=(),
        verdict="",
        error="",
        report="",
    )
