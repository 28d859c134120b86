"""After each run: the index page, and what is old goes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from driftwatch.app.remembering.metrics import metrics
from driftwatch.app.remembering.upkeep import keep_up
from driftwatch.config import Config, History
from driftwatch.errors import ReportError
from driftwatch.history import engine
from driftwatch.history.runs import add_run, runs
from driftwatch.history.values import State
from history.made import a_run, night

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> engine.History:
    return engine.History("history.db", tmp_path)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(tmp_path, history=History("history.db", keep=30 * 86400.0))


def report(folder: Path, name: str, *, ours: bool = True) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / ("report.json" if ours else "notes.txt")).touch()


def test_what_is_old_goes_and_the_rest_is_listed(config: Config, place: engine.History, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    for name in ("20260301T023000Z-dev-prod", "20260520T023000Z-dev-prod", "20260101T000000Z-dev-prod"):
        report(reports, name)
    report(reports, "20260302T023000Z-of-mine", ours=False)
    report(reports, "archive")
    (reports / "latest").symlink_to("20260101T000000Z-dev-prod")
    with place.writing() as connection:
        add_run(connection, a_run(1, report="20260301T023000Z-dev-prod"))
        add_run(connection, a_run(80, report="20260520T023000Z-dev-prod"))
    keep_up(config, place, NOW)
    assert sorted(path.name for path in reports.iterdir()) == [
        "20260101T000000Z-dev-prod",
        "20260302T023000Z-of-mine",
        "20260520T023000Z-dev-prod",
        "archive",
        "index.html",
        "latest",
    ]
    with place.reading() as connection:
        assert len(runs(connection)) == 1
    page = (reports / "index.html").read_text(encoding="utf-8")
    assert 'href="20260520T023000Z-dev-prod/report.html"' in page


def test_a_folder_that_can_t_be_written_is_said(config: Config, place: engine.History, tmp_path: Path) -> None:
    (tmp_path / "reports").touch()
    with pytest.raises(ReportError, match=r"index.html could not be written"):
        keep_up(config, place, NOW)


def test_the_metrics_are_those_of_the_ledger(place: engine.History) -> None:
    with place.writing() as connection:
        add_run(connection, a_run(1, counts={"breaking": 2}, proof="failed"))
        add_run(connection, a_run(2, state=State.FAILED, counts={}))
    told = metrics(place).decode()
    for line in (
        "driftwatch_history_up 1.0",
        f'driftwatch_last_success_timestamp_seconds{{pair="dev/prod"}} {night(1).timestamp() + 60:.8e}',
        'driftwatch_runs_total{pair="dev/prod",proof="failed",state="done"} 1.0',
        'driftwatch_last_night_failed{pair="dev/prod"} 1.0',
        'driftwatch_last_run_duration_seconds{pair="dev/prod"} 60.0',
        'driftwatch_last_proof_failed{pair="dev/prod"} 1.0',
        'driftwatch_open_items{level="breaking",pair="dev/prod"} 2.0',
        'driftwatch_open_items{level="safe",pair="dev/prod"} 0.0',
        "driftwatch_notifications_waiting 0.0",
    ):
        assert line.replace("e+09", "") in told.replace("e+09", ""), told


def test_a_history_that_is_away_is_told_as_down(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"broken" * 200)
    told = metrics(engine.History("history.db", tmp_path)).decode()
    assert "driftwatch_history_up 0.0" in told
    assert "driftwatch_last" not in told
