"""Runs are remembered, told and acknowledged; a broken history stops no comparison."""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from driftwatch.history.values import Gap, Run, State
from driftwatch.report.history import runs_data, runs_text
from support.program import surroundings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.conftest import Call
    from support.servers import Database, Databases

pytestmark = pytest.mark.usefixtures("one_shadow")

SAME = "CREATE TABLE t (id int)"


@pytest.fixture
def sides(tmp_path: Path, database: Databases) -> tuple[Database, Database]:
    """Two databases of one schema, named in a configuration with a history."""
    dev, prod = database(), database()
    for each in (dev, prod):
        each.execute(SAME)
    (tmp_path / "config.yaml").write_text(
        f'databases: {{dev: "{dev.conninfo}", prod: "{prod.conninfo}"}}\n'
        "compare: {desired: dev, actual: prod}\nhistory: history.db\nverify: off\n",
        encoding="utf-8",
    )
    return dev, prod


@pytest.fixture
def asked(call: Call) -> Callable[..., Any]:
    """What a command prints as JSON."""

    def of(*arguments: object) -> Any:  # noqa: ANN401  whatever it prints
        done = call(*arguments, "--format", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return of


def test_a_story_of_four_comparisons(sides: tuple[Database, Database], call: Call, asked: Callable[..., Any]) -> None:
    dev, prod = sides
    call("compare", "-q", "--no-report")
    dev.execute("ALTER TABLE t ADD note text")
    call("compare", "-q")
    prod.execute("CREATE TABLE hot (id int)")
    call("compare", "-q", "--no-report")
    prod.execute("DROP TABLE hot")
    call("compare", "-q", "--no-report")

    runs = asked("history")["runs"]
    assert [(run["id"], run["outcome"], run["open"]) for run in runs] == [
        (4, "drift", 1),
        (3, "breaking-drift", 3),
        (2, "drift", 1),
        (1, "no-drift", 0),
    ]
    assert [bool(run["report"]) for run in runs] == [False, False, True, False]
    second, third, fourth = (asked("show", number) for number in (2, 3, 4))
    assert happened(second) == [("new", "column public.t.note", "desired", 1)]
    assert happened(third) == [
        ("new", "column public.hot.id", "actual", 2),
        ("new", "table public.hot", "actual", 2),
    ]
    assert happened(fourth) == [
        ("gone", "column public.hot.id", "actual", 3),
        ("gone", "table public.hot", "actual", 3),
    ]
    assert [item["key"] for item in third["items"]] == [
        "column public.hot.id",
        "column public.t.note",
        "table public.hot",
    ]
    assert [change["key"] for change in asked("diff", 2, 3)] == [
        "column public.hot.id",
        "owner on table public.hot",
        "table public.hot",
    ]
    assert asked("diff", 2, 3, "--side", "desired") == []
    assert "dev moved between runs 1 and 2" in call("show", 2).stdout


def happened(run: dict[str, Any]) -> list[tuple[str, str, str, int]]:
    return [(event["what"], event["key"], event["moved"], event["previous_run"]) for event in run["events"]]


def test_a_scope_given_by_hand_does_not_move_the_ledger(
    sides: tuple[Database, Database], call: Call, asked: Callable[..., Any]
) -> None:
    sides[0].execute("CREATE TABLE u (id int)")
    call("compare", "-q", "--no-report")
    call("compare", "-q", "--no-report", "--schema", "nothing_of_ours")
    aside = asked("show", 2)
    assert (aside["ledger"], aside["items"], aside["events"]) == (False, [], [])
    call("compare", "-q", "--no-report")
    assert asked("show", 3)["events"] == []


def test_drift_is_acknowledged_and_baselined(
    sides: tuple[Database, Database], call: Call, asked: Callable[..., Any]
) -> None:
    dev, _ = sides
    dev.execute("CREATE TABLE u (id int); CREATE TABLE w (id int)")
    call("compare", "-q", "--no-report")
    done = call("ack", "table public.uu", "--reason", "x")
    assert done.returncode == 1
    assert done.stderr.startswith("driftwatch: no drift of 'table public.uu' is open, did you mean 'table public.u'")
    assert call("ack", "table public.u").returncode == 1
    assert call("ack", "table public.u", "--reason", "x", "--until", "2020-01-01").returncode == 1
    given = asked("ack", "table public.u", "--reason", "soon", "--by", "me", "--until", "2999-01-01")
    assert [(ack["key"], ack["by"], ack["reason"]) for ack in given["acknowledged"]] == [
        ("table public.u", "me", "soon"),
        ("column public.u.id", "me", "soon"),
    ]
    rest = asked("baseline", "--by", "us")
    assert [ack["key"] for ack in rest["acknowledged"]] == [
        "column public.w.id",
        "table public.w",
    ]
    assert asked("baseline")["acknowledged"] == []
    shown = asked("show", 1)
    assert {item["key"]: item["acknowledged"]["by"] for item in shown["items"]}["table public.u"] == "me"
    assert asked("ack", "table public.u", "--remove")["withdrawn"] == ["column public.u.id", "table public.u"]
    assert call("ack", "table public.u", "--remove").returncode == 1


def test_fail_on_new_is_held_against_the_ledger(sides: tuple[Database, Database], call: Call) -> None:
    dev, _ = sides
    ask = ("compare", "-q", "--no-report", "--fail-on", "new")
    dev.execute("CREATE TABLE u (id int)")
    assert call(*ask).returncode == 2  # nothing is known yet,
    assert call(*ask).returncode == 2  # and asking does not make it known
    call("compare", "-q", "--no-report")
    assert call(*ask).returncode == 0
    dev.execute("ALTER TABLE u ADD more int")
    assert call(*ask).returncode == 2
    assert call("baseline").returncode == 0
    assert call(*ask).returncode == 2  # what the ledger has not seen cannot be acknowledged
    call("compare", "-q", "--no-report")
    assert call(*ask).returncode == 0


def test_fail_on_new_is_held_against_a_file(sides: tuple[Database, Database], call: Call, tmp_path: Path) -> None:
    dev, _ = sides
    dev.execute("CREATE TABLE u (id int)")
    saved = call("compare", "--no-report", "--format", "json").stdout
    (tmp_path / "baseline.json").write_text(saved, encoding="utf-8")
    ask = ("compare", "-q", "--no-report", "--fail-on", "new", "--baseline", "baseline.json")
    assert call(*ask).returncode == 0
    dev.execute("CREATE TABLE w (id int)")
    assert call(*ask).returncode == 2
    (tmp_path / "baseline.json").write_text("{}", encoding="utf-8")
    assert "is no report.json" in call(*ask).stderr


def test_fail_on_new_needs_something_to_hold_it_against(call: Call, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.sql").write_text(SAME, encoding="utf-8")
    done = call("compare", "a.sql", "b.sql", "--no-report", "--fail-on", "new")
    assert (done.returncode, "--baseline FILE, or history:" in done.stderr) == (1, True)
    assert call("compare", "a.sql", "b.sql", "--baseline", "a.sql").returncode == 1


MAPPING = """
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
    CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password '{}')
"""


def test_secrets_are_compared_by_the_history_s_own_key(
    sides: tuple[Database, Database], call: Call, asked: Callable[..., Any], tmp_path: Path
) -> None:
    for each in sides:
        each.execute(MAPPING.format("one"))
    for _ in range(2):
        assert call("compare", "-q", "--no-report").returncode == 0
    sides[1].execute("ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (SET password 'hush-hush')")
    assert call("compare", "-q", "--no-report").returncode == 2
    assert happened(asked("show", 3)) == [("new", "user_mapping s.public", "actual", 2)]
    assert [change["key"] for change in asked("diff", 2, 3)] == ["user_mapping s.public"]
    assert call("snapshot", "prod", "--output", "prod.json").returncode == 0
    assert call("compare", "prod.json", "prod", "-q", "--no-report").returncode == 0
    history = (tmp_path / "history.db").read_bytes() + (tmp_path / "prod.json").read_bytes()
    assert b"hush-hush" not in history
    config = (tmp_path / "config.yaml").read_text(encoding="utf-8").replace("history: history.db\n", "")
    (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
    assert call("compare", "-q", "--no-report").returncode == 0  # present, not compared


def test_a_corrupt_history_stops_no_comparison(sides: tuple[Database, Database], call: Call, tmp_path: Path) -> None:
    sides[0].execute("CREATE TABLE u (id int)")
    (tmp_path / "history.db").write_bytes(b"nothing of the kind" * 99)
    done = call("compare", "-q")
    assert done.returncode == 2
    assert "file is not a database; the comparison stands, this run is not remembered" in done.stderr
    assert (tmp_path / "reports" / "latest" / "report.html").exists()
    assert call("history").returncode == 1


def test_a_full_disk_stops_no_comparison(sides: tuple[Database, Database], call: Call, tmp_path: Path) -> None:
    call("compare", "-q", "--no-report")
    size = (tmp_path / "history.db").stat().st_size
    sides[0].execute("CREATE TABLE u (id int); COMMENT ON TABLE u IS 'not known yet, and long: " + "x" * 9000 + "'")
    done = subprocess.run(
        [sys.executable, "-m", "driftwatch", "compare", "-q", "--no-report"],
        cwd=tmp_path,
        env=surroundings(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
    assert (done.returncode, done.stdout.startswith("dev -> prod")) == (2, True)
    assert "can't be written" in done.stderr
    assert len(json.loads(call("history", "--format", "json").stdout)["runs"]) == 1


def test_old_runs_are_pruned(sides: tuple[Database, Database], call: Call, asked: Callable[..., Any]) -> None:
    assert sides
    assert call("prune", "--days", "3").returncode == 1
    call("compare", "-q", "--no-report")
    assert asked("prune", "--days", "3") == {"runs": 0, "events": 0, "items": 0, "snapshots": 0, "reports": 0}


def test_the_page_beside_the_reports_follows_each_run_and_each_pruning(
    sides: tuple[Database, Database], call: Call, tmp_path: Path
) -> None:
    sides[0].execute("CREATE TABLE u (id int)")
    page = tmp_path / "reports" / "index.html"
    assert call("compare", "-q", "--no-report").returncode == 2
    assert call("compare", "-q", "--output", "elsewhere").returncode == 2
    assert not page.exists()
    assert call("compare", "-q").returncode == 2
    assert page.read_text(encoding="utf-8").count("<tr>") == 1 + 3
    (tmp_path / "reports" / "20200101T000000Z-dev-prod").mkdir()
    (tmp_path / "reports" / "20200101T000000Z-dev-prod" / "report.json").touch()
    with sqlite3.connect(tmp_path / "history.db") as connection:
        connection.execute("UPDATE run SET finished_at = '2020-01-01 00:00:00.000000' WHERE id < 3")
    connection.close()
    assert "2 runs, 0 events, 0 items, 0 snapshots, 1 report taken away" in call("prune", "--days", "3").stdout
    assert page.read_text(encoding="utf-8").count("<tr>") == 1 + 1
    assert not (tmp_path / "reports" / "20200101T000000Z-dev-prod").exists()
    page.unlink()
    page.mkdir()
    done = call("compare", "-q")
    assert (done.returncode, "index.html could not be written" in done.stderr) == (2, True)


def test_nights_that_did_not_happen_are_listed() -> None:
    at = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
    run = Run(1, "dev/prod", at, at, at, State.DONE, "drift", {"safe": 2}, "", "", "", "", "", "", ledger=True)
    gaps = [
        Gap("dev/prod", (at + timedelta(days=1),)),
        Gap("dev/prod", tuple(at + timedelta(days=n) for n in (-4, -3, -2))),
    ]
    assert runs_text([run], gaps).splitlines()[1:] == [
        "    -  2026-03-03 02:30  dev/prod  did not happen",
        "    1  2026-03-02 02:30  dev/prod  drift (2 safe), for 2026-03-02 02:30",
        "    -  2026-02-26 02:30  dev/prod  did not happen, nor did 2 more until 2026-02-28 02:30",
    ]
    assert runs_data([], gaps[:1])["missed"] == [{"pair": "dev/prod", "scheduled_for": at + timedelta(days=1)}]
