from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.statement import Danger

if TYPE_CHECKING:
    from kinds.conftest import Plans


def test_rows_of_a_partition_that_stays_are_not_said_to_be_lost(way: Plans) -> None:
    tree = """
        CREATE TABLE t (a {}, b {}) PARTITION BY LIST (a);
        CREATE TABLE middle PARTITION OF t FOR VALUES IN ('x') PARTITION BY RANGE (b);
        CREATE TABLE leaf PARTITION OF middle DEFAULT"""

    plan = way(tree.format("varchar(9)", "int"), tree.format("text", "bigint"))

    assert "DROP TABLE public.t" in [step.statement.sql for step in plan.steps]
    assert Danger.DATA_LOSS not in {hazard.danger for step in plan.steps for hazard in step.statement.hazards}


def test_tables_that_refer_to_each_other_go_with_nothing_dropped_before_but_their_foreign_keys(way: Plans) -> None:
    plan = way(
        """
        CREATE TABLE a (id bigserial PRIMARY KEY, b bigint);
        CREATE TABLE b (id bigserial PRIMARY KEY, a bigint REFERENCES a);
        ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES b""",
        "",
    )

    assert [step.statement.sql for step in plan.steps] == [
        "ALTER TABLE public.a DROP CONSTRAINT a_b",
        "ALTER TABLE public.b DROP CONSTRAINT b_a_fkey",
        "DROP TABLE public.a",
        "DROP TABLE public.b",
    ]
