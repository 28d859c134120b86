"""Storage parameters of indexes, and the predicates they stand before in a printed definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.statement import Lock, Statement
from driftwatch.sql import literal, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

# flatten_reloptions() of ruleutils.c.
_PRINTED = """
    SELECT ' WITH (' || string_agg(quote_ident(split_part(o, '=', 1)) || '='
           || CASE WHEN quote_ident(v) = v THEN v ELSE quote_literal(v) END, ', ' ORDER BY n) || ')'
    FROM unnest({options}) WITH ORDINALITY AS u(o, n) CROSS JOIN LATERAL substr(o, strpos(o, '=') + 1) AS v"""


def sorted_options(options: str) -> str:
    """SQL for reloptions in one order."""
    return f"CASE WHEN {options} IS NOT NULL THEN array(SELECT o FROM unnest({options}) AS o ORDER BY 1) END"


def printed_length(options: str, predicate: str) -> str:
    """SQL for how long the end of pg_get_indexdef is (WITH, WHERE), of reloptions and an expression as SQL."""
    printed = f"CASE WHEN {options} IS NOT NULL THEN ({_PRINTED.format(options=options)}) END"
    return f"length(concat({printed}, ' WHERE ' || {predicate}))"


def clause(options: Iterable[str]) -> str:
    """WITH ( … ), or nothing."""
    words = ", ".join(_assignment(option) for option in options)
    return f" WITH ({words})" if words else ""


def _assignment(option: str) -> str:
    name, _, value = option.partition("=")
    return f"{quote(name)}={literal(value)}"


def change(name: str, old: Iterable[str], new: Iterable[str]) -> list[Statement]:
    """ALTER INDEX … SET and RESET, which hold for pages that are written from then on."""
    before, after = (dict(option.split("=", 1) for option in options) for options in (old, new))
    reset = ", ".join(quote(option) for option in before if option not in after)
    changed = ", ".join(_assignment(f"{o}={value}") for o, value in after.items() if before.get(o) != value)
    words = [f"RESET ({reset})"] if reset else []
    words += [f"SET ({changed})"] if changed else []
    return [Statement(f"ALTER INDEX {name} {word}", Lock.SHARE_UPDATE_EXCLUSIVE) for word in words]
