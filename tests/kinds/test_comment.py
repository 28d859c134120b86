from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.model.key import Key, parse_key

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (Key("comment", ("table public.t", "")), "comment on table public.t"),
        (Key("comment", ('view public."v: to"', "we: to")), 'comment on view public."v: to": "we: to"'),
        (
            Key("grant", ("function public.f(integer)", "", "public", "")),
            "grant on function public.f(integer) to public",
        ),
        (
            Key("grant", ('table public." by "', "a to b", "to", "for by")),
            'grant on table public." by ": "a to b" to "to" by "for by"',
        ),
        (Key("default_privilege", ("app", "", "tables", "on")), 'default_privilege for app on tables to "on"'),
        (Key("security_label", ("table public.t", "", "x y")), 'security_label on table public.t for "x y"'),
        (Key("owner", ('operator public."<>"(NONE, integer)',)), 'owner on operator public."<>"(NONE, integer)'),
        (Key("cast", ("integer AS public.mood",)), "cast (integer AS public.mood)"),
    ],
)
def test_text_of_a_key_in_words_reads_back_whatever_the_names_hold(key: Key, text: str) -> None:
    assert str(key) == text
    assert parse_key(text) == key


def test_comment_that_an_extension_brought_is_not_the_users(database: Databases, snapshot: Reads) -> None:
    extended = database()
    extended.execute("CREATE EXTENSION hstore")

    assert Key("comment", ("extension hstore", "")) not in snapshot(extended).objects


def test_comment_on_an_extension_is_changed_removed_and_put_back(way: Plans) -> None:
    own, none = "COMMENT ON EXTENSION hstore IS 'ours'", "COMMENT ON EXTENSION hstore IS NULL"
    extension = "CREATE EXTENSION hstore"
    original = "COMMENT ON EXTENSION hstore IS 'data type for storing sets of (key, value) pairs'"

    forth = way("", own, both=extension)
    back = way(own, "", both=extension)
    gone = way(own, none, both=extension)
    again = way(none, "", both=extension)

    said = [[step.statement.sql for step in plan.steps] for plan in (forth, back, gone, again)]
    assert said == [[own], [original], [none], [original]]


def test_comments_on_what_is_a_part_of_something_else_are_read_and_written(way: Plans) -> None:
    made = """
        CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int CONSTRAINT n_there NOT NULL);
        CREATE VIEW v AS SELECT id FROM t;
        CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
        CREATE TYPE p AS (a int);
        CREATE DOMAIN d AS int CONSTRAINT d_there NOT NULL"""
    comments = [
        "INDEX public.t_pkey",
        "SEQUENCE public.t_id_seq",
        "CONSTRAINT n_there ON public.t",
        "CONSTRAINT d_there ON DOMAIN public.d",
        "COLUMN public.v.id",
        "COLUMN public.m.id",
        "COLUMN public.p.a",
    ]

    plan = way("", "; ".join(f"COMMENT ON {subject} IS 'x'" for subject in comments), both=made)

    assert sorted(step.statement.sql for step in plan.steps) == sorted(f"COMMENT ON {s} IS 'x'" for s in comments)


def test_comment_goes_silently_with_the_part_that_carries_it(way: Plans) -> None:
    plan = way(
        """CREATE TYPE p AS (a int, b int); COMMENT ON COLUMN p.b IS 'x';
           CREATE TABLE t (id int NOT NULL GENERATED ALWAYS AS IDENTITY); COMMENT ON SEQUENCE t_id_seq IS 'x'""",
        "CREATE TYPE p AS (a int); CREATE TABLE t (id int NOT NULL)",
    )

    assert not [step for step in plan.steps if step.key.kind == "comment"]


def test_comment_on_an_identity_sequence_outlives_its_new_name(way: Plans) -> None:
    table = "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME {0})); COMMENT ON SEQUENCE {0} IS 'x'"

    plan = way(table.format("a"), table.format("b"))

    assert {step.key.kind for step in plan.steps} == {"column"}
