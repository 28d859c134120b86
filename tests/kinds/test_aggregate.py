from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kinds.conftest import Plans

FUNCTIONS = """
    CREATE FUNCTION step(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
    CREATE FUNCTION unstep(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
    CREATE FUNCTION done(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1'
"""
SUM = "CREATE AGGREGATE total(int) (SFUNC = step, STYPE = int{})"


@pytest.mark.parametrize(
    "clauses",
    [
        ", SSPACE = 100",
        ", FINALFUNC = done",
        ", FINALFUNC = done, FINALFUNC_MODIFY = READ_WRITE",
        ", FINALFUNC = done, FINALFUNC_MODIFY = SHAREABLE",
        ", COMBINEFUNC = step",
        ", INITCOND = '0'",
        ", PARALLEL = SAFE",
        ", PARALLEL = RESTRICTED",
        ", MSFUNC = step, MINVFUNC = unstep, MSTYPE = int",
        ", MSFUNC = step, MINVFUNC = unstep, MSTYPE = int, MSSPACE = 9, MINITCOND = '1'",
        ", MSFUNC = step, MINVFUNC = unstep, MSTYPE = int, MFINALFUNC = done, MFINALFUNC_MODIFY = READ_WRITE",
        ", SORTOP = <",
        ", SORTOP = OPERATOR(pg_catalog.>)",
    ],
)
def test_clause_comes_and_goes_in_place(clauses: str, way: Plans) -> None:
    there = way(SUM.format(""), SUM.format(clauses), both=FUNCTIONS)
    back = way(SUM.format(clauses), SUM.format(""), both=FUNCTIONS)

    assert [step.verb for step in (*there.steps, *back.steps)] == ["alter", "alter"]


@pytest.mark.parametrize(
    "aggregate",
    [
        "a(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0')",
        "a(int) (SFUNC = array_append, STYPE = int[], INITCOND = '{}')",
        "a(VARIADIC ints int[]) (SFUNC = array_cat, STYPE = int[])",
        (
            "a(float8 ORDER BY value float8) (SFUNC = ordered_set_transition, STYPE = internal,"
            " FINALFUNC = percentile_cont_float8_final)"
        ),
        (
            "a(ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = mode_final,"
            " FINALFUNC_EXTRA)"
        ),
        (
            'a(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal,'
            " FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL)"
        ),
        '"A ""a"""(x int) (SFUNC = int4pl, STYPE = int)',
    ],
)
def test_every_form_of_arguments_comes_and_goes(aggregate: str, way: Plans) -> None:
    way("", f"CREATE AGGREGATE {aggregate}")
    way(f"CREATE AGGREGATE {aggregate}", "")
