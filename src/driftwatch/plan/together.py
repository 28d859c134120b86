"""Neighbours that are sent as one statement, so that a table is written anew once and not once for each of them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.model.statement import Statement


def together(statements: Iterable[Statement]) -> Iterator[tuple[Statement, ...]]:
    """The statements in their order, those that share the head of an ALTER TABLE as a group, each other one alone."""
    for head, group in groupby(statements, key=lambda statement: statement.head):
        if head:
            yield tuple(group)
        else:
            yield from ((statement,) for statement in group)


def joined(group: tuple[Statement, ...]) -> str:
    """A group as the SQL that is sent for it."""
    first = group[0]
    if len(group) == 1:
        return first.sql
    return f"{first.head} " + ",\n    ".join(each.sql[len(each.head) + 1 :] for each in group)
