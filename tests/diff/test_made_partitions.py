"""Partitions that a job makes are told from those that somebody made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.diff.compare import compare, drift
from driftwatch.diff.made_partitions import made_partitions
from driftwatch.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from driftwatch.model.snapshot import Snapshot

    Schema = Callable[[str], Snapshot]

PARENT = (
    "CREATE TABLE events2 (at int) PARTITION BY RANGE (at); CREATE TABLE events2_rest PARTITION OF events2 DEFAULT;"
)


def partitions(names: Iterable[str]) -> str:
    parts = "CREATE TABLE {0} PARTITION OF events2 FOR VALUES FROM ({1}) TO ({1} + 1);"
    return PARENT + "".join(parts.format(name, number) for number, name in enumerate(names))


def found(desired: Snapshot, actual: Snapshot) -> dict[str, int]:
    return dict(made_partitions(drift(compare(actual, desired, KINDS)), actual, desired))


def test_many_that_one_side_has_are_told_by_what_their_names_have_in_common(schema: Schema) -> None:
    many = schema(partitions(f"events2_p2026_1{number}" for number in range(5)))
    assert found(schema(PARENT), many) == {"public.events2_p*": 5}
    assert found(many, schema(PARENT)) == {"public.events2_p*": 5}


def test_names_of_any_sort(schema: Schema) -> None:
    quoted = schema(partitions(f'"Events {number}"' for number in range(4)))
    assert found(schema(PARENT), quoted) == {"public.Events *": 4}


def test_a_few_may_have_been_made_by_hand(schema: Schema) -> None:
    assert found(schema(PARENT), schema(partitions(["p1", "p2", "p3"]))) == {}


def test_a_new_table_comes_with_its_partitions(schema: Schema) -> None:
    assert found(schema(""), schema(partitions(["p1", "p2", "p3", "p4"]))) == {}


def test_a_pattern_that_would_hide_something_else_is_not_told(schema: Schema) -> None:
    assert found(schema(PARENT), schema(partitions(["a", "b", "c", "d"]))) == {}
    other = schema(PARENT + "CREATE TABLE p_log ()")
    assert found(other, schema(partitions(["p_1", "p_2", "p_3", "p_4"]))) == {}
