"""Two databases observed: what is alike is called alike, however it came to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.observer.compare import render
from driftwatch.observer.dump import DumpOptions, dump_schema
from driftwatch.observer.observe import observe
from support.installed import MAJORS, NEWEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from driftwatch.observer.compare import Disagreement
    from observer.conftest import BaseOf
    from support.servers import Database, Databases

ORDERED = """
    CREATE TABLE t (a integer DEFAULT 1, b text, c numeric CHECK (c > 0), "D, (" text DEFAULT ARRAY['x', ',']::text);
    ALTER TABLE t ALTER a SET STATISTICS 5, ALTER b SET STORAGE EXTERNAL, ALTER c SET (n_distinct = 3);
    CREATE STATISTICS s ON b, a, c FROM t;
    GRANT SELECT (a, b) ON t TO alice;
    CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b)) PARTITION BY LIST (a);
    CREATE TABLE q (a integer NOT NULL, b integer NOT NULL);
    ALTER TABLE p ATTACH PARTITION q FOR VALUES IN (1);
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER r FOREIGN DATA WRAPPER w;
    CREATE FOREIGN TABLE f (a integer OPTIONS (x '1'), b text OPTIONS (x '2')) SERVER r;
    CREATE PUBLICATION pub FOR TABLE t (a, b)"""
REORDERED = """
    CREATE TABLE t ("D, (" text DEFAULT ARRAY['x', ',']::text, c numeric CHECK (c > 0), b text, a integer DEFAULT 1);
    ALTER TABLE t ALTER a SET STATISTICS 5, ALTER b SET STORAGE EXTERNAL, ALTER c SET (n_distinct = 3);
    CREATE STATISTICS s ON b, a, c FROM t;
    GRANT SELECT (a, b) ON t TO alice;
    CREATE TABLE p (b integer, a integer, PRIMARY KEY (a, b)) PARTITION BY LIST (a);
    CREATE TABLE q (b integer NOT NULL, a integer NOT NULL);
    ALTER TABLE p ATTACH PARTITION q FOR VALUES IN (1);
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER r FOREIGN DATA WRAPPER w;
    CREATE FOREIGN TABLE f (b text OPTIONS (x '2'), a integer OPTIONS (x '1')) SERVER r;
    CREATE PUBLICATION pub FOR TABLE t (a, b)"""

SERVER = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
MAPPING = f"{SERVER} CREATE USER MAPPING FOR alice SERVER s OPTIONS (user 'u', password '%s')"
SUBSCRIPTION = """
    CREATE SUBSCRIPTION s CONNECTION 'host=%s password=%s' PUBLICATION p WITH (connect = false, slot_name = NONE)"""
ALIKE: dict[str, tuple[str, str]] = {
    "storage options of a table": (
        "CREATE TABLE t (a integer) WITH (fillfactor = 70, autovacuum_enabled = false)",
        "CREATE TABLE t (a integer) WITH (autovacuum_enabled = false); ALTER TABLE t SET (fillfactor = 70)",
    ),
    "storage options of a column": (
        "CREATE TABLE t (a integer); ALTER TABLE t ALTER a SET (n_distinct = 5, n_distinct_inherited = 6)",
        "CREATE TABLE t (a integer); ALTER TABLE t ALTER a SET (n_distinct_inherited = 6, n_distinct = 5)",
    ),
    "storage options of an index": (
        "CREATE TABLE t (a integer); CREATE INDEX i ON t (a) WITH (fillfactor = 70, deduplicate_items = off)",
        "CREATE TABLE t (a integer); CREATE INDEX i ON t (a) WITH (deduplicate_items = off, fillfactor = 70)",
    ),
    "storage options of a key": (
        "CREATE TABLE t (a integer PRIMARY KEY WITH (fillfactor = 70, deduplicate_items = off))",
        "CREATE TABLE t (a integer PRIMARY KEY WITH (deduplicate_items = off, fillfactor = 70))",
    ),
    "options of a view": (
        "CREATE VIEW v WITH (security_barrier, security_invoker) AS SELECT 1 AS a",
        "CREATE VIEW v WITH (security_invoker, security_barrier) AS SELECT 1 AS a",
    ),
    "grants": (
        "CREATE TABLE t (a integer); GRANT SELECT ON t TO alice; GRANT INSERT ON t TO bob",
        "CREATE TABLE t (a integer); GRANT INSERT ON t TO bob; GRANT SELECT ON t TO alice",
    ),
    "default privileges": (
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO alice, bob",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO bob, alice",
    ),
    "an internal counter on columns": (
        "CREATE TABLE t (a integer); ALTER TABLE t ALTER a SET (n_distinct = 5)",
        """CREATE TABLE t (a integer); ALTER TABLE t ALTER a SET (n_distinct = 5);
           UPDATE pg_attribute SET attoptions = '{pg_attver=7,n_distinct=5}' WHERE attrelid = 't'::regclass""",
    ),
    "an internal counter on hostile columns": (
        """CREATE TABLE "SET (pg_attver=1)" ("SET (pg_attver=2" integer)""",
        """CREATE TABLE "SET (pg_attver=1)" ("SET (pg_attver=2" integer);
           UPDATE pg_attribute SET attoptions = '{pg_attver=7}' WHERE attname = 'SET (pg_attver=2'""",
    ),
    "the password of a user mapping": (MAPPING % "hidden1", MAPPING % "hidden2"),
    "the password of a subscription": (SUBSCRIPTION % ("h", "hidden1"), SUBSCRIPTION % ("h", "hidden2")),
}
UNLIKE: dict[str, tuple[str, str]] = {
    "a column's option beside the counter": (
        "CREATE TABLE t (a integer); UPDATE pg_attribute SET attoptions = '{pg_attver=7}' WHERE attname = 'a'",
        """CREATE TABLE t (a integer); ALTER TABLE t ALTER a SET (n_distinct = 5);
           UPDATE pg_attribute SET attoptions = '{pg_attver=7,n_distinct=5}' WHERE attrelid = 't'::regclass""",
    ),
    "a partition key's order": (
        "CREATE TABLE t (a integer, b integer) PARTITION BY RANGE (a, b)",
        "CREATE TABLE t (a integer, b integer) PARTITION BY RANGE (b, a)",
    ),
    "a typed table's partition key": (
        "CREATE TYPE c AS (a integer, b integer); CREATE TABLE t OF c PARTITION BY RANGE (a, b)",
        "CREATE TYPE c AS (a integer, b integer); CREATE TABLE t OF c PARTITION BY RANGE (b, a)",
    ),
    "the order of parents": (
        "CREATE TABLE a (x integer); CREATE TABLE b (x integer); CREATE TABLE t () INHERITS (a, b)",
        "CREATE TABLE a (x integer); CREATE TABLE b (x integer); CREATE TABLE t () INHERITS (b, a)",
    ),
    "a subscription's host": (SUBSCRIPTION % ("h1", "hidden"), SUBSCRIPTION % ("h2", "hidden")),
    "a subscription's publications": (
        SUBSCRIPTION % ("h", "hidden"),
        SUBSCRIPTION.replace("PUBLICATION p", "PUBLICATION q") % ("h", "hidden"),
    ),
    "a user mapping's user": (MAPPING % "hidden", MAPPING.replace("'u'", "'v'") % "hidden"),
    "an option of a server beside a secret one": (
        SERVER.replace(
            "CREATE FOREIGN DATA WRAPPER w;", "CREATE FOREIGN DATA WRAPPER w OPTIONS (a '1', my_secret 'hidden1');"
        ),
        SERVER.replace(
            "CREATE FOREIGN DATA WRAPPER w;", "CREATE FOREIGN DATA WRAPPER w OPTIONS (a '2', my_secret 'hidden2');"
        ),
    ),
}


@pytest.fixture
def observed(database: Databases) -> Observed:
    return Observed(database)


class Observed:
    """Two schemas, each made by its SQL in an empty database, observed."""

    def __init__(self, database: Databases) -> None:
        self._database = database

    def __call__(
        self, left: str, right: str, majors: tuple[int, int] = (NEWEST, NEWEST), *, not_null_names: bool = True
    ) -> tuple[Disagreement, ...]:
        databases = [self._database(major) for major in majors]
        for database, sql in zip(databases, (left, right), strict=True):
            database.server.ensure_roles(("alice", "bob"))
            database.execute(sql)
        first, second = databases
        pg_dump = second.server.binaries.program("pg_dump")
        return observe(first.conninfo, second.conninfo, pg_dump, not_null_names=not_null_names)


def pg_dump(database: Database) -> Path:
    return database.server.binaries.program("pg_dump")


@pytest.mark.parametrize("major", MAJORS)
def test_databases_built_alike_are_alike(
    major: int, base: BaseOf, load_base: Callable[[Database], None], database: Databases
) -> None:
    other = database(major)
    load_base(other)
    assert observe(base(major).database.conninfo, other.conninfo, pg_dump(other)) == ()


@pytest.mark.parametrize("major", MAJORS)
def test_a_dump_restored_elsewhere_is_alike(major: int, base: BaseOf, database: Databases, tmp_path: Path) -> None:
    original, copy = base(major).database, database(major)
    dump = dump_schema(pg_dump(original), original.conninfo)
    script = tmp_path / "dump.sql"
    # pg_dump 18 sets it for every server; it is known since 17.
    script.write_text(dump if major > 16 else dump.replace("SET transaction_timeout = 0;\n", ""))
    copy.load(script)
    assert observe(original.conninfo, copy.conninfo, pg_dump(original)) == ()


def test_column_order_is_no_disagreement(observed: Observed) -> None:
    assert observed(ORDERED, REORDERED) == ()


@pytest.mark.parametrize("what", ALIKE)
def test_internals_are_no_disagreement(what: str, observed: Observed) -> None:
    assert observed(*ALIKE[what]) == ()


@pytest.mark.parametrize("what", UNLIKE)
def test_what_looks_like_an_internal_is_still_seen(what: str, observed: Observed) -> None:
    assert len(observed(*UNLIKE[what])) == 1


@pytest.mark.parametrize("what", [what for what in ALIKE | UNLIKE if "hidden" in (ALIKE | UNLIKE)[what][0]])
def test_secrets_are_never_shown(what: str, observed: Observed) -> None:
    left, right = (ALIKE | UNLIKE)[what]
    found = observed(left, "SELECT 1") + observed(left, right)
    assert found
    assert "hidden" not in repr(found) + render(found)


def test_settings_of_a_database_change_nothing(base: BaseOf, database: Databases) -> None:
    original = base(NEWEST).database
    copy = database(NEWEST, original)
    for setting in (
        "timezone = 'Asia/Kathmandu'",
        "bytea_output = 'escape'",
        "quote_all_identifiers = on",
        "standard_conforming_strings = off",
        "datestyle = 'German'",
        "intervalstyle = 'iso_8601'",
        "extra_float_digits = -3",
        "default_table_access_method = heap2",
        "search_path = app",
    ):
        copy.execute(f"ALTER DATABASE {copy.name} SET {setting}")
    assert observe(original.conninfo, copy.conninfo, pg_dump(original)) == ()


def test_a_view_alone_tells_majors_apart(database: Databases) -> None:
    older, newer = database(15), database(NEWEST)
    for each in (older, newer):
        each.execute("CREATE TABLE t (a integer PRIMARY KEY, b text DEFAULT 'x'); CREATE VIEW v AS SELECT a FROM t")
    found = observe(older.conninfo, newer.conninfo, pg_dump(newer))
    assert [str(each) for each in found] == ["VIEW v in schema public is different"]


NAMED = "CREATE TABLE u (a integer CONSTRAINT mine NOT NULL, c integer); CREATE DOMAIN d AS text NOT NULL"
MADE_UP = "CREATE TABLE t (a integer NOT NULL, c integer); ALTER TABLE t RENAME TO u; CREATE DOMAIN d AS text NOT NULL"
UNNAMED = "CREATE TABLE u (c integer, a integer NOT NULL); CREATE DOMAIN d AS text NOT NULL"
NOT_VALID = """
    CREATE TABLE t (a integer); ALTER TABLE t ADD CONSTRAINT %s NOT NULL a NOT VALID;
    CREATE DOMAIN d AS text CONSTRAINT %s NOT NULL"""


def test_names_of_not_null_constraints_count_when_asked(observed: Observed) -> None:
    assert [each.name for each in observed(NAMED, UNNAMED)] == ["u"]
    assert {each.name for each in observed(NOT_VALID % ("x", "y"), NOT_VALID % ("v", "w"))} == {"t x", "t v", "d"}


def test_a_name_that_postgresql_made_up_for_a_not_null_constraint_never_counts(observed: Observed) -> None:
    assert observed(MADE_UP, UNNAMED) == ()


def test_names_of_not_null_constraints_can_be_left_out(observed: Observed) -> None:
    assert observed(NAMED, UNNAMED, not_null_names=False) == ()
    assert observed(NAMED, NAMED, (15, NEWEST), not_null_names=False) == ()
    assert observed(NOT_VALID % ("x", "y"), NOT_VALID % ("v", "w"), not_null_names=False) == ()


def test_a_dropped_not_null_is_seen_without_its_name(observed: Observed) -> None:
    without = NAMED.replace("a integer CONSTRAINT mine NOT NULL", "a integer")
    assert len(observed(NAMED, without, not_null_names=False)) == 1


def test_a_tablespace_is_seen_unless_left_out(database: Databases) -> None:
    left, right = database(), database()
    for each in (left, right):
        each.execute("CREATE TABLE t (a integer PRIMARY KEY)")
    right.execute("ALTER TABLE t SET TABLESPACE elsewhere")
    seen = observe(left.conninfo, right.conninfo, pg_dump(left))
    unseen = observe(left.conninfo, right.conninfo, pg_dump(left), DumpOptions(tablespaces=False))
    assert [str(each) for each in seen] == ["TABLE t in schema public is different"]
    assert unseen == ()


def test_only_the_chosen_schemas_are_observed(database: Databases) -> None:
    left, right = database(), database()
    left.execute('CREATE SCHEMA "a.b*"; CREATE TABLE "a.b*".t (x integer); CREATE SCHEMA axb; CREATE TABLE axb.t ()')
    right.execute("CREATE SCHEMA axb; CREATE TABLE axb.u ()")
    chosen = DumpOptions(schemas=("a.b*",))
    found = observe(left.conninfo, right.conninfo, pg_dump(left), chosen)
    assert [str(each) for each in found] == ["SCHEMA a.b* is missing", "TABLE t in schema a.b* is missing"]


def test_owners_and_privileges_can_be_left_out(base: BaseOf, database: Databases) -> None:
    original = base(NEWEST).database
    copy = database(NEWEST, original)
    copy.execute("ALTER TABLE app.users OWNER TO bob; GRANT DELETE ON app.orders TO bob")
    conninfos = original.conninfo, copy.conninfo
    assert observe(*conninfos, pg_dump(copy), DumpOptions(owners=False, privileges=False)) == ()
    assert [each.kind for each in observe(*conninfos, pg_dump(copy), DumpOptions(owners=False))] == ["ACL", "ACL"]
    assert [each.kind for each in observe(*conninfos, pg_dump(copy), DumpOptions(privileges=False))] == [
        "SEQUENCE",
        "TABLE",
    ]


WRAPPED = "CREATE FOREIGN DATA WRAPPER w OPTIONS (a '1', passfile '%s');"
PLACEHOLDER = "driftwatch:secret:present, not compared"


@pytest.mark.parametrize(
    ("original", "ours"),
    [
        (WRAPPED % "/x", WRAPPED % PLACEHOLDER),
        (SUBSCRIPTION % ("h", "x"), SUBSCRIPTION % ("connection-string-is-secret-put-it-here.invalid", "x")),
    ],
)
def test_a_copy_of_ours_may_hold_placeholders_for_secrets_and_nothing_else(
    database: Databases, original: str, ours: str
) -> None:
    there, copy, other = database(), database(), database()
    there.execute(original)
    copy.execute(ours)
    other.execute(ours.replace("'1'", "'2'").replace("PUBLICATION p", "PUBLICATION q"))
    pg_dump = there.server.binaries.program("pg_dump")
    assert observe(there.conninfo, copy.conninfo, pg_dump, copy=True) == ()
    assert observe(there.conninfo, copy.conninfo, pg_dump)
    assert observe(there.conninfo, other.conninfo, pg_dump, copy=True)
