from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Level

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases

FUNCTION = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
TABLE = f"CREATE TABLE t (id int); {FUNCTION}"
PARTITIONED = f"""
    CREATE TABLE t (id int) PARTITION BY RANGE (id);
    CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id);
    CREATE TABLE t11 PARTITION OF t1 FOR VALUES FROM (0) TO (5);
    {FUNCTION}
"""
TRIGGER = "CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"


def test_neither_clones_nor_what_is_inside_of_a_foreign_key_are_triggers(database: Databases, snapshot: Reads) -> None:
    made = database()
    made.execute(f"{PARTITIONED}; {TRIGGER}; CREATE TABLE p (id int PRIMARY KEY, q int REFERENCES p)")

    found = {key for key in snapshot(made).objects if key.kind in {"trigger", "partition_trigger"}}

    assert found == {Key("trigger", ("public", "t", "tr"))}


def test_disabled_trigger_stays_disabled_when_its_definition_changes(way: Plans) -> None:
    """CREATE OR REPLACE TRIGGER enables."""
    disabled = "ALTER TABLE t DISABLE TRIGGER tr"

    plan = way(f"{TRIGGER}; {disabled}", f"{TRIGGER.replace('AFTER', 'BEFORE')}; {disabled}", both=TABLE)

    assert [step.statement.sql for step in plan.steps] == [
        "CREATE OR REPLACE TRIGGER tr BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()",
        "ALTER TABLE public.t DISABLE TRIGGER tr",
    ]


def test_changed_definition_and_changed_state_are_set_once(way: Plans) -> None:
    plan = way(
        f"{TRIGGER}; ALTER TABLE t ENABLE REPLICA TRIGGER tr",
        f"{TRIGGER.replace('AFTER', 'BEFORE')}; ALTER TABLE t ENABLE ALWAYS TRIGGER tr",
        both=TABLE,
    )

    assert [step.statement.sql.split()[0] for step in plan.steps] == ["CREATE", "ALTER"]


def test_clone_in_a_state_of_its_own_keeps_it_when_the_trigger_is_changed(way: Plans) -> None:
    own = "ALTER TABLE ONLY t1 DISABLE TRIGGER tr; ALTER TABLE ONLY t11 ENABLE ALWAYS TRIGGER tr"

    for major in (14, 18):
        way(
            f"{TRIGGER}; {own}",
            f"{TRIGGER.replace('INSERT', 'UPDATE')}; ALTER TABLE t ENABLE REPLICA TRIGGER tr; {own}",
            both=PARTITIONED,
            major=major,
        )


def test_state_of_a_clone_goes_with_its_trigger(way: Plans) -> None:
    plan = way(f"{TRIGGER}; ALTER TABLE ONLY t1 DISABLE TRIGGER tr", "", both=PARTITIONED)

    assert [step.statement.sql for step in plan.steps] == ["DROP TRIGGER tr ON public.t"]


def test_state_of_a_clone_goes_with_its_partition(way: Plans) -> None:
    detached = PARTITIONED.replace("t11 PARTITION OF t1 FOR VALUES FROM (0) TO (5)", "t11 (id int)")

    way(f"{PARTITIONED}; {TRIGGER}; ALTER TABLE t11 DISABLE TRIGGER tr", f"{detached}; {TRIGGER}")
    way(f"{detached}; {TRIGGER}", f"{PARTITIONED}; {TRIGGER}; ALTER TABLE t11 DISABLE TRIGGER tr")


def test_constraint_trigger_makes_way_for_a_check_of_its_name(way: Plans) -> None:
    constraint = "CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"
    check = "ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0)"

    way(constraint, check, both=TABLE)
    way(check, constraint, both=TABLE)


def test_trigger_on_a_table_in_use_changes_what_writes_do(way: Plans) -> None:
    (step,) = way("", TRIGGER, both=TABLE).steps

    assert {hazard.danger for hazard in step.statement.hazards} == {Danger.BEHAVIOUR}


def test_trigger_of_a_new_table_is_safe(way: Plans) -> None:
    plan = way("", f"{TABLE}; {TRIGGER}")

    assert {step.statement.level for step in plan.steps if step.key.kind == "trigger"} == {Level.SAFE}
