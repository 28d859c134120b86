"""A migration or rollback as a script that may be piped into psql: executable only when it was proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from driftwatch.model.verdict import Outcome
from driftwatch.report.display import visible
from driftwatch.sql import failing

if TYPE_CHECKING:
    from driftwatch.model.comparison import Comparison

Which = Literal["migration", "rollback"]


def guarded(comparison: Comparison, which: Which, *, unproved: bool = False) -> str:
    """The SQL when its proof passed (or `unproved` says to have it anyway), else one statement that only fails.

    A comparison that found nothing to do needs no proof: its script is empty or a comment.
    """
    sql = comparison.migration_sql if which == "migration" else comparison.rollback_sql
    plan = comparison.migration if which == "migration" else comparison.rollback
    if (unproved and plan) or refusal(comparison) is None:
        return sql
    return f"{failing(f'driftwatch: {refusal(comparison)}')};\n"


def refusal(comparison: Comparison) -> str | None:
    """Why the SQL is not handed out, in one line for stderr: `not proved: …`; None where it is."""
    verdict = comparison.verdict
    nothing_to_do = comparison.outcome == "no-drift" and not comparison.migration
    if verdict.outcome is Outcome.PROVED or nothing_to_do:
        return None
    return visible(f"not proved: {verdict.reason or _first_failure(comparison)}")


def _first_failure(comparison: Comparison) -> str:
    for failure in comparison.verdict.failures:
        return f"{failure.stage}: {failure.message}"
    return "no proof was run"
