from __future__ import annotations

import random
from typing import TYPE_CHECKING

from driftwatch.model.statement import Danger

if TYPE_CHECKING:
    from kinds.conftest import Plans


def of(labels: list[str]) -> str:
    return f"CREATE TYPE e AS ENUM ({', '.join(repr(label) for label in labels)})"


def test_values_added_anywhere_end_in_exactly_the_new_order(way: Plans) -> None:
    chance = random.Random(7)  # noqa: S311  no secret
    new = [f"value {n}" for n in range(40)]
    chance.shuffle(new)
    old = [label for label in new if chance.random() < 0.2]

    plan = way(of(old), of(new))

    assert {step.verb for step in plan.steps} == {"alter"}
    assert len(list(plan.steps)) == len(new) - len(old)
    assert all(step.statement.commits for step in plan.steps)


def test_value_that_is_removed_is_named_in_the_hazards_of_setting_the_type_aside(way: Plans) -> None:
    table = "CREATE TABLE t (e e)"

    plan = way(f"{of(['a', 'gone', 'b'])}; {table}", f"{of(['a', 'b'])}; {table}")

    aside = next(step.statement for step in plan.steps if "__driftwatch_old" in step.statement.sql)
    assert {hazard.danger for hazard in aside.hazards} == {Danger.MAY_FAIL, Danger.BREAKS_CODE}
    assert all("gone" in hazard.message for hazard in aside.hazards)


def test_reordered_values_take_nothing_away(way: Plans) -> None:
    table = "CREATE TABLE t (e e)"

    plan = way(f"{of(['a', 'b'])}; {table}", f"{of(['b', 'a'])}; {table}")

    aside = next(step.statement for step in plan.steps if "__driftwatch_old" in step.statement.sql)
    assert not aside.hazards


def test_column_whose_type_is_made_anew_under_its_name_is_not_said_to_become_that_type(way: Plans) -> None:
    table = "CREATE TABLE t (e e)"

    plan = way(f"{of(['a', 'b'])}; {table}", f"{of(['a'])}; {table}")

    retyped = next(step.statement for step in plan.steps if "ALTER COLUMN e TYPE" in step.statement.sql)
    assert [hazard.message for hazard in retyped.hazards if hazard.danger is Danger.BREAKS_CODE] == [
        "public.e is made anew: code and prepared statements see another type"
    ]


def test_only_what_a_new_value_needs_is_committed_before_it_is_used(way: Plans) -> None:
    """A later transaction may fail: whatever the first one took away by then would be missing."""
    old = f"{of(['a'])}; CREATE TABLE t (e e, n int); CREATE INDEX i ON t (n)"
    new = f"{of(['a', 'b'])}; CREATE TABLE t (e e DEFAULT 'b', n int); CREATE UNIQUE INDEX i ON t (n)"

    plan = way(old, new)

    first, second = plan.transactions
    assert [step.statement.sql for step in first.steps] == ["ALTER TYPE public.e ADD VALUE 'b'"]
    assert "DROP INDEX public.i" in [step.statement.sql for step in second.steps]


def test_event_trigger_that_may_refuse_a_new_value_is_gone_before_it(way: Plans) -> None:
    refuse = """CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$;
        CREATE EVENT TRIGGER no ON ddl_command_start WHEN TAG IN ('ALTER TYPE') EXECUTE FUNCTION no()"""

    plan = way(
        f"{of(['a'])}; CREATE TABLE t (e e); {refuse}",
        f"{of(['a', 'b'])}; CREATE TABLE t (e e DEFAULT 'b')",
    )

    first, _ = plan.transactions
    assert [step.key.kind for step in first.steps] == ["event_trigger", "enum"]


def test_new_value_that_only_the_text_of_a_function_uses_is_committed_with_others(way: Plans) -> None:
    rest = "CREATE TYPE f AS ENUM ('x'); CREATE TABLE t (e e); CREATE TABLE u (f f)"
    more = rest.replace("'x'", "'x', 'y'")

    plan = way(
        f"{of(['a'])}; {rest}",
        f"{of(['a', 'b'])}; {more}; ALTER TABLE t ALTER COLUMN e SET DEFAULT 'b'",
    )

    assert [[step.key.kind for step in each.steps] for each in plan.transactions] == [["enum", "enum"], ["default"]]
