"""A dump is cut where its objects begin, and nothing of it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.observer.compare import compare
from driftwatch.observer.dump import dump_schema
from driftwatch.observer.entries import Entry, entries
from driftwatch.observer.errors import ObserverError
from driftwatch.observer.lexer import items
from driftwatch.sql import dollar_quote, literal, qualify
from support.installed import MAJORS

if TYPE_CHECKING:
    from observer.conftest import BaseOf

FRAME = (
    "--\n-- PostgreSQL database dump\n--\n\n\\restrict x\n\nSET client_encoding = 'UTF8';\n\n"
    "{}--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict x\n\n"
)
HEADER = "--\n-- Name: {name}; Type: {kind}; Schema: {schema}; Owner: {owner}\n--\n\n{sql}\n\n\n"

PIECES = """ ' " $ $$ $x$ ; -- /* \\ , ( ] e E' x é """.split()
LOOK_ALIKES = (
    "\n--\n-- Name: a; Type: TABLE; Schema: b; Owner: c\n--\n",
    "\n\\restrict x\n",
    "\nSET default_tablespace = '';\n",
    "; Type: T",
)
NASTY = st.lists(st.sampled_from((*PIECES, " ", "\n", *LOOK_ALIKES)), min_size=1, max_size=8).map("".join)


def written(kind: str, schema: str, name: str, sql: str) -> str:
    one_line = {key: text.replace("\n", " ") for key, text in {"schema": schema, "name": name}.items()}
    return HEADER.format(kind=kind, owner="o", sql=sql, **one_line)


@settings(deadline=None)  # a busy machine proves nothing
@given(st.lists(st.tuples(NASTY, NASTY), max_size=4))
def test_an_entry_ends_where_the_next_begins_whatever_names_and_bodies_hold(objects: list[tuple[str, str]]) -> None:
    expected, dump, schema = [], "", "s"
    for name, body in objects:
        comment = f"COMMENT ON TABLE {qualify(schema, name)} IS {literal(body)};"
        function = (
            f"CREATE FUNCTION {qualify(schema, name)}() RETURNS text\n    LANGUAGE sql\n    AS {dollar_quote(body)};"
        )
        dump += written("COMMENT", schema, f"TABLE {name}", comment)
        dump += written("FUNCTION", schema, name, f"{function}\n\n\n{comment}")
        expected += [("COMMENT", comment), ("FUNCTION", f"{function}\n{comment}")]
    assert [(entry.kind, entry.sql) for entry in entries(FRAME.format(dump))] == expected


@settings(deadline=None)  # a busy machine proves nothing
@given(st.lists(NASTY.map(literal) | NASTY.map(qualify) | NASTY.map(dollar_quote), min_size=1))
def test_a_list_is_cut_at_its_own_commas_only(texts: list[str]) -> None:
    bracketed = [text if n % 2 else f"f(1, {text})[2, 3]" for n, text in enumerate(texts)]
    assert items(" , ".join(bracketed)) == tuple(bracketed)


@pytest.mark.parametrize("major", MAJORS)
def test_every_statement_of_a_dump_is_in_an_entry(major: int, base: BaseOf) -> None:
    dump, end, between = dump_schema(base(major).pg_dump, base(major).database.conninfo), 0, ""
    for entry in base(major).entries:
        for statement in entry.statements[entry.sql.startswith("SET default_table") :]:
            start = dump.index(statement, end)
            between += dump[end:start]
            end = start + len(statement)
    frame = ("--", "\\", "SET ", "SELECT pg_catalog.set_config('search_path', '', false);")
    assert [line for line in (between + dump[end:]).splitlines() if line.strip() and not line.startswith(frame)] == []


def test_names_are_read_from_the_last_fields_of_a_header(base: BaseOf) -> None:
    found = {(entry.kind, entry.schema, entry.name) for entry in base(MAJORS[-1]).entries}
    assert ("TABLE", 'odd "schema"; -- x', "tab; Type: VIEW; Schema: x; Owner: y") in found
    assert ("VIEW", 'odd "schema"; -- x', 'v"iew') in found
    assert "fake" not in {name for _, _, name in found}


def test_an_access_method_is_said_of_the_tables_that_have_it_alone(base: BaseOf) -> None:
    said = [entry.name for entry in base(MAJORS[-1]).entries if entry.sql.startswith("SET default_table_access_method")]
    assert said == ["other_method"]


def test_a_partitioned_table_has_no_access_method_by_its_place() -> None:
    dump = FRAME.format(
        "SET default_table_access_method = heap2;\n\n"
        + written("TABLE", "s", "stored", "CREATE TABLE s.stored (\n    a integer\n);")
        + written("TABLE", "s", "split", "CREATE TABLE s.split (\n    a integer\n)\nPARTITION BY LIST (a);")
    )
    assert [entry.statements[0][:12] for entry in entries(dump)] == ["SET default_", "CREATE TABLE"]


def test_a_database_without_objects_has_no_entries() -> None:
    assert entries(FRAME.format("")) == entries("") == ()


@pytest.mark.parametrize("end", [-30, -100, 200, 40])
def test_a_dump_that_is_cut_off_is_refused(end: int) -> None:
    whole = FRAME.format(written("COMMENT", "s", "TABLE t", "COMMENT ON TABLE s.t IS 'it''s; so';"))
    with pytest.raises(ObserverError, match="not whole"):
        entries(whole[:end])


def test_a_header_in_a_new_form_is_refused() -> None:
    with pytest.raises(ObserverError, match="unknown form: 'x; Kind: T'"):
        entries(FRAME.format("--\n-- Name: x; Kind: T\n--\n\nSELECT 1;\n\n\n"))


def test_an_entry_does_not_show_its_statements() -> None:
    assert "secret" not in repr(Entry("USER MAPPING", "-", "m", "o", ("CREATE … 'secret';",)))


def test_the_roles_of_a_policy_have_no_order() -> None:
    sql = "CREATE POLICY p ON s.t FOR SELECT TO {} USING ((a = 'TO x, y'::text)) WITH CHECK ((\"TO\" = 1));"
    policies = [
        Entry("POLICY", "s", "t p", "o", (sql.format(roles),))
        for roles in ('alice, "b, ob"', '"b, ob", alice', "alice")
    ]
    assert compare(policies[:1], policies[1:2]) == ()
    assert len(compare(policies[:1], policies[2:])) == 1


def test_namesakes_are_paired_by_owner_then_by_likeness() -> None:
    def named(owner: str, sql: str) -> Entry:
        return Entry("DEFAULT ACL", "-", "DEFAULT PRIVILEGES FOR TABLES", owner, (sql,))

    left = [named("a", "x one"), named("b", "x two"), named("c", "other")]
    right = [named("b", "x one!"), named("a", "x two!"), named("d", "other!")]
    assert {(each.left, each.right) for each in compare(left, right)} == {
        ("x one", "x two!"),
        ("x two", "x one!"),
        ("other", "other!"),
    }


def test_a_namesake_too_many_is_extra_and_one_too_few_missing() -> None:
    one, two = (Entry("TABLE", "s", "t", "o", (sql,)) for sql in ("CREATE TABLE a (x);", "CREATE TABLE b (y);"))
    assert [(each.what, each.right) for each in compare([one], [one, two])] == [("extra", two.sql)]
    assert [(each.what, each.left) for each in compare([one, one], [one])] == [("missing", one.sql)]
