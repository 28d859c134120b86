"""The example, from the two files to a production database that has been migrated and rolled back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from driftwatch.model.key import Key, parse_key
from support.engine import psql, state_of, unlike
from support.program import Done, driftwatch
from support.rows import lost, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from support.servers import Databases

HERE = Path(__file__).parent
SHOP = HERE.parents[1] / "examples" / "shop"
WHOLES = {"table", "view", "materialized_view", "schema"}
PARTITIONED = "billing.usage_events"


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The comparison of the README, as JSON."""
    folder = tmp_path_factory.mktemp("shop")
    return driftwatch("compare", SHOP / "dev.sql", SHOP / "prod.sql", "--format", "json", "--no-report", cwd=folder)


@pytest.fixture(scope="module")
def report(compared: Done) -> Any:  # noqa: ANN401  JSON
    return json.loads(compared.stdout)


def expected() -> set[str]:
    lines = (HERE / "expected_drift.txt").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def test_drift_is_exit_code_2_and_its_migration_is_proved(compared: Done, report: Any) -> None:  # noqa: ANN401
    assert (compared.returncode, compared.stderr) == (2, "")
    assert report["verdict"]["outcome"] == "proved", report["verdict"]
    assert [item["what"] for item in report["verdict"]["not_covered"]] == [
        "the rows of materialized_view reporting.daily_sales",
        "what the bodies of 12 routines name",
    ]
    assert (report["unmodelled"], report["unreadable"], report["migration"]["unplanned"]) == ([], [], [])


def test_every_expected_difference_is_found(report: Any) -> None:  # noqa: ANN401
    assert expected() - {finding["key"] for finding in report["findings"]} == set()


def test_nothing_else_is_found(report: Any) -> None:  # noqa: ANN401
    findings = {finding["key"]: finding for finding in report["findings"]}
    assert [key for key, finding in findings.items() if not belongs(key, finding, findings)] == []


def belongs(key: str, finding: dict[str, Any], findings: Iterable[str]) -> bool:
    """Whether it is expected, part of what is expected as a whole, or follows in a partition."""
    listed = expected()
    if {key, finding["group"]} & listed or f"schema {finding['schema']}" in listed:
        return True
    kind, path = finding["kind"], finding["path"]
    if kind in {"sequence", "sequence_owner"}:  # of a serial column
        return any(
            key.startswith(f"{kind} {whole.partition(' ')[2]}_") for whole in listed if whole.startswith("table")
        )
    parent = f"{kind} {PARTITIONED}.{path[-1]}"
    return ".".join(path[:2]).startswith(f"{PARTITIONED}_") and parent in listed and parent in findings


def test_another_column_order_is_information(report: Any) -> None:  # noqa: ANN401
    assert "column app.discount_codes.ends_at" in {row["key"] for row in report["information"]}


def test_the_grant_that_was_given_by_hand_is_found_when_asked_for(tmp_path: Path) -> None:
    options = ("--include", "grants", "--no-verify", "--format", "json", "--no-report", "--schema", "billing")
    done = driftwatch("compare", SHOP / "dev.sql", SHOP / "prod.sql", *options, cwd=tmp_path)
    keys = {finding["key"] for finding in json.loads(done.stdout)["findings"]}
    assert "grant on table billing.invoices to shop_support" in keys


@pytest.mark.xfail(reason="a composite value that gained an attribute is another text: the rows are there")
def test_production_is_brought_to_development_and_back_with_its_rows(database: Databases, tmp_path: Path) -> None:
    dev, prod = database(), database()
    dev.load(SHOP / "dev.sql")
    prod.load(SHOP / "prod.sql")
    prod.load(SHOP / "seed.sql")
    wanted, before, rows = state_of(dev), state_of(prod), tables_of(prod)
    options = ("--include", "owners,grants", "--output", tmp_path)
    done = driftwatch("compare", dev.conninfo, prod.conninfo, *options, "--format", "sql", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    folder = next(tmp_path.glob("*-*"))
    assert done.stdout == (folder / "migration.sql").read_text(encoding="utf-8")
    psql(prod, done.stdout)
    assert unlike(state_of(prod), wanted) == ""
    assert not lost(rows, tables_of(prod), losses(folder))
    again = driftwatch("compare", dev.conninfo, prod.conninfo, *options, cwd=tmp_path)
    assert (again.returncode, "no drift in what was compared" in again.stdout) == (0, True)
    psql(prod, (folder / "rollback.sql").read_text(encoding="utf-8"))
    assert unlike(state_of(prod), before) == ""


def losses(folder: Path) -> set[Key]:
    """What the report says that the migration loses."""
    steps = json.loads((folder / "report.json").read_text(encoding="utf-8"))["migration"]["transactions"]
    return {
        parse_key(step["key"])
        for transaction in steps
        for step in transaction["steps"]
        if any(hazard["danger"] == "data_loss" for hazard in step["hazards"])
    }
