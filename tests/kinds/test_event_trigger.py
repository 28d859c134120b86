from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinds.conftest import Plans

FUNCTION = "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'"


def test_function_in_a_schema_with_a_hostile_name_is_named_in_full(way: Plans) -> None:
    both = f'CREATE SCHEMA "a.""b"; {FUNCTION.replace("e()", """ "a.""b"."E e"() """)}'

    way("", 'CREATE EVENT TRIGGER "T t" ON sql_drop EXECUTE FUNCTION "a.""b"."E e"()', both=both)


def test_state_comes_with_a_replaced_event_trigger(way: Plans) -> None:
    trigger = "CREATE EVENT TRIGGER t ON {} EXECUTE FUNCTION e(); ALTER EVENT TRIGGER t DISABLE"

    plan = way(trigger.format("sql_drop"), trigger.format("ddl_command_end"), both=FUNCTION)

    assert [step.verb for step in plan.steps if step.key.kind == "event_trigger"] == ["drop", "create", "create"]
