"""Statements that have to see every row of a table, whose owner may be subject to its policies (FORCE)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.statement import Lock, Statement
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Snapshot


def put_off(table: Key, statements: Iterable[Statement], context: Context) -> list[Statement]:
    """The statements, without the policies meanwhile; afterwards they are forced as they shall be in the end."""
    forced = _forced(table, context.new)
    if not (forced or _forced(table, context.old)):
        return [*statements]
    return [_switch(table, "NO FORCE"), *statements, *([_switch(table, "FORCE")] if forced else ())]


def _forced(table: Key, snapshot: Snapshot) -> bool:
    item = snapshot.get(table)
    return item is not None and bool(item.force_row_security)


def _switch(table: Key, word: str) -> Statement:
    return Statement(f"ALTER TABLE {qualify(*table.path)} {word} ROW LEVEL SECURITY", Lock.ACCESS_EXCLUSIVE)
