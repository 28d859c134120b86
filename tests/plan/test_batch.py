"""As few transactions as PostgreSQL allows."""

from __future__ import annotations

from driftwatch.model.key import Key
from driftwatch.model.plan import Step, Transaction
from driftwatch.model.statement import Statement
from driftwatch.plan.batch import batch

Node = tuple[str, Key]


def step(name: str, *, transactional: bool = True, commits: bool = False) -> tuple[Node, Step]:
    key = Key("table", ("public", name))
    return ("make", key), Step(key, "create", Statement(name, transactional=transactional, commits=commits))


def names(transactions: tuple[Transaction, ...]) -> list[str]:
    return ["".join(step.statement.sql for step in each.steps) for each in transactions]


def test_nothing_is_no_transaction() -> None:
    assert batch([], {}) == ()


def test_all_that_can_is_in_one_transaction() -> None:
    assert names(batch([step("a"), step("b"), step("c")], {})) == ["abc"]


def test_what_refuses_a_transaction_block_stands_alone() -> None:
    found = batch([step("a"), step("b", transactional=False), step("c")], {})
    assert [(each.block, *names((each,))) for each in found] == [(True, "a"), (False, "b"), (True, "c")]


def test_what_uses_something_that_has_to_be_committed_comes_after_the_commit() -> None:
    value, other, user = step("a", commits=True), step("b"), step("c")
    assert names(batch([value, other, user], {user[0]: {value[0]}})) == ["ab", "c"]


def test_statements_of_one_object_stay_together_although_they_commit() -> None:
    first, second = step("a", commits=True), step("a", commits=True)
    assert names(batch([first, second], {first[0]: {first[0]}})) == ["aa"]
