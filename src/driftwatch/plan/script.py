"""A plan as executable SQL: transactions, settings, guards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.sql import literal, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.model.plan import Plan, Transaction

# Deparsed definitions name everything with its schema; bodies of functions are not checked, as pg_dump does, since they
# may use what comes later.
_UNCHECKED = "SET LOCAL check_function_bodies = off"


def settings(transaction: Transaction) -> list[str]:
    """What each transaction sets for itself before anything else."""
    path = ", ".join(map(quote, transaction.search_path)) or "''"
    return [f"SET LOCAL search_path = {path}", _UNCHECKED]


def script(plan: Plan, *, lock_timeout: str = "5s", mark: str = "driftwatch.migration") -> str:
    """The plan's statements for psql or any other client; empty when there is nothing to do.

    Where there are several transactions, each later one first makes sure that the one before it went through: psql goes
    on after an error by default.

    Args:
        plan: what to write.
        lock_timeout: how long a statement may wait for a lock, and so make others wait behind it.
        mark: the session setting that counts the transactions.
    """
    several = len(plan.transactions) > 1
    # What an earlier script left in the session must not speak for this one.
    parts = [_done(-1, mark)] if several else []
    parts += [
        _block(transaction, n, lock_timeout, mark if several else "")
        if transaction.block
        else _alone(transaction, n, lock_timeout, mark)
        for n, transaction in enumerate(plan.transactions)
    ]
    return "\n".join(parts)


def _block(transaction: Transaction, number: int, lock_timeout: str, mark: str) -> str:
    said = [*settings(transaction), f"SET LOCAL lock_timeout = {literal(lock_timeout)}"]
    lines = ["BEGIN;", *(f"{setting};" for setting in said), *_guard(number, mark), ""]
    lines += list(_statements(transaction))
    if mark:
        lines.append(_done(number, mark))
    return "\n".join([*lines, "COMMIT;", ""])


def _alone(transaction: Transaction, number: int, lock_timeout: str, mark: str) -> str:
    lines = [*_guard(number, mark), f"SET lock_timeout = {literal(lock_timeout)};", *_statements(transaction)]
    return "\n".join([*lines, _done(number, mark), ""])


def _done(number: int, mark: str) -> str:
    """A DO block, since a SELECT would print a row."""
    return f"DO $$BEGIN PERFORM set_config({literal(mark)}, {literal(str(number + 1))}, false); END$$;"


def _guard(number: int, mark: str) -> Iterator[str]:
    if mark and number:
        yield (
            f"DO $$BEGIN IF current_setting({literal(mark)}, true) IS DISTINCT FROM {literal(str(number))} THEN "
            "RAISE EXCEPTION 'driftwatch: the transaction before this one failed, nothing more is done'; END IF; END$$;"
        )


def _statements(transaction: Transaction) -> Iterator[str]:
    for step in transaction.steps:
        for hazard in step.statement.hazards:
            yield f"-- {hazard.danger.title}: {one_line(hazard.message)}"
        yield f"{step.statement.sql};"


def one_line(text: str) -> str:
    """What follows a line break in a comment would be SQL."""
    return " ".join(text.split())
