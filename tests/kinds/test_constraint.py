from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinds.conftest import Plans


def test_statistics_target_of_an_exclusions_expression_is_drift_though_no_dump_shows_it(way: Plans) -> None:
    table = "CREATE TABLE t (r int4range, CONSTRAINT apart EXCLUDE USING gist (r WITH &&, (range_merge(r, r)) WITH &&))"
    set_to = "ALTER INDEX apart ALTER COLUMN 2 SET STATISTICS"

    for major in (14, 18):
        changed = way(f"{set_to} 77", f"{set_to} 500", both=table, major=major)
        reset = way(f"{set_to} 77", "", both=table, major=major)

        assert [step.statement.sql for step in changed.steps] == [
            "ALTER INDEX public.apart ALTER COLUMN 2 SET STATISTICS 500"
        ]
        assert [step.verb for step in reset.steps] == ["alter"]
    way("", f"{table}; {set_to} 77")
