"""What is remembered, told: as text for people, as JSON for machines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch.history.values import What, mover
from driftwatch.report.display import moment, plural, told, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from driftwatch.history.values import Ack, Event, Gap, Item, Run
    from driftwatch.model.change import Change

Json = dict[str, Any]

_SIGNS = {"add": "+", "drop": "-", "alter": "~", "declare": "="}
_TIME = "%Y-%m-%d %H:%M"


class Shown(NamedTuple):
    """A run with the ledger as it stood then (`open`: the last event of each open item) and what is known now."""

    run: Run
    events: Sequence[Event]
    open: Mapping[str, Event]
    items: Mapping[str, Item]
    acks: Mapping[str, Ack]


def as_json(data: Any) -> str:  # noqa: ANN401  anything that JSON holds
    """Data as a JSON document."""
    return json.dumps(data, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def runs_data(runs: Sequence[Run], missed: Sequence[Gap]) -> Json:
    """Runs, and the nights that did not happen, for a machine."""
    gaps = [{"pair": gap.pair, "scheduled_for": at} for gap in missed for at in gap.nights]
    return {"runs": [_run_data(run) for run in runs], "missed": gaps}


def _run_data(run: Run) -> Json:
    return run._asdict() | {"open": sum(run.counts.values())}


def runs_text(runs: Sequence[Run], missed: Sequence[Gap]) -> str:
    """One line a run, the newest first, with the nights between them that did not happen."""
    if not runs:
        return "no run is remembered"
    width = max(4, *(len(run.pair) for run in runs))
    lines = [(run.started_at, _run_line(run, width)) for run in runs]
    lines += [(gap.nights[-1], _gap_line(gap, width)) for gap in missed]
    head = f"{'run':>5}  {'when (UTC)':<16}  {'pair':<{width}}  what came of it"
    return "\n".join([head, *(line for _, line in sorted(lines, key=lambda line: line[0], reverse=True))])


def _gap_line(gap: Gap, width: int) -> str:
    first = f"{'-':>5}  {gap.nights[0]:{_TIME}}  {gap.pair:<{width}}  did not happen"
    number = len(gap.nights)
    return visible(f"{first}, nor did {number - 1:,} more until {gap.nights[-1]:{_TIME}}" if number > 1 else first)


def _run_line(run: Run, width: int) -> str:
    night = f", for {run.scheduled_for:{_TIME}}" if run.scheduled_for else ""
    aside = "" if run.ledger else ", aside"
    what = f"failed: {run.error}" if run.error else f"{run.outcome}{_in_words(run.counts)}"
    return visible(f"{run.id:>5}  {run.finished_at:{_TIME}}  {run.pair:<{width}}  {what}{night}{aside}")


def _in_words(counts: Mapping[str, int]) -> str:
    return f" ({', '.join(f'{number} {level}' for level, number in counts.items())})" if counts else ""


def run_data(shown: Shown) -> Json:
    """A run with its items for a machine."""
    return _run_data(shown.run) | {
        "items": [_open_data(event, shown) for event in sorted(shown.open.values(), key=lambda event: event.key)],
        "events": [event._asdict() for event in shown.events if event.run == shown.run.id],
    }


def _open_data(event: Event, shown: Shown) -> Json:
    item, ack = shown.items.get(event.key), _ack_of(event, shown)
    return {
        **{name: getattr(event, name) for name in ("key", "verb", "level", "digest", "note", "label", "moved")},
        "moved_at": event.moved_at,
        "since": event.at,
        "first_seen": item.first_seen if item else None,
        "returns": item.returns if item else None,
        "acknowledged": ack_data(ack) if ack else None,
    }


def ack_data(ack: Ack) -> Json:
    """An acknowledgement for a machine."""
    return ack._asdict()


def run_text(shown: Shown) -> str:
    """A run with its items for people."""
    return "\n".join(map(visible, _run_lines(shown)))


def _run_lines(shown: Shown) -> Iterator[str]:
    run = shown.run
    yield f"Run {run.id} of {run.pair}, {run.started_at:{_TIME}} UTC: {run.error or run.outcome}"
    if run.verdict:
        yield f"  the migration: {run.verdict}"
    if run.report:
        yield f"  the report: {run.report}"
    if not run.ledger:
        yield "  it stands beside the ledger: other scope or sources than configured"
    here = [event for event in shown.events if event.run == run.id]
    yield from _section("What happened", [f"{event.what}: {_event_line(event, run.pair)}" for event in here])
    last = [event for _, event in sorted(shown.open.items())]
    known = [event for event in last if _ack_of(event, shown)]
    yield from _section("Open", [_event_line(event, run.pair) for event in last if event not in known])
    yield from _section("Acknowledged", [_ack_line(event, shown) for event in known])


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"{title} ({len(lines)}):"
        yield from (f"  {line}" for line in lines)


def _event_line(event: Event, pair: str) -> str:
    note = f" ({event.note})" if event.note else ""
    label = "" if event.what is What.GONE else event.label
    who = "".join(f", {part}" for part in (label, _moved(event, pair)) if part)
    return f"{_SIGNS.get(event.verb, '~')} {event.key} [{event.level}]{note}{who}"


def _moved(event: Event, pair: str) -> str:
    if not event.moved:
        return ""
    between = f" between runs {event.previous_run} and {event.run}" if event.previous_run else ""
    at = f", at {moment(event.moved_at)}" if event.moved_at else ""
    return f"{mover(event.moved, pair)} moved{between}{at}"


def _ack_line(event: Event, shown: Shown) -> str:
    ack = shown.acks[event.key]
    until = f" until {ack.until:%Y-%m-%d}" if ack.until else ""
    return f"{_event_line(event, shown.run.pair)}, by {ack.by}{until}: {ack.reason}"


def _ack_of(event: Event, shown: Shown) -> Ack | None:
    """Who knows of it: also whoever said so after the run, which is how the last one is worked through."""
    ack = shown.acks.get(event.key)
    return ack if ack and ack.holds(event.digest, shown.run.finished_at) else None


def changes_data(changes: Sequence[Change]) -> list[Json]:
    """What changed in one database for a machine."""
    return [
        {
            "key": str(change.key),
            "verb": str(change.verb),
            "attributes": [told(attribute) for attribute in (*change.attributes, *change.information)],
        }
        for change in changes
    ]


def changes_text(changes: Sequence[Change], name: str, both: Sequence[Run]) -> str:
    """What changed in one database for people."""
    times = " and ".join(f"{run.started_at:{_TIME}}" for run in both)
    head = f"{plural(len(changes), 'change')} in {name} between {times} UTC"
    return "\n".join(map(visible, (head, *map(_change_line, changes))))


def _change_line(change: Change) -> str:
    what = "; ".join(told(attribute) for attribute in (*change.attributes, *change.information))
    return f"  {_SIGNS[change.verb]} {change.key}{f': {what}' if what else ''}"


def pruned_text(done: Mapping[str, int]) -> str:
    """What was taken away."""
    parts = [plural(number, name.removesuffix("s")) for name, number in done.items()]
    return f"{', '.join(parts)} taken away"


def count_text(number: int) -> str:
    """`1 item`."""
    return plural(number, "item")
