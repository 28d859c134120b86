from __future__ import annotations

import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.catalog import unmodelled
from driftwatch.catalog.connection import NEWEST as UNTRIED
from driftwatch.kinds import KINDS
from driftwatch.model.snapshot import Unmodelled
from support.cases import load_cases
from support.installed import MAJORS, NEWEST, unavailable
from support.schemas import load_everything, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _pytest.mark.structures import ParameterSet

    from driftwatch.model.kind import Kind
    from support.cases import Case
    from support.servers import Database, Databases, Servers

    Everything = Callable[[int], Database]

EACH_MAJOR = [pytest.param(major, marks=() if major == NEWEST else pytest.mark.every_major) for major in MAJORS]
REST = Path(__file__).parent / "rest.sql"

# Rows that several objects of a kind share, or that no key of ours stands for: public, plpgsql, the owner of a column's
# sequence.
COUNTED_OTHERWISE = frozenset(
    {
        "schema",
        "extension",
        "owner",
        "grant",
        "system grant",
        "comment",
        "default privilege",
        unmodelled.PRIVILEGES,
    }
)


def found(
    database: Database, kinds: Iterable[Kind] = KINDS, version: int | None = None, user: str = ""
) -> list[Unmodelled]:
    """What the query says, asked as driftwatch asks."""
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        connection.execute("SET search_path = ''")
        connection.execute(f"SET ROLE {user}".encode() if user else b"SELECT")
        query = unmodelled.query(kinds, version or connection.info.server_version)
        return sorted(Unmodelled(*row) for row in connection.execute(query.encode()).fetchall())


def there(database: Database) -> Counter[str]:
    """How many objects of each kind the table's own SQL finds."""
    return counted(row.what for row in found(database, ()))


def read(database: Database) -> Counter[str]:
    """How many objects of each kind the kinds read."""
    return counted(key.kind.replace("_", " ") for key in snapshot_of(database).objects)


def counted(whats: Iterable[str]) -> Counter[str]:
    return Counter(what for what in whats if what not in COUNTED_OTHERWISE)


def parameter(case: Case) -> ParameterSet:
    """One of thirty runs by default: a schema with an object of every kind is counted each time."""
    marks = () if zlib.crc32(case.name.encode()) % 30 == 0 else pytest.mark.every_major
    return pytest.param(case, id=case.name, marks=marks)


def rows(database: Database, sql: str) -> list[tuple[str, str]]:
    """What is reported for an object of nearly no kind at all."""
    database.execute(sql)
    return [(row.what, row.name) for row in found(database)]


@pytest.fixture(scope="module")
def everything(server: Servers) -> Iterator[Everything]:
    """`everything(major)`: a database with objects of every kind, which is only read."""
    made: dict[int, Database] = {}

    def of(major: int) -> Database:
        if major not in made:
            made[major] = server(major).create()
            load_everything(made[major])
            made[major].load(REST)
        return made[major]

    yield of
    for database in made.values():
        database.drop()


def test_every_kind_stands_in_the_table_once() -> None:
    listed = Counter(entry.kind for entry in unmodelled.ENTRIES if entry.kind)
    assert listed == Counter(kind.name for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_without_a_kind_its_objects_are_unmodelled(kind: Kind, everything: Everything) -> None:
    rest = [other for other in KINDS if other is not kind]
    assert {row.what for row in found(everything(NEWEST), rest)} == {kind.name.replace("_", " ")}


@pytest.mark.parametrize("major", EACH_MAJOR)
def test_with_every_kind_nothing_of_theirs_is_unmodelled(major: int, everything: Everything) -> None:
    assert found(everything(major)) == []


@pytest.mark.parametrize("major", EACH_MAJOR)
def test_the_kinds_read_every_row_that_the_table_says_is_theirs(major: int, everything: Everything) -> None:
    assert read(everything(major)) == there(everything(major))


@pytest.mark.parametrize("case", [parameter(case) for case in load_cases() if NEWEST in case.majors])
def test_the_kinds_read_every_row_of_a_golden_case(case: Case, database: Databases, server: Servers) -> None:
    lacking = server(NEWEST).lacks(case.needs)
    if lacking:
        unavailable(f"PostgreSQL {NEWEST} here lacks {', '.join(sorted(lacking))}")
    server(NEWEST).ensure_roles(case.roles)
    loaded = database()
    loaded.load(case.new)
    assert read(loaded) == there(loaded)
    assert unmodelled.asked_for(found(loaded), ()) == ()


def test_comments_on_what_postgresql_makes_along_are_unmodelled(database: Databases) -> None:
    made = """
        CREATE TABLE t (a int); CREATE TYPE r AS RANGE (SUBTYPE = int, MULTIRANGE_TYPE_NAME = rs);
        CREATE VIEW v AS SELECT 1 AS a; CREATE TABLE p (a int) PARTITION BY LIST (a);
        CREATE TABLE part PARTITION OF p DEFAULT;
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE CONSTRAINT TRIGGER k AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
        CREATE TRIGGER tr AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f();
        COMMENT ON TRIGGER k ON t IS 'read'; COMMENT ON TRIGGER tr ON p IS 'read'; COMMENT ON TYPE r IS 'read'"""
    said = ("TYPE t", "TYPE t[]", "TYPE rs", 'RULE "_RETURN" ON v', "CONSTRAINT k ON t", "TRIGGER tr ON part")
    comments = "; ".join(f"COMMENT ON {what} IS 'not read'" for what in said)

    told = {name for what, name in rows(database(), f"{made}; {comments}") if what == "comment on what came along"}

    assert told == {
        "type public.t",
        "type public.t[]",
        "type public.rs",
        'rule "_RETURN" on public.v',
        "table constraint k on public.t",
        "trigger tr on public.part",
    }


def apart(database: Database, *, swap: bool) -> Database:
    """Two statements that make the same schema with other oids and other column numbers."""
    database.execute("CREATE TABLE junk (a int); CREATE TYPE rubbish AS ENUM ('x'); DROP TABLE junk; DROP TYPE rubbish")
    database.execute(
        """CREATE SCHEMA a; CREATE TABLE a.t (gone int, x int, y text); ALTER TABLE a.t DROP COLUMN gone;
           CREATE TABLE a.u (x int)"""
        if swap
        else "CREATE SCHEMA a; CREATE TABLE a.u (x int); CREATE TABLE a.t (x int, y text)"
    )
    database.execute(
        """CREATE TYPE a.mood AS ENUM ('sad', 'glad'); CREATE TYPE a.pair AS (m a.mood, n int);
           ALTER TABLE a.t ADD CHECK (x > 0), ADD UNIQUE (y); CREATE INDEX ON a.t (lower(y)) WHERE x > 1;
           CREATE VIEW a.v AS SELECT x, y FROM a.t; CREATE POLICY p ON a.t TO alice USING (x = 1);
           CREATE FUNCTION a.f(a.mood) RETURNS a.pair LANGUAGE sql AS 'SELECT $1, 1';
           CREATE CAST (int AS a.mood) WITH INOUT;
           CREATE AGGREGATE a.total(int) (SFUNC = int4pl, STYPE = int); CREATE DOMAIN a.d AS int CHECK (VALUE > 0);
           ALTER DEFAULT PRIVILEGES IN SCHEMA a GRANT SELECT ON TABLES TO bob, alice; GRANT SELECT ON a.t TO bob;
           COMMENT ON COLUMN a.t.y IS 'y'"""
    )
    return database


def test_equal_objects_have_equal_rows_whatever_their_oids(database: Databases, server: Servers) -> None:
    server(NEWEST).ensure_roles(("alice", "bob"))
    one, other = apart(database(), swap=False), apart(database(), swap=True)
    assert one.execute("SELECT 'a.t'::regclass::oid") != other.execute("SELECT 'a.t'::regclass::oid")
    assert found(one, ()) == found(other, ())
    assert len(found(one, ())) > 20


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CREATE CAST (int AS mood) WITH INOUT", "CREATE CAST (int AS mood) WITH INOUT AS ASSIGNMENT"),
        ("CREATE OPERATOR CLASS c FOR TYPE mood USING hash AS STORAGE mood", "COMMENT ON TYPE mood IS 'x'"),
        ("COMMENT ON TYPE mood IS 'x'", "COMMENT ON TYPE mood IS 'y'"),
        ("CREATE COLLATION c (locale = 'C')", "CREATE COLLATION c (locale = 'POSIX')"),
        ("CREATE TABLE t (a int DEFAULT 1)", "CREATE TABLE t (a int DEFAULT 2)"),
        ("CREATE TABLE t (a int)", "CREATE TABLE t (a text)"),
        ("CREATE TABLE t (a int CHECK (a > 1))", "CREATE TABLE t (a int CHECK (a > 2))"),
        ("CREATE FUNCTION f() RETURNS int RETURN 1", "CREATE FUNCTION f() RETURNS int RETURN 2"),
        ("CREATE SEQUENCE s", "CREATE SEQUENCE s START 3"),
        ("ALTER TYPE mood ADD VALUE 'b'", "ALTER TYPE mood ADD VALUE 'b' BEFORE 'a'"),
    ],
)  # fmt: skip
def test_different_definitions_have_different_rows(old: str, new: str, database: Databases) -> None:
    one, other = database(), database()
    one.execute(f"CREATE TYPE mood AS ENUM ('a'); {old}")
    other.execute(f"CREATE TYPE mood AS ENUM ('a'); {new}")
    assert found(one, ()) != found(other, ())


@pytest.mark.parametrize("major", EACH_MAJOR)
def test_a_role_that_may_only_connect_can_ask(major: int, everything: Everything) -> None:
    everything(major).server.ensure_roles(("nobody_special",))
    asked = found(everything(major), (), user="nobody_special")
    assert {row.what for row in asked} == {row.what for row in found(everything(major), ())}
    assert found(everything(major), user="nobody_special") == []


def test_what_was_made_in_a_system_schema_is_told(database: Databases) -> None:
    sql = "CREATE FUNCTION pg_catalog.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    assert rows(database(), sql) == [("object in a system schema", "function pg_catalog.mine()")]


def test_what_was_put_on_an_extensions_table_is_told_but_nothing_of_its_own(database: Databases) -> None:
    made = database()
    made.execute("CREATE TABLE taken (a int PRIMARY KEY CHECK (a > 0)); CREATE INDEX own ON taken (a)")
    made.execute("CREATE EXTENSION hstore; ALTER EXTENSION hstore ADD TABLE taken")
    assert found(made) == []
    later = """CREATE INDEX later ON taken (a); ALTER TABLE taken ADD CONSTRAINT c CHECK (a < 9);
               CREATE POLICY p ON taken; CREATE STATISTICS s ON a, (a + 1) FROM taken;
               CREATE RULE r AS ON DELETE TO taken DO NOTHING;
               CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
               CREATE TRIGGER t BEFORE INSERT ON taken FOR EACH ROW EXECUTE FUNCTION f()"""
    assert rows(made, later) == [
        ("object on an extension's table", name)
        for name in (
            "index public.later",
            "policy p on public.taken",
            "rule r on public.taken",
            "statistics object public.s",
            "table constraint c on public.taken",
            "trigger t on public.taken",
        )
    ]


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        (
            "CREATE EXTENSION pg_stat_statements; GRANT SELECT (query) ON pg_stat_statements TO alice",
            "view column public.pg_stat_statements.query",
        ),
        ("CREATE TABLE t (); REVOKE USAGE ON TYPE t FROM PUBLIC", "type public.t"),
        ("REVOKE USAGE ON LANGUAGE sql FROM PUBLIC", "language sql"),
    ],
)  # fmt: skip
def test_privileges_that_no_grant_of_ours_stands_for_are_told(
    sql: str, name: str, database: Databases, server: Servers
) -> None:
    server(NEWEST).ensure_roles(("alice",))
    assert rows(database(), sql) == [(unmodelled.PRIVILEGES, name)]


def test_privileges_taken_and_given_back_are_not_told(database: Databases) -> None:
    sql = "REVOKE USAGE ON LANGUAGE sql FROM PUBLIC; GRANT USAGE ON LANGUAGE sql TO PUBLIC"
    assert rows(database(), sql) == []


def test_privileges_count_only_where_grants_are_compared() -> None:
    told = Unmodelled(unmodelled.PRIVILEGES, "function f()", "1"), Unmodelled("column option", "t.a", "1")
    assert unmodelled.asked_for(told, {"owners"}) == told[1:]
    assert unmodelled.asked_for(told, {"owners", "grants"}) == told


@pytest.mark.parametrize(
    ("name", "found_in"),
    [
        ("public.t.a", "public"),
        ("function app.f(public.mood)", "app"),
        ('trigger t on "My ""app".t', 'My "app'),
        ("language plpgsql", ""),
    ],
)
def test_with_a_scope_only_what_is_in_its_schemas_counts(name: str, found_in: str) -> None:
    row = Unmodelled("column option", name, "1")
    assert unmodelled.asked_for([row], (), ["other", "x*"]) == ()
    assert unmodelled.asked_for([row], (), [found_in]) == ((row,) if found_in else ())
    assert unmodelled.asked_for([row], (), ()) == (row,)


def test_a_partition_whose_detaching_was_broken_off_is_told(database: Databases) -> None:
    sql = """CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
             SET allow_system_table_mods = on; UPDATE pg_inherits SET inhdetachpending = true"""
    assert ("partition being detached", "public.t1") in rows(database(), sql)


def test_a_domain_with_two_not_nulls_is_told(database: Databases) -> None:
    sql = "CREATE DOMAIN d AS int CONSTRAINT a NOT NULL CONSTRAINT b NOT NULL; CREATE DOMAIN e AS int NOT NULL"
    assert rows(database(17), sql) == [("domain with two NOT NULLs", "public.d")]


def test_an_option_of_a_column_that_the_manual_does_not_know_is_told(database: Databases) -> None:
    sql = """CREATE TABLE t (a int, b int, c int); ALTER TABLE t ALTER c SET (n_distinct = 3);
             SET allow_system_table_mods = on;
             UPDATE pg_attribute SET attoptions = '{magic=1}' WHERE attrelid = 't'::regclass AND attname = 'a';
             UPDATE pg_attribute SET attoptions = '{pg_attver=7}' WHERE attrelid = 't'::regclass AND attname = 'b'"""
    assert rows(database(), sql) == [("column option", "public.t.a")]


def test_on_a_newer_server_what_is_new_is_told(database: Databases) -> None:
    made = database()
    made.execute("""CREATE TABLE t (a int CHECK (a > 0)); SET allow_system_table_mods = on;
                    UPDATE pg_constraint SET contype = 'z' WHERE conname = 't_a_check';
                    INSERT INTO pg_depend SELECT 'pg_seclabel'::regclass, 20000, 0, tableoid, oid, 0, 'n' FROM pg_class
                    WHERE relname = 't'""")
    assert [(row.what, row.name) for row in found(made, version=UNTRIED)] == [
        ("constraint of an unknown sort", "t_a_check on public.t"),
        ("objects of an unknown class", "pg_seclabel"),
    ]


def test_a_temporary_table_is_nobodys_schema(database: Databases) -> None:
    with psycopg.connect(database().conninfo, autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE t (a serial PRIMARY KEY CHECK (a > 0), b text DEFAULT 'x')")
        connection.execute("COMMENT ON COLUMN pg_temp.t.a IS 'x'; GRANT SELECT ON pg_temp.t TO PUBLIC")
        connection.execute("CREATE VIEW pg_temp.v AS SELECT a FROM pg_temp.t; CREATE INDEX ON pg_temp.t (lower(b))")
        connection.execute("SET search_path = ''")
        found = connection.execute(unmodelled.query((), UNTRIED - 1).encode()).fetchall()
        assert [what for what, *_ in found] == ["database"]
