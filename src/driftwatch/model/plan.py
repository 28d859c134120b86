"""Ordered statements, cut into transactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.model.key import Key
    from driftwatch.model.statement import Statement


class Step(NamedTuple):
    """A statement in its place: the object it is for, and `create`, `drop` or `alter`."""

    key: Key
    verb: str
    statement: Statement


class Unplanned(NamedTuple):
    """A change that no statement was found for, and why."""

    key: Key
    reason: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """Steps that are committed together; one step alone, outside of a transaction block, where `block` is false."""

    steps: tuple[Step, ...]
    block: bool = True
    search_path: tuple[str, ...] = ()
    """Schemas for functions that the statements run; the statements themselves name every schema."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The way from one snapshot to another."""

    transactions: tuple[Transaction, ...] = ()
    unplanned: tuple[Unplanned, ...] = ()

    @property
    def steps(self) -> Iterator[Step]:
        """All steps in order."""
        return (step for transaction in self.transactions for step in transaction.steps)

    def __bool__(self) -> bool:
        return bool(self.transactions or self.unplanned)
