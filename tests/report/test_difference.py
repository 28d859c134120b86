"""The difference: complete on both sides, and the words that changed are marked."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.report.difference import Row, side_by_side, unified
from driftwatch.report.display import lines_of
from report.shop import NEW_TOTAL, OLD_TOTAL

unhurried = settings(deadline=None)  # a busy machine is no failure
lines = st.lists(
    st.sampled_from(["BEGIN", "a int", "a bigint", "a  bigint not null", "", "END;", "b text"]), max_size=30
)


def rows(old: str, new: str) -> list[Row]:
    return [row for block in side_by_side(old, new) for row in block.rows]


def side(found: list[Row], which: int) -> list[str]:
    return ["".join(span.text for span in row[which]) for row in found if row[which] is not None]  # type: ignore[union-attr]


@unhurried
@given(lines, lines)
def test_each_side_reads_as_its_whole_text(old: list[str], new: list[str]) -> None:
    found = rows("\n".join(old), "\n".join(new))
    assert side(found, 0) == lines_of("\n".join(old))
    assert side(found, 1) == lines_of("\n".join(new))


@unhurried
@given(lines, lines)
def test_rows_called_the_same_are_and_no_other(old: list[str], new: list[str]) -> None:
    for row in rows("\n".join(old), "\n".join(new)):
        if row.same:
            assert row.old == row.new
        else:
            assert row.old is None or row.new is None or side([row], 0) != side([row], 1)


def test_the_words_that_changed_are_marked() -> None:
    (row,) = rows("total numeric(10,2)", "total numeric(12,2) NOT NULL")
    assert row.old is not None
    assert row.new is not None
    assert [span.text for span in row.old if span.changed] == ["10"]
    assert [span.text for span in row.new if span.changed] == ["12", " NOT NULL"]


def test_a_line_is_set_against_the_line_it_became_not_against_the_one_in_its_place() -> None:
    found = rows("a integer,\nlast text", "inserted date,\na bigint,\nlast text")
    assert side(found[:1], 1) == ["inserted date,"]
    assert found[0].old is None
    assert (side(found[1:2], 0), side(found[1:2], 1)) == (["a integer,"], ["a bigint,"])


def test_long_equal_stretches_are_folded_and_nothing_is_left_out() -> None:
    old = "\n".join(f"line {n}" for n in range(60))
    blocks = side_by_side(old, old.replace("line 30", "line thirty"))
    assert [block.folded for block in blocks] == [True, False, True]
    assert [len(block.rows) for block in blocks] == [27, 7, 26]


def test_a_short_equal_stretch_is_not_worth_a_fold() -> None:
    assert not any(block.folded for block in side_by_side(OLD_TOTAL, NEW_TOTAL))


def test_a_carriage_return_is_a_difference() -> None:
    (row,) = rows("SELECT 1;\r", "SELECT 1;")
    assert not row.same


def test_the_unified_form_tells_places_only_where_there_are_two() -> None:
    assert unified("a\nb", "a\nc") == " a\n-b\n+c"
    old = "\n".join(map(str, range(40)))
    assert unified(old, old.replace("5\n", "five\n", 1).replace("35", "x")).count("@@ -") == 2
