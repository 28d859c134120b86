"""The page beside the reports: the nights, their chart, their links."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from driftwatch.history.values import Gap, Run, State
from driftwatch.report.index import HEIGHT, WIDTH, render
from history.made import PAIR, night

if TYPE_CHECKING:
    from report.browser import Reader

browser = pytest.mark.browser


def a_night(number: int, state: State = State.DONE, **values: Any) -> Run:  # noqa: ANN401  whatever a run holds
    run = Run(
        id=number,
        pair=PAIR,
        scheduled_for=night(number),
        started_at=night(number),
        finished_at=night(number) + timedelta(minutes=1),
        state=state,
        outcome="" if state is State.FAILED else "drift",
        counts={} if state is State.FAILED else {"safe": number, "breaking": 1},
        verdict="proved (full) on PostgreSQL 18",
        proof="proved",
        error="<b>prod</b> is away" if state is State.FAILED else "",
        report=f"folder {number}",
        desired_snapshot="",
        actual_snapshot="",
        ledger=True,
    )
    return run._replace(**values)


NIGHTS = [a_night(n, State.FAILED if n == 3 else State.DONE) for n in range(9, 0, -1)]


@browser
def test_it_tells_every_night_and_asks_for_nothing(reader: Reader) -> None:
    page = reader.opens_html(render(NIGHTS, {"folder 9", "folder 2"}, night(10)))
    assert page.title() == "Schema drift over time"
    rows = page.locator("tbody tr")
    assert rows.count() == 9
    assert rows.first.inner_text().split() == ["2026-03-10", "02:30", "1", "\u2013", "9", "\u2013", "drift"]
    assert "failed: <b>prod</b> is away" in rows.nth(6).inner_text()
    links = [link.get_attribute("href") for link in page.locator("tbody a").all()]
    assert links == ["folder%209/report.html", "folder%202/report.html"]
    assert page.locator("svg polygon").count() == 2
    assert page.locator("svg line.failed").count() == 1


@browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(reader: Reader, axe_source: str, scheme: str) -> None:
    page = reader.opens_html(render(NIGHTS, {"folder 9"}, night(10)), color_scheme=scheme)
    page.evaluate(axe_source)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [v for v in found["violations"] if v["impact"] in {"serious", "critical"}]
    assert [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in serious] == []


@browser
def test_nights_that_did_not_happen_stand_where_they_belong(reader: Reader) -> None:
    nights = [a_night(n) for n in (9, 8, 4, 2, 1)]
    gaps = [Gap(PAIR, (night(5), night(6), night(7))), Gap(PAIR, (night(3),)), Gap("other/pair", (night(2),))]
    page = reader.opens_html(render(nights, (), night(10), gaps))
    rows = page.locator("tbody tr").all_inner_texts()
    assert [" ".join(row.split()) for row in rows][2:5] == [
        "2026-03-06 02:30 \u2013 did not happen, nor did 2 more until 2026-03-08 02:30",
        "2026-03-05 02:30 1 \u2013 4 \u2013 drift",
        "2026-03-04 02:30 \u2013 did not happen",
    ]
    assert page.locator("svg rect.missed").count() == 2


def points(page: str) -> list[tuple[float, float]]:
    listed = page.split('points="')[1:]
    return [(float(x), float(y)) for each in listed for x, y in (p.split(",") for p in each.split('"')[0].split())]


def test_the_chart_stays_in_its_frame() -> None:
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points(render(NIGHTS, (), night(10))))
    assert min(y for _, y in points(render(NIGHTS, (), night(10)))) == 0  # the highest night


@pytest.mark.parametrize(
    "nights",
    [
        [],
        [a_night(1)],
        [a_night(1, State.FAILED)],
        [a_night(1, counts={})],
        [a_night(2, started_at=night(1)), a_night(1)],
    ],
)
def test_it_is_written_however_few_nights_there_are(nights: list[Run]) -> None:
    assert "</html>" in render(nights, (), night(10))


def test_runs_beside_the_ledger_are_no_nights() -> None:
    assert "No run is remembered yet" in render([a_night(1, ledger=False)], (), night(10))
