from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kinds.conftest import Plans

FUNCTIONS = """
    CREATE FUNCTION same(int, int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
    CREATE FUNCTION other(int, int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> $2'"""
SAME = "CREATE OPERATOR === (FUNCTION = same, LEFTARG = int, RIGHTARG = int{})"
OTHER = "CREATE OPERATOR !== (FUNCTION = other, LEFTARG = int, RIGHTARG = int{})"


def test_pair_that_names_each_other_comes_and_goes(way: Plans) -> None:
    pair = f"{SAME.format(', NEGATOR = !==, COMMUTATOR = ===')}; {OTHER.format(', NEGATOR = ===, COMMUTATOR = !==')}"

    way("", pair, both=FUNCTIONS)
    way(pair, "", both=FUNCTIONS)


def test_coming_of_a_partner_is_all_that_ties_it_to_the_one_that_stands(way: Plans) -> None:
    pair = f"{SAME.format(', NEGATOR = !==')}; {OTHER.format(', NEGATOR = ===')}"

    forth = way(SAME.format(""), pair, both=FUNCTIONS)
    back = way(pair, SAME.format(""), both=FUNCTIONS)

    assert [step.verb for step in forth.steps if step.key.kind == "operator"] == ["create"]
    assert [step.verb for step in back.steps if step.key.kind == "operator"] == ["drop"]


@pytest.mark.parametrize(
    ("major", "verbs"), [(18, {"alter"}), pytest.param(16, {"drop", "create"}, marks=[pytest.mark.every_major])]
)
def test_links_and_properties_are_added_in_place_where_the_server_can(major: int, verbs: set[str], way: Plans) -> None:
    """ALTER OPERATOR learnt it in 17."""
    alone = f"{SAME.format('')}; {OTHER.format('')}"
    tied = f"{SAME.format(', NEGATOR = !==, COMMUTATOR = ===, HASHES, MERGES')}; {OTHER.format(', NEGATOR = ===')}"

    plan = way(alone, tied, both=FUNCTIONS, major=major)

    assert {step.verb for step in plan.steps if step.key.path[1:2] == ("===",)} == verbs


def test_links_and_properties_can_only_be_taken_away_with_the_operator(way: Plans) -> None:
    plan = way(SAME.format(", COMMUTATOR = ===, HASHES"), SAME.format(", COMMUTATOR = ==="), both=FUNCTIONS)

    assert [step.verb for step in plan.steps if step.key.kind == "operator"] == ["drop", "create"]


def test_estimators_are_altered_in_place(way: Plans) -> None:
    plan = way(SAME.format(", RESTRICT = eqsel"), SAME.format(", JOIN = eqjoinsel"), both=FUNCTIONS)

    (step,) = plan.steps
    assert step.statement.sql == (
        "ALTER OPERATOR public.=== (integer, integer) SET (RESTRICT = NONE, JOIN = eqjoinsel)"
    )
