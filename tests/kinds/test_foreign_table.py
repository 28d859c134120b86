from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.statement import Danger

if TYPE_CHECKING:
    from kinds.conftest import Plans

SERVER = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w"


def test_foreign_table_is_made_with_its_columns_and_constraints_in_one_statement(way: Plans) -> None:
    table = """CREATE FOREIGN TABLE t (id int OPTIONS (column_name 'x') NOT NULL, a text COLLATE "C" DEFAULT 'd',
               CHECK (id > 0)) SERVER s OPTIONS (schema_name 'far')"""

    plan = way("", table, both=SERVER)

    assert [step.key.kind for step in plan.steps] == ["foreign_table", "owner"]


def test_rows_are_elsewhere_and_are_not_lost_with_the_foreign_table(way: Plans) -> None:
    (step,) = way("CREATE FOREIGN TABLE t (id int) SERVER s", "", both=SERVER).steps

    assert {hazard.danger for hazard in step.statement.hazards} == {Danger.BREAKS_CODE}
