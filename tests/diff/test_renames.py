from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.config.renames import parse_rename
from driftwatch.diff.compare import compare, drift
from driftwatch.diff.renames import RANKED, candidates, renamed
from driftwatch.kinds import KINDS
from driftwatch.model.key import parse_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from driftwatch.model.comparison import RenameCandidate
    from driftwatch.model.snapshot import Snapshot

    Schema = Callable[[str], Snapshot]

BY_NAME = {kind.name: kind for kind in KINDS}


def found(old: Snapshot, new: Snapshot) -> tuple[RenameCandidate, ...]:
    return candidates(drift(compare(old, new, KINDS)), old, new, KINDS)[0]


PEOPLE = """CREATE TABLE {0} (id int CONSTRAINT {0}_pkey PRIMARY KEY, email text NOT NULL, born date, {1});
            CREATE INDEX {0}_born ON {0} (born)"""
FUNCTION = """CREATE FUNCTION {}() RETURNS int LANGUAGE plpgsql AS $$
    DECLARE
        a int;
    BEGIN
        a := {};
        RETURN a;
    END $$"""


@pytest.mark.parametrize(
    ("old", "new", "option", "sql"),
    [
        ("CREATE TABLE t (id int, email text NOT NULL)", "CREATE TABLE t (id int, mail text NOT NULL)",
         "column public.t.email = mail", "ALTER TABLE public.t RENAME COLUMN email TO mail"),
        ("CREATE TABLE t (a int); CREATE INDEX i ON t (a) WHERE a > 1",
         "CREATE TABLE t (a int); CREATE INDEX j ON t (a) WHERE a > 1",
         "index public.i = j", "ALTER INDEX public.i RENAME TO j"),
        ("CREATE TABLE t (a int CONSTRAINT c CHECK (a > 1))", 'CREATE TABLE t (a int CONSTRAINT "D 1" CHECK (a > 1))',
         'constraint public.t.c = "D 1"', 'ALTER TABLE public.t RENAME CONSTRAINT c TO "D 1"'),
        (PEOPLE.format("users", "x int"), PEOPLE.format("people", "x int"),
         "table public.users = people", "ALTER TABLE public.users RENAME TO people"),
        ("CREATE TYPE mood AS ENUM ('a', 'b')", "CREATE TYPE state AS ENUM ('a', 'b')",
         "enum public.mood = state", "ALTER TYPE public.mood RENAME TO state"),
        ("CREATE VIEW v AS SELECT 1 AS a, 2 AS b", "CREATE VIEW w AS SELECT 1 AS a, 2 AS b",
         "view public.v = w", "ALTER VIEW public.v RENAME TO w"),
        ("CREATE FUNCTION f(int) RETURNS int RETURN $1", "CREATE FUNCTION g(int) RETURNS int RETURN $1",
         "function public.f(integer) = g", "ALTER FUNCTION public.f(integer) RENAME TO g"),
        ("CREATE TABLE t (a serial)", "CREATE TABLE t (a serial); ALTER SEQUENCE t_a_seq RENAME TO numbers",
         "sequence public.t_a_seq = numbers", "ALTER SEQUENCE public.t_a_seq RENAME TO numbers"),
        ("CREATE TABLE t (); CREATE POLICY p ON t USING (true)", "CREATE TABLE t (); CREATE POLICY q ON t USING (true)",
         "policy public.t.p = q", "ALTER POLICY p ON public.t RENAME TO q"),
    ],
)  # fmt: skip
def test_the_same_but_for_the_name_is_a_rename(old: str, new: str, option: str, sql: str, schema: Schema) -> None:
    (candidate,) = found(schema(old), schema(new))
    assert candidate.likeness == 1
    assert candidate.option == option
    assert candidate.sql == sql
    said = parse_rename(candidate.option)
    assert said.old == candidate.old
    assert renamed(BY_NAME[said.old.kind], said.old, said.new) == candidate.new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CREATE TABLE t (id int, email text)", "CREATE TABLE t (id int, mail varchar(90))"),
        ("CREATE TABLE t (id int, email text)", "CREATE TABLE t (id int, mail text NOT NULL)"),
        ("CREATE TABLE t (a int); CREATE INDEX i ON t (a)", "CREATE TABLE t (a int); CREATE UNIQUE INDEX j ON t (a)"),
        ("CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE INDEX i ON t (a)",
         "CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE INDEX j ON u (a)"),
        ("CREATE TABLE users (id int, email text, born date)", "CREATE TABLE orders (id int, at date, amount money)"),
        ("CREATE SCHEMA s; CREATE VIEW v AS SELECT 1 AS a", "CREATE SCHEMA s; CREATE VIEW s.w AS SELECT 1 AS a"),
        ("CREATE FUNCTION f(int) RETURNS int RETURN 1", "CREATE FUNCTION g(text) RETURNS int RETURN 1"),
        ("CREATE VIEW v AS SELECT 1 AS a", "CREATE TABLE w (a int)"),
        ("CREATE VIEW v AS SELECT 1 AS a", "CREATE VIEW w AS SELECT 2 AS a"),
    ],
)  # fmt: skip
def test_another_shape_kind_or_place_is_no_rename(old: str, new: str, schema: Schema) -> None:
    assert found(schema(old), schema(new)) == ()


def test_a_table_that_gained_a_column_is_likely_still_the_same(schema: Schema) -> None:
    (candidate,) = found(schema(PEOPLE.format("users", "x int")), schema(PEOPLE.format("people", "x int, y text")))
    assert 0.8 < candidate.likeness < 1
    (altered,) = found(schema(PEOPLE.format("users", "x int")), schema(PEOPLE.format("people", "x bigint")))
    assert 0.8 < altered.likeness < 1


def test_a_function_with_one_line_changed_is_likely_still_the_same(schema: Schema) -> None:
    (candidate,) = found(schema(FUNCTION.format("f", 1)), schema(FUNCTION.format("g", 2)))
    assert 0.7 <= candidate.likeness < 1


def test_of_several_fitting_names_the_closest_is_asked_about_and_each_object_once(schema: Schema) -> None:
    old = schema("CREATE TABLE t (id int, phone text, street text)")
    new = schema("CREATE TABLE t (id int, street_name text, note text, phone_number text)")
    assert [candidate.option for candidate in found(old, new)] == [
        "column public.t.street = street_name",
        "column public.t.phone = phone_number",
    ]


def test_what_comes_and_goes_with_a_table_is_not_asked_about(schema: Schema) -> None:
    old = schema("CREATE TABLE users (id serial PRIMARY KEY, email text, born date)")
    new = schema("CREATE TABLE people (id serial PRIMARY KEY, email text, born date)")
    assert [candidate.option for candidate in found(old, new)] == ["table public.users = people"]


def test_an_index_on_a_renamed_column_is_not_asked_about(schema: Schema) -> None:
    sql = "CREATE TABLE t (id int, {0} text); CREATE INDEX t_{0} ON t ({0})"
    options = [candidate.option for candidate in found(schema(sql.format("email")), schema(sql.format("mail")))]
    assert options == ["column public.t.email = mail"]


def test_one_partition_for_another_is_no_rename(schema: Schema) -> None:
    sql = "CREATE TABLE e (at int) PARTITION BY LIST (at); CREATE TABLE e_{0} PARTITION OF e FOR VALUES IN ({0})"
    assert found(schema(sql.format(1)), schema(sql.format(2))) == ()


def test_no_more_than_a_bound_is_ranked_and_the_rest_is_said(schema: Schema) -> None:
    def tables(name: str, extra: str) -> str:
        return ";".join(
            f"CREATE TABLE {name}{n} (a int, b int, c int, d int, e int, {extra}{n} text)" for n in range(8)
        )

    old, new = schema(tables("old", "x")), schema(tables("new", "y"))
    likely, untried = candidates(drift(compare(old, new, KINDS)), old, new, KINDS)
    assert len(likely) <= 8
    assert untried == (
        f"not tried as renames: {64 - RANKED} pairs of dropped and added objects of kind table are somewhat alike",
    )


def test_a_crowd_of_like_objects_is_said_not_tried(schema: Schema) -> None:
    old, new = (schema(";".join(f"CREATE SEQUENCE {name}{n}" for n in range(101))) for name in "ab")
    likely, untried = candidates(drift(compare(old, new, KINDS)), old, new, KINDS)
    assert likely == ()
    assert untried == ("not tried as renames: 101 dropped and 101 added objects of kind sequence are alike",)


def test_no_changes_no_candidates(schema: Schema) -> None:
    assert candidates([], schema(""), schema(""), KINDS) == ((), ())


def test_the_new_key_of_a_routine_keeps_its_arguments() -> None:
    key = parse_key("function public.f(integer, text)")
    assert str(renamed(BY_NAME["function"], key, "G")) == 'function public."G"(integer, text)'
