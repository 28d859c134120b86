"""Statistics targets of an index's expressions: of an index by itself, and of an exclusion constraint's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.statement import Lock, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

TARGETS = """
    CASE WHEN x.indexprs IS NOT NULL THEN
        array(SELECT a.attnum || '=' || a.attstattarget FROM pg_attribute a
              WHERE a.attrelid = x.indexrelid AND a.attstattarget >= 0 ORDER BY a.attnum) END"""
"""For a query that joins `pg_index x`: `column number=target` of each expression that has one."""


def change(index: str, old: Iterable[str], new: Iterable[str]) -> list[Statement]:
    """ALTER INDEX … SET STATISTICS for each expression whose target differs; -1 is the default."""
    before, after = (dict(target.split("=") for target in targets) for targets in (old, new))
    return [
        Statement(
            f"ALTER INDEX {index} ALTER COLUMN {number} SET STATISTICS {after.get(number, -1)}",
            Lock.SHARE_UPDATE_EXCLUSIVE,
        )
        for number in sorted({*before, *after}, key=int)
        if before.get(number) != after.get(number)
    ]
