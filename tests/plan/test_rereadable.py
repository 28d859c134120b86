"""Definitions are written so that PostgreSQL reads the expression again that it printed."""

from __future__ import annotations

import pytest

from driftwatch.model.statement import Lock, Statement
from driftwatch.plan.rereadable import rereadable


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        (
            "(s = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            "(s = ANY ((ARRAY['a'::character varying, 'b'::character varying]::character varying[])::text[]))",
        ),
        (  # as it is printed for people, and in extended statistics
            "(s = ANY (ARRAY['a'::character varying, 'b'::character varying]::text[]))",
            "(s = ANY (ARRAY['a'::character varying, 'b'::character varying]::character varying[]::text[]))",
        ),
        ("(n = ANY ((ARRAY[1, 2])::numeric[]))", "(n = ANY ((ARRAY[1, 2]::integer[])::numeric[]))"),
        ("(((a) AND (b)) AND (c))", "(((a) AND (b))::boolean AND (c))"),
        ("(((a) OR (b)) OR (c))", "(((a) OR (b))::boolean OR (c))"),
    ],
)
def test_a_cast_to_the_type_that_it_has_keeps_an_expression(printed: str, written: str) -> None:
    assert rereadable(Statement(printed, Lock.SHARE)) == Statement(written, Lock.SHARE)


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("EXISTS ( SELECT 'a'::text FROM t)", "EXISTS ( SELECT 'a'::text AS \"?column?\" FROM t)"),
        ("( SELECT 1 AS n UNION SELECT (2)::numeric)", '( SELECT 1 AS n UNION SELECT (2)::numeric AS "?column?")'),
        (
            "SELECT DISTINCT ON (a) '-1'::int, t.b, ('x'::text COLLATE \"C\") FROM t;",
            'SELECT DISTINCT ON (a) \'-1\'::int AS "?column?", t.b, (\'x\'::text COLLATE "C") AS "?column?" FROM t;',
        ),
    ],
)
def test_a_column_without_a_name_gets_none(printed: str, written: str) -> None:
    assert rereadable(Statement(printed, Lock.SHARE)) == Statement(written, Lock.SHARE)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'a'::text AS a, b FROM t WHERE (c = 'd'::text)",  # a name; no select list
        "SELECT sum((a)::numeric) FROM t ORDER BY 'a'::text",  # the cast is not the outermost
        "(((a) AND (b)) OR (c))",  # of another kind: the grammar leaves it
        "((a) AND ((b) AND (c)))",  # so it does on the right
        "(x = ANY ((ARRAY[c, 'a'::character varying])::text[]))",  # what type a column has is not to be seen
        "(x = ANY ((ARRAY['a'::character varying(5), 'b'::character varying])::text[]))",  # two types
        "(x = ANY ((ARRAY[9999999999])::numeric[]))",  # no integer
        "CREATE FUNCTION f() AS $$ (((a) AND (b)) AND (c)) ( $$",
        "COMMENT ON TABLE t IS '(((a) AND (b)) AND (c)) ('",
        'SELECT (("a AND b)") AND c) AND d',
        "SELECT E'it\\'s (((a) AND (b)) AND (c))'",
        "(((a) AND (b)) AND (c)",  # brackets that do not match: left alone
    ],
)
def test_everything_else_stays_as_it_is(sql: str) -> None:
    statement = Statement(sql)
    assert rereadable(statement) == statement
