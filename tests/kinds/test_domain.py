from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases

NAMED = "CREATE DOMAIN d AS int CONSTRAINT given NOT NULL"


@pytest.mark.every_major
@pytest.mark.parametrize("major", [14, 15, 16])
def test_name_of_a_not_null_constraint_is_no_drift_where_one_server_keeps_none(
    major: int, database: Databases, snapshot: Reads
) -> None:
    older, newer = database(major), database(18)
    older.execute(NAMED)
    newer.execute(NAMED)

    changes = drift(compare(snapshot(older), snapshot(newer), KINDS))

    assert not [change for change in changes if change.key.kind == "domain"]


@pytest.mark.every_major
def test_domain_that_17_takes_with_two_not_null_constraints_is_read_with_the_first(
    database: Databases, snapshot: Reads
) -> None:
    made = database(17)
    made.execute("CREATE DOMAIN depth AS int CONSTRAINT measured NOT NULL CONSTRAINT known NOT NULL")

    domain = snapshot(made).objects[Key("domain", ("public", "depth"))]

    assert (domain.not_null, domain.not_null_name) == (True, "known")


def test_domain_is_created_with_its_checks_in_one_statement(way: Plans) -> None:
    plan = way(
        "", "CREATE DOMAIN d AS int NOT NULL DEFAULT 3 CONSTRAINT b CHECK (VALUE > 0) CONSTRAINT a CHECK (VALUE < 9)"
    )

    (created,) = [step.statement.sql for step in plan.steps if step.key.kind != "owner"]
    assert created == (
        "CREATE DOMAIN public.d AS integer NOT NULL DEFAULT 3"
        " CONSTRAINT a CHECK ((VALUE < 9)) CONSTRAINT b CHECK ((VALUE > 0))"
    )


def test_check_that_was_not_validated_is_validated_and_says_that_it_scans(way: Plans) -> None:
    domain = "CREATE DOMAIN d AS int; CREATE TABLE t (d d); ALTER DOMAIN d ADD CONSTRAINT pos CHECK (VALUE > 0)"

    (step,) = way(f"{domain} NOT VALID", domain).steps

    assert step.statement.sql == "ALTER DOMAIN public.d VALIDATE CONSTRAINT pos"
    assert {hazard.danger for hazard in step.statement.hazards} == {Danger.MAY_FAIL, Danger.SCAN}


def test_not_null_is_altered_in_place_unless_columns_hold_the_domain_inside_of_another_type(way: Plans) -> None:
    """PostgreSQL refuses to check those (0A000)."""
    domain, direct, inside = "CREATE DOMAIN d AS int", "CREATE TABLE t (d d)", "CREATE TABLE t (ds d[])"

    plain = way(f"{domain}; {direct}", f"{domain} NOT NULL; {direct}")
    nested = way(f"{domain}; {inside}", f"{domain} NOT NULL; {inside}")

    assert {step.verb for step in plain.steps} == {"alter"}
    assert [step.verb for step in nested.steps if step.key == Key("domain", ("public", "d"))] == [
        "drop",
        "create",
        "drop",
    ]
