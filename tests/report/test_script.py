"""The guarded scripts: what was not proved is one statement that fails, whatever its reason holds."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from driftwatch.model.verdict import Failure, Outcome, Verdict
from driftwatch.report.display import visible
from driftwatch.report.script import guarded, refusal
from report.hostile import HOSTILE
from report.made import comparison_of, finding, key

if TYPE_CHECKING:
    from driftwatch.model.comparison import Comparison
    from support.servers import Database, Databases

TABLE = key("table", "public", "t")


@pytest.fixture
def proved() -> Comparison:
    added = finding("add", TABLE, TABLE, statements=("CREATE TABLE public.t ()",))
    return replace(comparison_of((added,)), rollback_sql="DROP TABLE public.t;\n")


def unproved(comparison: Comparison, reason: str) -> Comparison:
    return replace(comparison, verdict=Verdict(Outcome.UNPROVED, reason=reason))


def run(database: Database, script: str) -> subprocess.CompletedProcess[str]:
    """The script through the documented pipe."""
    psql = str(database.server.binaries.program("psql"))
    command = [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse", "-d", database.conninfo]
    return subprocess.run(command, input=script, capture_output=True, text=True, check=False)


def test_a_proved_migration_and_rollback_are_handed_out_as_they_are(proved: Comparison) -> None:
    assert guarded(proved, "migration") == proved.migration_sql
    assert guarded(proved, "rollback") == proved.rollback_sql
    assert refusal(proved) is None


@pytest.mark.parametrize("reason", HOSTILE)
@pytest.mark.parametrize("strings", ["on", "off"])
def test_what_was_not_proved_stops_psql_with_the_reason(
    proved: Comparison, database: Databases, reason: str, strings: str
) -> None:
    base = database()
    reason = f"{reason}'; DROP SCHEMA public CASCADE; -- \\' % $why$ $driftwatch$"
    script = guarded(unproved(proved, reason), "migration")
    done = run(base, f"SET standard_conforming_strings = {strings};\n{script}\nCREATE TABLE reached ();\n")
    assert done.returncode == 3
    assert f"ERROR:  driftwatch: not proved: {visible(reason)}" in done.stderr
    assert base.execute("SELECT to_regclass('public.reached'), to_regnamespace('public')") == [(None, "public")]


def test_a_failed_proof_is_refused_with_the_stage_and_the_message(proved: Comparison) -> None:
    failed = Verdict(Outcome.FAILED, failures=(Failure("apply the rollback", "DROP TABLE x", "no such table\nLINE 1"),))
    assert refusal(replace(proved, verdict=failed)) == r"not proved: apply the rollback: no such table\nLINE 1"
    assert "CREATE TABLE" not in guarded(replace(proved, verdict=failed), "migration")


def test_unproved_hands_it_out_all_the_same(proved: Comparison) -> None:
    assert guarded(unproved(proved, "--no-verify"), "migration", unproved=True) == proved.migration_sql


def test_where_there_is_no_drift_there_is_nothing_to_refuse(same: Comparison) -> None:
    assert refusal(same) is None
    assert guarded(same, "migration") == ""


def test_drift_that_no_migration_covers_is_refused(shop: Comparison) -> None:
    only_unmodelled = replace(shop, findings=(), verdict=Verdict(Outcome.UNPROVED, reason="nothing could be planned"))
    assert refusal(only_unmodelled) == "not proved: nothing could be planned"
