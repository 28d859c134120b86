from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinds.conftest import Plans

TABLE = "CREATE TABLE t (a int, b int)"


def test_target_goes_back_to_the_default_on_every_major(way: Plans) -> None:
    """16 and older store -1 for it, later ones NULL; only those know SET STATISTICS DEFAULT."""
    statistics = "CREATE STATISTICS s ON a, b FROM t"

    for major in (14, 16, 17, 18):
        plan = way(f"{statistics}; ALTER STATISTICS s SET STATISTICS 5", statistics, both=TABLE, major=major)
        assert [step.verb for step in plan.steps] == ["alter"]


def test_statistics_go_silently_with_a_column_they_are_on(way: Plans) -> None:
    plan = way(
        "CREATE TABLE t (a int, b int, c int); CREATE STATISTICS s ON a, b FROM t", "CREATE TABLE t (a int, c int)"
    )

    assert [step.key.kind for step in plan.steps] == ["column"]


def test_statistics_of_a_materialized_view_come_back_with_it(way: Plans) -> None:
    way(
        "CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t; CREATE STATISTICS s ON a, b FROM m",
        "CREATE MATERIALIZED VIEW m AS SELECT a, b, 1 AS c FROM t; CREATE STATISTICS s ON a, b FROM m",
        both=TABLE,
    )
