"""What is printed, and what is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from driftwatch.app.proving import way
from driftwatch.model.plan import Plan, Transaction
from driftwatch.plan import planner

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call, Pair

pytestmark = pytest.mark.usefixtures("one_shadow")

DEV = "CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL); CREATE VIEW v AS SELECT id FROM t"
PROD = "CREATE TABLE t (id int PRIMARY KEY)"
REPORTS = {"report.md", "report.html", "report.json", "migration.sql", "rollback.sql"}


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "dev.sql", tmp_path / "prod.sql"
    for path, sql in zip(paths, (DEV, PROD), strict=True):
        path.write_text(f"{sql};\n", encoding="utf-8")
    return paths


def test_each_format_is_what_the_report_s_file_holds_and_nothing_else_is_printed(
    call: Call, sides: tuple[Path, Path], tmp_path: Path
) -> None:
    files = {"sql": "migration.sql", "rollback": "rollback.sql", "markdown": "report.md", "html": "report.html"}
    for n, (choice, name) in enumerate(files.items()):
        done = call("compare", *sides, "--format", choice, "--output", tmp_path / str(n), "--quiet")
        assert (done.returncode, done.stderr) == (2, "")
        (file,) = (tmp_path / str(n)).glob(f"2*/{name}")
        assert moment_less(done.stdout) == moment_less(file.read_text(encoding="utf-8"))


def moment_less(text: str) -> list[str]:
    return [line for line in text.splitlines() if "UTC" not in line]


def test_sql_begins_and_ends_with_sql(call: Call, sides: tuple[Path, Path]) -> None:
    done = call("compare", *sides, "--format", "sql", "--no-report", "--quiet")
    lines = [line for line in done.stdout.splitlines() if line and not line.startswith("--")]
    assert (lines[0], lines[-1]) == ("BEGIN;", "COMMIT;")


def test_json_is_one_document(call: Call, sides: tuple[Path, Path]) -> None:
    done = call("compare", *sides, "--format", "json", "--no-report")
    report = json.loads(done.stdout)
    keys = {finding["key"]: finding["verb"] for finding in report["findings"]}
    assert keys == {"column public.t.name": "add", "view public.v": "add"}
    assert (report["outcome"], report["verdict"]["outcome"]) == ("breaking-drift", "proved")


def test_text_tells_verdict_and_changes_and_where_the_report_is(call: Call, sides: tuple[Path, Path]) -> None:
    done = call("compare", *sides)
    assert "proved (quick)" in done.stdout
    assert "Breaking drift: 2 changes" in done.stdout
    assert "view public.v" in done.stdout
    assert "reports/2" in done.stderr


def test_reports_are_whole_and_latest_points_to_the_newest(
    call: Call, sides: tuple[Path, Path], tmp_path: Path
) -> None:
    assert call("compare", *sides, "--output", "out").returncode == 2
    (folder,) = tmp_path.glob("out/2*")
    assert {file.name for file in folder.iterdir()} == REPORTS
    assert (tmp_path / "out" / "latest").resolve() == folder


def test_no_report_writes_nothing(call: Call, sides: tuple[Path, Path], tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    call("compare", *sides, "--no-report", "--no-verify")
    assert set(tmp_path.iterdir()) == before


def test_reports_that_cannot_be_written_are_an_error_and_leave_nothing(
    call: Call, sides: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file where a folder should be", encoding="utf-8")
    done = call("compare", *sides, "--output", "out", "--no-verify")
    assert done.returncode == 1
    assert "--output" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dev.sql", "out", "prod.sql"]


@pytest.mark.parametrize("choice", ["sql", "rollback"])
def test_sql_whose_proof_failed_only_raises_and_says_why(
    call: Call, sides: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    forget_the_last_statement(monkeypatch)
    done = call("compare", *sides, "--format", choice, "--no-report", "--fail-on", "never")
    assert done.returncode == 1
    assert done.stdout.startswith("DO $")
    assert "RAISE EXCEPTION" in done.stdout
    assert "BEGIN;" not in done.stdout
    assert "driftwatch: not proved: reading back after applying the migration" in done.stderr


def test_a_guarded_script_changes_nothing_on_a_server(call: Call, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    dev, prod = pair(DEV, PROD)
    forget_the_last_statement(monkeypatch)
    script = call("compare", dev, prod, "--format", "sql", "--no-report").stdout
    with psycopg.connect(prod) as connection, pytest.raises(psycopg.Error, match="driftwatch: not proved"):
        connection.execute(script.encode())


def test_unproved_sql_is_printed_on_demand_and_still_an_error(
    call: Call, sides: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_the_last_statement(monkeypatch)
    done = call("compare", *sides, "--format", "sql", "--unproved", "--no-report")
    assert done.returncode == 1
    assert "ALTER TABLE" in done.stdout


def test_a_failed_proof_stands_in_the_report_with_the_statement(
    call: Call, sides: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_the_last_statement(monkeypatch)
    done = call("compare", *sides, "--format", "json", "--no-report")
    verdict = json.loads(done.stdout)["verdict"]
    assert (verdict["outcome"], bool(verdict["failures"])) == ("failed", True)


def forget_the_last_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planner that is wrong: what it forgets, the proof has to notice."""

    def plan(*arguments: Any, **options: Any) -> Plan:  # noqa: ANN401  the planner's own
        found = planner.plan(*arguments, **options)
        last = found.transactions[-1]
        return Plan((*found.transactions[:-1], Transaction(last.steps[:-1], last.block)), found.unplanned)

    monkeypatch.setattr(way, "plan", plan)


def test_the_step_s_summary_is_added_to(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, sql in (("a", "CREATE TABLE t (id int)"), ("b", "CREATE TABLE t (id bigint)")):
        (tmp_path / f"{name}.sql").write_text(sql, encoding="utf-8")
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    done = call("compare", "a.sql", "b.sql", "--no-report", "--no-verify", "--format", "github")
    assert done.returncode == 2
    assert done.stdout.startswith("::error title=Schema drift (breaking)::column public.t.id differs in b: type")
    assert summary.read_text(encoding="utf-8").startswith("before\n")
    assert "ALTER COLUMN id TYPE bigint" in summary.read_text(encoding="utf-8")
