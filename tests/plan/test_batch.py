"""As few transactions as PostgreSQL allows."""

from __future__ import annotations

from driftwatch.model.key import Key
from driftwatch.model.plan import Step, Transaction
from driftwatch.model.statement import Statement
from driftwatch.plan.batch import batch

Node = tuple[str, Key]


def step(name: str, *, transactional: bool = True) -> tuple[Node, Step]:
    key = Key("table", ("public", name))
    return ("make", key), Step(key, "create", Statement(name, transactional=transactional))


def following(*steps: tuple[Node, Step], **later: int) -> tuple[list[tuple[Node, Step]], dict[Node, int]]:
    return list(steps), {node: later.get(node[1].path[-1], 0) for node, _ in steps}


def names(transactions: tuple[Transaction, ...]) -> list[str]:
    return ["".join(step.statement.sql for step in each.steps) for each in transactions]


def test_nothing_is_no_transaction() -> None:
    assert batch([], {}) == ()


def test_all_that_can_is_in_one_transaction() -> None:
    assert names(batch(*following(step("a"), step("b"), step("c")))) == ["abc"]


def test_what_refuses_a_transaction_block_stands_alone() -> None:
    alone = {"transactional": False}
    found = batch(*following(step("a"), step("b", **alone), step("c", **alone), step("d")))
    blocks = [(each.block, *names((each,))) for each in found]
    assert blocks == [(True, "a"), (False, "b"), (False, "c"), (True, "d")]


def test_what_others_wait_for_is_committed_before_all_that_need_not() -> None:
    assert names(batch(*following(step("a"), step("b"), step("c"), step("d"), b=2, d=1))) == ["b", "d", "ac"]


def test_statements_of_one_object_stay_together() -> None:
    assert names(batch(*following(step("a"), step("b"), step("a"), a=1))) == ["aa", "b"]
