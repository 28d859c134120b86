from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.statement import Danger, Level

if TYPE_CHECKING:
    from kinds.conftest import Plans

TABLE = "CREATE TABLE t (id int); CREATE TABLE log (id int)"
RULE = "CREATE RULE r AS ON {} TO t DO ALSO (INSERT INTO log VALUES (1); DELETE FROM log WHERE id = 2;)"


def test_disabled_rule_stays_disabled_when_its_definition_changes(way: Plans) -> None:
    disabled = "ALTER TABLE t DISABLE RULE r"

    plan = way(f"{RULE.format('INSERT')}; {disabled}", f"{RULE.format('UPDATE')}; {disabled}", both=TABLE)

    assert [step.statement.sql.split(" AS")[0] for step in plan.steps] == ["CREATE OR REPLACE RULE r"]


def test_rule_on_a_table_in_use_changes_what_writes_do_and_on_a_new_one_nothing(way: Plans) -> None:
    (step,) = way("", RULE.format("INSERT"), both=TABLE).steps
    fresh = way("", f"{TABLE}; {RULE.format('INSERT')}").steps

    assert {hazard.danger for hazard in step.statement.hazards} == {Danger.BEHAVIOUR}
    assert {step.statement.level for step in fresh if step.key.kind == "rule"} == {Level.SAFE}
