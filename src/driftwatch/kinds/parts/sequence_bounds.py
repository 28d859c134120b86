"""Where a sequence stands when its bounds move: the server refuses bounds that its position is outside of (22023)."""

from __future__ import annotations

from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import literal

TYPES = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}
"""What a sequence can be of, each with how many values are on either side of zero."""

Bounds = tuple[int, int]


def within(kind: str, bounds: Bounds) -> Bounds:
    """The bounds as far as the type reaches."""
    return max(bounds[0], -TYPES[kind]), min(bounds[1], TYPES[kind] - 1)


def past_rows(name: str, table: str, column: str, bounds: Bounds, increment: int) -> Statement:
    """Has a sequence go on where a column's rows are, or the next insert is a duplicate.

    Args:
        name: the sequence, as SQL.
        table: the table, as SQL.
        column: the column's name, as SQL.
        bounds: the sequence's; where the rows are outside of them, or behind it, it stays where it is.
        increment: which way it goes.
    """
    furthest, ahead = (f"max({column})", ">=") if increment > 0 else (f"min({column})", "<=")
    inside = "{} BETWEEN {} AND {}".format(furthest, *bounds)
    position = f"SELECT pg_catalog.setval({literal(name)}, {furthest}) FROM {table}"
    condition = f" HAVING {inside} AND {furthest} {ahead} (SELECT last_value FROM {name})"
    return Statement(position + condition, Lock.ACCESS_SHARE)


def taken_over(name: str, source: str, bounds: Bounds) -> Statement:
    """Has a sequence go on where another one stands.

    Args:
        name: the sequence, as SQL.
        source: the other one, as SQL.
        bounds: the sequence's; where the other one stands outside of them it stays where it is.
    """
    within_bounds = "last_value BETWEEN {} AND {}".format(*bounds)
    position = f"SELECT pg_catalog.setval({literal(name)}, last_value, is_called) FROM {source} WHERE {within_bounds}"
    return Statement(position, Lock.ROW_EXCLUSIVE)


def settled(name: str, kinds: tuple[str, str], old: Bounds, new: Bounds, start: int) -> list[Statement]:
    """Statements before ALTER SEQUENCE that bring the position inside of the new bounds; none where it must be inside.

    Args:
        name: the sequence, as SQL.
        kinds: its type before and afterwards.
        old: its bounds before.
        new: its bounds afterwards.
        start: where it goes on when it stands outside of them.
    """
    if new[0] <= old[0] and old[1] <= new[1]:
        return []
    lowest, highest = min(old[0], new[0]), max(old[1], new[1])
    widest = max(kinds, key=lambda kind: TYPES[kind])
    wide = f"ALTER SEQUENCE {name} AS {widest} MINVALUE {lowest} MAXVALUE {highest}"
    inside = f"last_value BETWEEN {new[0]} AND {new[1]}"
    arguments = f"{literal(name)}, CASE WHEN {inside} THEN last_value ELSE {start} END, {inside} AND is_called"
    hazard = Hazard(
        Danger.BEHAVIOUR, f"a sequence that stands outside of its new bounds goes on at {start}: numbers may come again"
    )
    moved = Statement(f"SELECT pg_catalog.setval({arguments}) FROM {name}", Lock.ROW_EXCLUSIVE, (hazard,))
    widened = [] if old == (lowest, highest) else [Statement(wide, Lock.SHARE_ROW_EXCLUSIVE)]
    return [*widened, moved]
