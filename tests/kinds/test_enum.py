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
