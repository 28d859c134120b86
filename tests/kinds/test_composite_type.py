from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.statement import Danger

if TYPE_CHECKING:
    from kinds.conftest import Plans


def test_attributes_go_change_and_come_in_one_statement(way: Plans) -> None:
    (step,) = way(
        "CREATE TYPE p AS (a int, b int, c text)", 'CREATE TYPE p AS (a int, c varchar(9) COLLATE "C", d date)'
    ).steps

    assert step.statement.sql == (
        'ALTER TYPE public.p DROP ATTRIBUTE b, ALTER ATTRIBUTE c TYPE character varying(9) COLLATE "C",'
        " ADD ATTRIBUTE d date"
    )
    assert {hazard.danger for hazard in step.statement.hazards} == {
        Danger.BREAKS_CODE,
        Danger.DATA_LOSS,
        Danger.MAY_FAIL,
    }


def test_tables_of_the_type_follow_by_themselves(way: Plans) -> None:
    plan = way(
        "CREATE TYPE p AS (a int, b int); CREATE TABLE t OF p", "CREATE TYPE p AS (a int, c int); CREATE TABLE t OF p"
    )

    (step,) = plan.steps
    assert step.statement.sql == "ALTER TYPE public.p DROP ATTRIBUTE b CASCADE, ADD ATTRIBUTE c integer CASCADE"


def test_attribute_that_a_view_reads_is_not_dropped_from_under_it(way: Plans) -> None:
    table = "CREATE TABLE t (p p)"

    way(
        f"CREATE TYPE p AS (a int, b int); {table}; CREATE VIEW v AS SELECT (p).b FROM t",
        f"CREATE TYPE p AS (a int); {table}; CREATE VIEW v AS SELECT (p).a AS b FROM t",
    )
