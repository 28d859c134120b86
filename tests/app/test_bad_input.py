"""Whatever goes wrong is told in one sentence, without a password, and ends with exit code 1."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from support.installed import MAJORS, NEWEST
from support.processes import FOREVER, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.conftest import Call, Pair
    from support.program import Done
    from support.servers import Database, Databases, Servers

SECRET = "hunter2&co"  # noqa: S105  of nobody
URL_SECRET = "hunter2%26co"  # noqa: S105


def test_a_host_out_of_reach_is_named(call: Call, tmp_path: Path) -> None:
    (tmp_path / "dev.sql").touch()
    url = f"postgresql://someone:{URL_SECRET}@localhost:1/app?sslmode=disable"
    sentence = refused(call("compare", "dev.sql", url, "--no-verify"))
    assert "can't connect to localhost:1/app" in sentence


def test_reports_that_cannot_be_written_cost_no_result(call: Call, tmp_path: Path) -> None:
    (tmp_path / "dev.sql").write_text("CREATE TABLE t ()", encoding="utf-8")
    (tmp_path / "prod.sql").touch()
    (tmp_path / "reports").write_text("in the way", encoding="utf-8")
    done = call("compare", "dev.sql", "prod.sql", "--no-verify")
    assert (done.returncode, "could not be written" in done.stderr) == (1, True), done.stderr
    assert "table public.t" in done.stdout
    assert "--no-report" in done.stderr


def test_an_unknown_database_is_named(call: Call, database: Databases) -> None:
    there = database()
    missing = make_conninfo(there.conninfo, dbname="no_such_db", password=SECRET)
    sentence = refused(call("compare", there.conninfo, missing, "--no-verify"))
    assert 'database "no_such_db" does not exist' in sentence


def test_a_wrong_password_is_told_and_not_shown(call: Call, locked: str, tmp_path: Path) -> None:
    (tmp_path / "dev.sql").touch()
    sentence = refused(call("compare", "dev.sql", locked, "--no-verify"))
    assert sentence.count("password authentication failed") == 1


def test_a_debugged_error_shows_where_and_no_password(call: Call, locked: str, tmp_path: Path) -> None:
    (tmp_path / "dev.sql").touch()
    done = call("compare", "dev.sql", locked, "--no-verify", "--debug")
    assert "Traceback" in done.stderr
    assert not {SECRET, URL_SECRET} & set(done.stderr.replace("'", " ").split())
    assert "hunter2" not in done.stdout + done.stderr


@pytest.fixture
def locked(server: Servers, database: Databases) -> Iterator[str]:
    """A connection string whose role must give a password, with another one than it has."""
    there = database()
    there.execute("DO $$ BEGIN CREATE ROLE locked LOGIN PASSWORD 'right'; EXCEPTION WHEN duplicate_object THEN END $$")
    ((name,),) = there.execute("SHOW hba_file")
    file = Path(str(name))
    before = file.read_bytes()
    file.write_bytes(b"local all locked scram-sha-256\n" + before)
    there.execute("SELECT pg_reload_conf()")
    yield make_conninfo(there.conninfo, user="locked", password=SECRET)
    file.write_bytes(before)
    there.execute("SELECT pg_reload_conf()")
    assert server(NEWEST)


def test_a_missing_file_is_named(call: Call) -> None:
    assert "there is no file 'missing.sql'" in refused(call("compare", "missing.sql", "missing.sql"))


def test_sql_that_does_not_load_is_told_with_file_and_line(call: Call, tmp_path: Path) -> None:
    (tmp_path / "dev.sql").write_text("CREATE TABLE t (id int);\n\nCREATE VIEW v AS SELECT nope FROM t;\n")
    (tmp_path / "prod.sql").touch()
    sentence = refused(call("compare", "dev.sql", "prod.sql"))
    assert "dev.sql" in sentence
    assert "line 3" in sentence
    assert 'column "nope" does not exist' in sentence


@pytest.mark.parametrize("major", [*(pytest.param(n, marks=pytest.mark.every_major) for n in MAJORS[:-1]), NEWEST])
def test_a_role_that_may_only_connect_reads_all(call: Call, database: Databases, major: int) -> None:
    dev, prod = database(major), database(major)
    for each in (dev, prod):
        each.execute("CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY); REVOKE ALL ON SCHEMA s FROM PUBLIC")
    dev.execute("CREATE VIEW s.v AS SELECT id FROM s.t")
    dev.execute("DO $$ BEGIN CREATE ROLE only_connects LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
    sides = [make_conninfo(each.conninfo, user="only_connects") for each in (dev, prod)]
    done = call("compare", *sides, "--format", "sql", "--no-report", "--quiet")
    assert (done.returncode, done.stderr) == (2, "")
    assert "CREATE VIEW s.v" in done.stdout


def test_a_full_proof_without_the_right_to_dump_stays_quick_and_says_so(call: Call, database: Databases) -> None:
    dev, prod = database(), database()
    for each in (dev, prod):
        each.execute("CREATE TABLE t (id int)")
    dev.execute("COMMENT ON TABLE t IS 'x'")
    dev.execute("DO $$ BEGIN CREATE ROLE only_connects LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
    sides = [make_conninfo(each.conninfo, user="only_connects") for each in (dev, prod)]
    done = call("compare", *sides, "--verify", "full", "--no-report")
    assert done.returncode == 2
    assert "proved (quick)" in done.stdout


def test_a_connection_lost_in_the_middle_is_told(call: Call, database: Databases, tmp_path: Path) -> None:
    dev, prod = database(), database()
    prod.execute("CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t")
    (tmp_path / "config.yaml").write_text(f"timeouts: {{lock: {FOREVER}s, statement: {FOREVER}s}}\n")
    with holding(prod, "t"), at_the_lock(prod, "SELECT pg_terminate_backend(pid) FROM waiting"):
        done = call("compare", dev.conninfo, prod.conninfo, "--no-verify", "--no-report")
    assert "reading" in refused(done)


def test_a_lock_that_is_not_given_is_told(call: Call, database: Databases, tmp_path: Path) -> None:
    dev, prod = database(), database()
    prod.execute("CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t")
    (tmp_path / "config.yaml").write_text("timeouts: {lock: 100ms}\n")
    with holding(prod, "t"):
        done = call("compare", dev.conninfo, prod.conninfo, "--no-verify", "--no-report")
    assert "waited 0.1 s for a lock of another session's" in refused(done)


def holding(database: Database, table: str) -> psycopg.Connection:
    """A session that holds the table; its end gives it free."""
    connection = psycopg.connect(database.conninfo)
    connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
    return connection


class at_the_lock:  # noqa: N801  reads like a function
    """Runs a query of `waiting`, the sessions of driftwatch that wait for a lock in the database, until it has rows."""

    def __init__(self, database: Database, sql: str) -> None:
        self.database, self.sql = database, sql
        self.thread = threading.Thread(target=self._act)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.thread.join()

    def _act(self) -> None:
        waiting = (
            "WITH waiting AS (SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'driftwatch' AND wait_event_type = 'Lock') "
        )
        # It gives way now and then, and waits anew: seen to wait and acted upon in one statement.
        assert eventually(lambda: bool(self.database.execute(waiting + self.sql)))


HOSTILE = ["a\"b'c", "x\ny", "<script>alert(1)</script>", "😀 ; DROP TABLE t; --", "n" * 63, "%s {0} $1", "\\"]


def test_hostile_names_are_compared_migrated_and_reported(call: Call, pair: Pair, tmp_path: Path) -> None:
    quoted = [name.replace('"', '""') for name in HOSTILE]
    tables = [f'CREATE TABLE "{name}" ("{name}" text DEFAULT \'x\')' for name in quoted]
    views = [f'CREATE VIEW "v{name}"[:63] AS SELECT 1'.replace("[:63]", "") for name in quoted if len(name) < 60]
    done = call("compare", *pair(";".join(tables + views), "SELECT 1"), "--output", "out")
    assert done.returncode == 2, done.stderr
    assert "proved (quick)" in done.stdout
    assert "\x1b" not in done.stdout
    (page,) = tmp_path.glob("out/2*/report.html")
    assert "<script>alert(1)" not in page.read_text(encoding="utf-8")


def refused(done: Done) -> str:
    """The one sentence of a call that failed."""
    assert done.returncode == 1, done.stdout
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in lines[0]
    assert "hunter2" not in lines[0]
    assert not list(Path("reports").glob("*")), "half a report"
    return lines[0]
