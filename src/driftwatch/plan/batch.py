"""Cutting ordered steps into transactions where PostgreSQL needs it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from driftwatch.model.plan import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from driftwatch.model.plan import Step
    from driftwatch.plan.draft import Node


def batch(
    steps: Iterable[tuple[Node, Step]], following: Mapping[Node, int], search_path: tuple[str, ...] = ()
) -> tuple[Transaction, ...]:
    """As few transactions as can be.

    A step that can't run in a transaction block stands alone. What needs the effect of a step that `commits` (a new
    enum value may only be used after the commit, error 55P04) stands in a later transaction.

    Args:
        steps: in order, each with the node it belongs to.
        following: how many transactions have to follow the one with a node.
        search_path: of each transaction.
    """
    in_turn = sorted(steps, key=lambda step: -following[step[0]])
    groups = groupby(in_turn, key=lambda step: (following[step[0]], step[1].statement.transactional))
    transactions: list[Transaction] = []
    for (_, transactional), group in groups:
        members = [step for _, step in group]
        whole = [members] if transactional else [[step] for step in members]
        transactions += (Transaction(tuple(each), block=transactional, search_path=search_path) for each in whole)
    return tuple(transactions)
