"""Cutting ordered steps into transactions where PostgreSQL needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.plan import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from driftwatch.model.plan import Step
    from driftwatch.plan.draft import Node


def batch(
    steps: Iterable[tuple[Node, Step]], after: Mapping[Node, set[Node]], search_path: tuple[str, ...] = ()
) -> tuple[Transaction, ...]:
    """As few transactions as can be.

    A step that can't run in a transaction block stands alone. What needs the effect of a step that `commits` (a new
    enum value may only be used after the commit, error 55P04) begins a new transaction.

    Args:
        steps: in order, each with the node it belongs to.
        after: for a node those it directly comes after.
        search_path: of each transaction.
    """
    transactions: list[Transaction] = []
    current: list[Step] = []
    uncommitted: set[Node] = set()

    def close() -> None:
        if current:
            transactions.append(Transaction(tuple(current), search_path=search_path))
        current.clear()
        uncommitted.clear()

    for node, step in steps:
        if not step.statement.transactional:
            close()
            transactions.append(Transaction((step,), block=False, search_path=search_path))
            continue
        if node not in uncommitted and uncommitted & after.get(node, set()):
            close()
        current.append(step)
        if step.statement.commits:
            uncommitted.add(node)
    close()
    return tuple(transactions)
