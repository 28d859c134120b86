from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinds.conftest import Plans


def test_constructors_of_a_range_under_its_columns_make_room_for_the_new_ones(way: Plans) -> None:
    """The functions named after a range and its multirange do not follow when those are renamed."""
    table = "CREATE TABLE t (r r, rs rs)"

    way(
        f"CREATE TYPE r AS RANGE (subtype = float8, multirange_type_name = rs); {table}",
        f"CREATE TYPE r AS RANGE (subtype = float8, multirange_type_name = rs, subtype_diff = float8mi); {table}",
    )


def test_multirange_may_live_in_another_schema(way: Plans) -> None:
    made = "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TYPE a.r AS RANGE (subtype = {}, multirange_type_name = b.rs)"
    table = "CREATE TABLE t (r a.r, rs b.rs)"

    way(f"{made.format('int')}; {table}", f"{made.format('bigint')}; {table}")
