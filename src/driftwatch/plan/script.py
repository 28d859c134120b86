"""A plan as executable SQL: transactions, settings, guards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.statement import Danger
from driftwatch.plan.together import joined, together
from driftwatch.sql import dollar_quote, failing, literal, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.model.plan import Plan, Transaction

# Deparsed definitions name everything with its schema; bodies of functions are not checked, as pg_dump does, since they
# may use what comes later.
_UNCHECKED = "SET LOCAL check_function_bodies = off"
# Where a database or a role has it off, a backslash begins an escape: what is written here means it as it stands.
_BACKSLASHES = "SET LOCAL standard_conforming_strings = on"
# psql takes a file for what its locale says, and without one for what the database is encoded in.
_ENCODING = "SET LOCAL client_encoding = 'UTF8'"
# Where a database or a role has these otherwise, a statement that holds the words makes something else than it did on
# the shadow, or fails: `x = NULL` is `x IS NULL`, NULL in '{1,NULL}' is a text, `$1.50` no amount.
_MEANT = (
    (_BACKSLASHES, ("\\",)),
    ("SET LOCAL transform_null_equals = off", ("= NULL",)),
    ("SET LOCAL array_nulls = on", ("'{", "NULL")),
    ("SET LOCAL xmloption = content", ("::xml",)),
    ("SET LOCAL lc_monetary = 'C'", ("::money",)),
)
# What a statement says that it heeds, as a database has it of itself.
_HEEDED = {"default_tablespace": "''", "default_table_access_method": "heap"}
_FAILED = "'driftwatch: the transaction before this one failed, nothing more is done'"
_RAISE = f"RAISE EXCEPTION {_FAILED};"
# Outside of a transaction an error would not keep the next statement from running: only the end of the session does.
_LEAVE = f"RAISE WARNING {_FAILED}; PERFORM pg_terminate_backend(pg_backend_pid());"


def settings(transaction: Transaction) -> list[str]:
    """What each transaction sets for itself before anything else."""
    path = ", ".join(map(quote, transaction.search_path)) or "''"
    encoding = () if all(step.statement.sql.isascii() for step in transaction.steps) else (_ENCODING,)
    return [*encoding, f"SET LOCAL search_path = {path}", _UNCHECKED, *meant(transaction)]


def meant(transaction: Transaction) -> list[str]:
    """What a transaction sets for itself so that its statements mean the same whatever a database or role has set."""
    statements = [step.statement for step in transaction.steps]
    heeded = {name for statement in statements for name in statement.heeds}
    return [
        *(
            setting
            for setting, words in _MEANT
            if any(all(word in statement.sql for word in words) for statement in statements)
        ),
        *(f"SET LOCAL {name} = {value}" for name, value in _HEEDED.items() if name in heeded),
    ]


def script(
    plan: Plan, *, lock_timeout: str = "5s", mark: str = "driftwatch.migration", secrets_are_in: bool = False
) -> str:
    """The plan's statements for psql or any other client; empty when there is nothing to do.

    Where there are several transactions, each later one first makes sure that the one before it went through: psql goes
    on after an error by default. Where a statement holds a placeholder for a secret, the script stops before it, with a
    sentence, until somebody has put the secret in and taken that line out.

    Args:
        plan: what to write.
        lock_timeout: how long a statement may wait for a lock, and so make others wait behind it.
        mark: the session setting that counts the transactions.
        secrets_are_in: whether placeholders are as good as what they stand for, as on a copy.
    """
    several = len(plan.transactions) > 1
    # What an earlier script left in the session must not speak for this one.
    parts = [_done(-1, mark)] if several else []
    parts += [
        _block(transaction, n, lock_timeout, mark if several else "", secrets_are_in=secrets_are_in)
        if transaction.block
        else _alone(transaction, n, lock_timeout, mark, secrets_are_in=secrets_are_in)
        for n, transaction in enumerate(plan.transactions)
    ]
    return "\n".join(parts)


def _block(transaction: Transaction, number: int, lock_timeout: str, mark: str, *, secrets_are_in: bool) -> str:
    said = [*settings(transaction), f"SET LOCAL lock_timeout = {literal(lock_timeout)}"]
    lines = ["BEGIN;", *(f"{setting};" for setting in said), *_guard(number, mark, _RAISE), ""]
    lines += list(statement_lines(transaction, secrets_are_in=secrets_are_in))
    if mark:
        lines.append(_done(number, mark))
    return "\n".join([*lines, "COMMIT;", ""])


def _alone(transaction: Transaction, number: int, lock_timeout: str, mark: str, *, secrets_are_in: bool) -> str:
    statements = statement_lines(transaction, secrets_are_in=secrets_are_in)
    lines = [*_guard(number, mark, _LEAVE), f"SET lock_timeout = {literal(lock_timeout)};", *statements]
    # No transaction takes the mark back here, so the effect itself is looked for.
    took = " AND ".join(f"({step.statement.took})" for step in transaction.steps)
    return "\n".join([*lines, _done(number, mark, took), ""])


def _done(number: int, mark: str, took: str = "") -> str:
    """A DO block, since a SELECT would print a row."""
    done = f"PERFORM set_config({literal(mark)}, {literal(str(number + 1))}, false);"
    return f"DO {dollar_quote(f'BEGIN IF {took} THEN {done} END IF; END' if took else f'BEGIN {done} END')};"


def _guard(number: int, mark: str, otherwise: str) -> Iterator[str]:
    if mark and number:
        yield (
            f"DO $$BEGIN IF current_setting({literal(mark)}, true) IS DISTINCT FROM {literal(str(number))} THEN "
            f"{otherwise} END IF; END$$;"
        )


def statement_lines(transaction: Transaction, *, secrets_are_in: bool = False) -> Iterator[str]:
    """A transaction's statements, each ended by a semicolon, their hazards as comments before them."""
    for group in together(step.statement for step in transaction.steps):
        for hazard in dict.fromkeys(hazard for statement in group for hazard in statement.hazards):
            yield f"-- {hazard.danger.title}: {one_line(hazard.message)}"
            if hazard.danger is Danger.SECRET and not secrets_are_in:
                yield f"{failing(f'driftwatch: {one_line(hazard.message)}, then take this line out')};"
        yield f"{joined(group)};"


def one_line(text: str) -> str:
    """What follows a line break in a comment would be SQL."""
    return " ".join(text.split())
