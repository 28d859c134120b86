from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS
from driftwatch.plan.planner import plan
from driftwatch.plan.script import script

if TYPE_CHECKING:
    from kinds.conftest import Reads
    from support.servers import Database, Databases

INDEX = "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)"
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"


@pytest.fixture
def broken(database: Databases) -> Database:
    """With the INVALID index that a failed CONCURRENTLY leaves, and without the duplicate that it failed over."""
    made = database()
    made.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        made.execute(INDEX)
    made.execute("DELETE FROM t")
    return made


@pytest.fixture
def whole(database: Databases) -> Database:
    made = database()
    made.execute("CREATE TABLE t (a int)")
    made.execute(INDEX)
    return made


def test_an_index_that_was_left_invalid_is_drift_and_is_built_again(
    broken: Database, whole: Database, snapshot: Reads
) -> None:
    old, new = snapshot(broken), snapshot(whole)

    broken.execute(script(plan(drift(compare(old, new, KINDS)), old, new, KINDS)))

    assert broken.execute(VALID) == [(True,)]


def test_an_index_that_is_invalid_on_the_desired_side_only_is_drift_and_stays_valid(
    broken: Database, whole: Database, snapshot: Reads
) -> None:
    old, new = snapshot(whole), snapshot(broken)
    changes = drift(compare(old, new, KINDS))

    whole.execute(script(plan(changes, old, new, KINDS)))

    assert [attribute.name for change in changes for attribute in change.attributes] == ["valid"]
    assert whole.execute(VALID) == [(True,)]


def test_dropping_an_invalid_index_costs_no_query_its_plan(broken: Database, snapshot: Reads) -> None:
    broken.execute("CREATE INDEX j ON t (a); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'j'::regclass")
    old = snapshot(broken)
    broken.execute("DROP INDEX j")
    new = snapshot(broken)

    (step,) = plan(drift(compare(old, new, KINDS)), old, new, KINDS).steps

    assert [hazard.message.split(";")[0] for hazard in step.statement.hazards] == [
        "no query uses it, since it is INVALID"
    ]
