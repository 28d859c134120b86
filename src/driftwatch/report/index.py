"""`index.html` beside the reports: the nights as a timeline, and a small chart of open drift for each pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch import __version__
from driftwatch.history.values import LEVELS, Gap, State
from driftwatch.report.html import asset, environment, style_policy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from driftwatch.history.values import Run

WIDTH, HEIGHT = 640.0, 96.0
SHOWN = 400
"""Runs of a pair; older ones are in the history."""


class Band(NamedTuple):
    """One level's area in the chart, as the points of an SVG polygon."""

    level: str
    points: str


class Mark(NamedTuple):
    """A night on the chart: where it stands, and how it ended."""

    x: float
    state: str


class Span(NamedTuple):
    """Nights on the chart that did not happen."""

    x: float
    width: float


class Timeline(NamedTuple):
    """A pair's runs, the newest first, and its chart."""

    pair: str
    now: Run
    rows: Sequence[Run | Gap]
    """The runs and, where they belong, the nights that did not happen."""
    links: Mapping[int, str]
    """To the reports that are still there, by run."""
    bands: Sequence[Band]
    marks: Sequence[Mark]
    spans: Sequence[Span]
    highest: int
    first: datetime
    last: datetime


def render(runs: Sequence[Run], folders: Collection[str], at: datetime, gaps: Sequence[Gap] = ()) -> str:
    """The page.

    Args:
        runs: every run, the newest first.
        folders: the names of the reports that are there.
        at: the time, in UTC.
        gaps: the nights that did not happen.
    """
    style = asset("report.css") + asset("index.css")
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            timelines=list(_timelines(runs, folders, gaps)),
            at=at,
            levels=LEVELS,
            style=style,
            policy=style_policy(style),
            version=__version__,
            width=WIDTH,
            height=HEIGHT,
        )
    )


def _timelines(runs: Sequence[Run], folders: Collection[str], gaps: Sequence[Gap]) -> Iterator[Timeline]:
    for pair in sorted({run.pair for run in runs}):
        own = [run for run in runs if run.pair == pair and run.ledger][:SHOWN]
        if not own:
            continue
        lost = [gap for gap in gaps if gap.pair == pair and gap.nights[-1] > own[-1].started_at]
        links = {run.id: f"{run.report}/report.html" for run in own if run.report in folders}
        counted = [run for run in reversed(own) if run.state is not State.FAILED]
        highest = max((sum(run.counts.values()) for run in counted), default=0)
        first, last = own[-1].started_at, max([own[0].started_at, *(gap.nights[-1] for gap in lost)])
        marks = [Mark(_x(run.started_at, first, last), run.state.value) for run in own if run.state is not State.DONE]
        spans = [_span(gap, first, last) for gap in lost]
        bands = tuple(_bands(counted, first, last, highest))
        rows: list[Run | Gap] = [*own, *lost]
        rows.sort(key=_when, reverse=True)
        yield Timeline(pair, own[0], rows, links, bands, marks, spans, highest, first, last)


def _when(row: Run | Gap) -> datetime:
    return row.nights[-1] if isinstance(row, Gap) else row.started_at


def _span(gap: Gap, first: datetime, last: datetime) -> Span:
    start, end = (_x(max(at, first), first, last) for at in (gap.nights[0], gap.nights[-1]))
    return Span(start, max(end - start, 3.0))


def _bands(runs: Sequence[Run], first: datetime, last: datetime, highest: int) -> Iterator[Band]:
    """The levels stacked, the worst at the bottom; between two runs it is as it was at the first."""
    if not highest:
        return
    base = [0] * len(runs)
    for level in LEVELS:
        top = [low + run.counts.get(level, 0) for low, run in zip(base, runs, strict=True)]
        if top != base:
            upper = _steps(runs, top, first, last, highest)
            lower = _steps(runs, base, first, last, highest)
            yield Band(level, " ".join(f"{x:.1f},{y:.1f}" for x, y in [*upper, *reversed(lower)]))
        base = top


def _steps(
    runs: Sequence[Run], values: Sequence[int], first: datetime, last: datetime, highest: int
) -> list[tuple[float, float]]:
    starts = [_x(run.started_at, first, last) for run in runs]
    heights = [HEIGHT - HEIGHT * value / highest for value in values]
    corners: list[tuple[float, float]] = []
    for start, end, height in zip(starts, [*starts[1:], WIDTH], heights, strict=True):
        corners += [(start, height), (end, height)]
    return corners


def _x(at: datetime, first: datetime, last: datetime) -> float:
    """The last run has a little room behind it, so that it can be seen."""
    span = (last - first).total_seconds()
    return (WIDTH - 12) * (at - first).total_seconds() / span if span else 0.0
