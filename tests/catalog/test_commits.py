"""When objects were written, on servers that keep commit times and on those that don't."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from driftwatch.catalog import commits, reader
from driftwatch.catalog.connection import Timeouts, connect
from driftwatch.kinds import KINDS
from driftwatch.model.key import parse_key
from support.installed import MAJORS, NEWEST
from support.schemas import load_everything

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from driftwatch.model.snapshot import Snapshot
    from support.servers import Database, Databases, Servers

AGE = 3600.0


@pytest.fixture
def there(keeping: Servers) -> Iterator[Database]:
    made = keeping(NEWEST).create()
    yield made
    made.drop()


def read(database: Database, *, user: str = "", age: float | None = AGE) -> Snapshot:
    parts = conninfo_to_dict(database.conninfo) | ({"user": user} if user else {})
    parameters = {name: str(value) for name, value in parts.items()}
    with closing(connect(parameters, database.name, Timeouts())) as connection:
        return reader.read(connection, KINDS, Timeouts(), age=age)


def commit(database: Database, sql: str) -> datetime:
    """Run SQL in one transaction, and say when the server says that it was committed."""
    with psycopg.connect(database.conninfo) as connection:
        connection.execute(sql.encode())
        row = connection.execute("SELECT pg_current_xact_id()::xid::text").fetchone()
    assert row
    ((at,),) = database.execute(f"SELECT pg_xact_commit_timestamp('{row[0]}'::xid)")
    return at  # type: ignore[return-value]  # a row's values are objects


SETUP = """
    CREATE TABLE t (id int, name text); CREATE VIEW v AS SELECT id FROM t; CREATE TYPE mood AS ENUM ('sad');
    CREATE TYPE pair AS (a int); CREATE SEQUENCE s; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE INDEX i ON t (id); CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 (id int);
    COMMENT ON TABLE t IS 'was'; CREATE TABLE child (id int)
"""


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ("CREATE TABLE u (id int)", "table public.u"),
        ("ALTER TABLE t ADD more int", "column public.t.more"),
        ("ALTER TABLE t ALTER name SET NOT NULL", "column public.t.name"),
        ("ALTER TABLE t SET (fillfactor = 50)", "table public.t"),
        ("ALTER TABLE t ALTER name SET DEFAULT 'x'", "default public.t.name"),
        ("CREATE OR REPLACE VIEW v AS SELECT id, name FROM t", "view public.v"),
        ("ALTER TYPE mood ADD VALUE 'glad'", "enum public.mood"),
        ("ALTER TYPE pair ADD ATTRIBUTE b int", "composite_type public.pair"),
        ("ALTER SEQUENCE s INCREMENT 5", "sequence public.s"),
        ("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'", "function public.f()"),
        ("ALTER INDEX i SET (fillfactor = 50)", "index public.i"),
        ("ALTER TABLE t ADD CHECK (id > 0)", "constraint public.t.t_id_check"),
        ("ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)", "partition public.p1"),
        ("COMMENT ON TABLE t IS 'is'", "comment on table public.t"),
        ("COMMENT ON COLUMN t.id IS 'is'", "comment on column public.t.id"),
        ("GRANT SELECT ON t TO app_nobody", "grant on table public.t to app_nobody"),
        ("ALTER TABLE t OWNER TO app_nobody", "owner on table public.t"),
        ("CREATE POLICY mine ON t", "policy public.t.mine"),
        ("CREATE SCHEMA extra", "schema extra"),
    ],
)
def test_a_change_has_the_time_of_its_commit(there: Database, change: str, key: str) -> None:
    there.server.ensure_roles(["app_nobody"])
    there.execute(SETUP)
    at = commit(there, change)
    found = read(there)
    there.execute("CREATE TABLE later (id int)")
    assert found.written(parse_key(key)) == at
    assert found.written(parse_key("column public.child.id")) != at


def test_what_was_dropped_or_written_long_ago_has_none(there: Database) -> None:
    there.execute(SETUP)
    there.execute("DROP TABLE child")
    assert read(there).written(parse_key("table public.child")) is None
    assert read(there).written(parse_key("table public.t")) is not None
    there.execute("SELECT pg_sleep(1.1)")
    assert read(there, age=1).written(parse_key("table public.t")) is None
    assert read(there, age=None).written(parse_key("table public.t")) is None


def test_a_server_that_keeps_no_times_is_asked_for_nothing(database: Databases) -> None:
    there = database()
    there.execute("CREATE TABLE t (id int)")
    assert read(there).written(parse_key("table public.t")) is None
    plan = "\n".join(str(row[0]) for row in there.execute(f"EXPLAIN ANALYZE {commits.query(180000, AGE)}"))
    assert plan.count("never executed") >= plan.count("Seq Scan") > 20


@pytest.mark.parametrize("major", MAJORS)
def test_it_is_told_a_role_that_may_do_nothing_but_connect(major: int, keeping: Servers) -> None:
    there = keeping(major).create()
    try:
        there.execute("DO $$ BEGIN CREATE ROLE only_connects LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
        load_everything(there)
        at = commit(there, "CREATE TABLE t (id int)")
        assert read(there, user="only_connects").written(parse_key("table public.t")) == at
    finally:
        there.drop()


def test_a_role_that_may_not_ask_reads_all_the_rest(there: Database) -> None:
    there.execute("DO $$ BEGIN CREATE ROLE only_connects LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
    there.execute("CREATE TABLE t (id int); REVOKE EXECUTE ON FUNCTION pg_xact_commit_timestamp FROM PUBLIC")
    found = read(there, user="only_connects")
    assert parse_key("table public.t") in found.objects
    assert (found.written(parse_key("table public.t")), found.unreadable) == (None, ())


def test_a_server_that_only_seems_to_keep_them_stops_nothing(
    database: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As a standby answers whose own setting is on and its primary's off.
    there = database()
    there.execute("CREATE TABLE t (id int)")
    monkeypatch.setattr(commits, "query", lambda *_: "SELECT pg_xact_commit_timestamp(xmin) FROM pg_class")
    found = read(there)
    assert parse_key("table public.t") in found.objects
    assert found.written(parse_key("table public.t")) is None
