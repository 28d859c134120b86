"""The real tools beside ours, on a real PostgreSQL: what they deploy, fail and resolve, our reading tells the same, and
what we write they take for their own.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.migrations.directory import open_directory
from migrations import made
from support import clients

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call
    from support.servers import Database, Databases

pytestmark = pytest.mark.every_major

BY_HAND = """
    ALTER TABLE a ADD COLUMN more text DEFAULT 'a:b {c} ${d} 100%; \'\'';
    CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE x int; BEGIN x := 1; RETURN x; END $$;
    CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END"""
"""What trips tools that split a file themselves, or fill in what looks like a placeholder."""

LIQUIBASE = """-- liquibase formatted sql

--changeset alice:3 splitStatements:false
--comment: of ours
-- by us
CREATE TABLE b (); -- é
--rollback DROP TABLE b;

--changeset alice:4 dbms:oracle
SELECT nosuch;

--property name:type value:bigint

--changeset alice:6
CREATE FUNCTION commented() RETURNS ${TYPE} LANGUAGE sql AS $$ SELECT -- taken out
  7::bigint $$;

--changeset "alice b":"5 c" runOnChange:true labels:x context:"prod or test"
CREATE OR REPLACE VIEW w AS
  SELECT 1 AS x;
/* liquibase rollback
DROP VIEW w;
*/
"""

ONE, TWO, THREE = (f"2024010{n}000000_step{n}" for n in (1, 2, 3))


@pytest.fixture
def db(database: Databases) -> Database:
    return database()


def states(call: Call, db: Database, folder: Path) -> dict[str, str]:
    (told,) = json.loads(call("status", db.conninfo, "--migrations", folder, "--format", "json").stdout)
    return {each["name"]: each["state"] for each in told["migrations"]}


def test_what_prisma_deploys_fails_and_resolves_is_read_as_it_says(call: Call, db: Database, tmp_path: Path) -> None:
    folder = made.prisma(tmp_path / "prisma/migrations", made.INIT, "SELECT nosuch", made.MORE)
    assert clients.prisma(tmp_path, db, "migrate", "deploy").returncode == 1
    assert states(call, db, folder) == {ONE: "applied", TWO: "failed", THREE: "pending"}
    assert "nosuch" in call("status", db.conninfo, "--migrations", folder).stdout
    assert clients.prisma(tmp_path, db, "migrate", "resolve", "--rolled-back", TWO).returncode == 0
    assert states(call, db, folder)[TWO] == "rolled back"
    assert clients.prisma(tmp_path, db, "migrate", "resolve", "--applied", TWO).returncode == 0
    assert states(call, db, folder)[TWO] == "applied"
    done = clients.prisma(tmp_path, db, "migrate", "deploy")
    assert done.returncode == 0, done.stderr
    assert clients.prisma(tmp_path, db, "migrate", "status").returncode == 0
    assert call("status", db.conninfo, "--migrations", folder).returncode == 0


def test_prisma_takes_what_we_deploy_fail_and_resolve_for_its_own(call: Call, db: Database, tmp_path: Path) -> None:
    folder = made.prisma(tmp_path / "prisma/migrations", made.INIT, "SELECT nosuch", made.MORE)
    at = ("--migrations", folder)
    assert call("deploy", db.conninfo, *at).returncode == 1
    assert clients.prisma(tmp_path, db, "migrate", "status").returncode == 1
    assert "P3009" in clients.prisma(tmp_path, db, "migrate", "deploy").stderr
    assert call("resolve", "--database", db.conninfo, "--applied", *at).returncode == 0
    assert call("deploy", db.conninfo, "--no-check", *at).returncode == 0
    done = clients.prisma(tmp_path, db, "migrate", "status")
    assert (done.returncode, "up to date" in done.stdout) == (0, True), done.stdout + done.stderr


def test_a_migration_that_we_write_is_deployed_by_prisma(
    call: Call, db: Database, database: Databases, tmp_path: Path
) -> None:
    folder = made.prisma(tmp_path / "prisma/migrations", made.INIT)
    assert clients.prisma(tmp_path, db, "migrate", "deploy").returncode == 0
    db.execute(f"{made.MORE}; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    configure(tmp_path, db, folder)
    assert call("migrate", "dev", "--name", "add_name").returncode == 0
    assert clients.prisma(tmp_path, db, "migrate", "status").returncode == 0
    fresh = database()
    done = clients.prisma(tmp_path, fresh, "migrate", "deploy")
    assert done.returncode == 0, done.stderr
    assert call("compare", db.conninfo, fresh.conninfo, "--no-report").returncode == 0


def test_prisma_s_schema_is_a_source_and_is_refreshed_by_pull(
    call: Call, db: Database, database: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in clients.prisma_project(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", clients.url(db))
    db.execute("CREATE TABLE a (id int PRIMARY KEY, name text NOT NULL DEFAULT 'x'); CREATE INDEX by_name ON a (name)")
    done = call("pull", db.conninfo, "--prisma")
    assert done.returncode == 0, done.stderr
    schema = tmp_path / "prisma/schema.prisma"
    assert "model a {" in schema.read_text(encoding="utf-8")
    same = database()
    same.execute("CREATE TABLE a (id int, name text NOT NULL DEFAULT 'x', CONSTRAINT a_pkey PRIMARY KEY (id));")
    same.execute("CREATE INDEX by_name ON a (name)")
    done = call("compare", "prisma/schema.prisma", same.conninfo, "--no-report")
    assert done.returncode == 0, done.stdout + done.stderr
    script = clients.prisma(tmp_path, db, "migrate", "diff", "--from-empty", "--to-config-datasource", "--script")
    assert "CREATE TABLE" in script.stdout, script.stderr
    schema.write_text('datasource db {\n  provider = "postgresql"\n}\nmodel b {\n}\n', encoding="utf-8")
    done = call("snapshot", "prisma/schema.prisma", "-o", "-")
    assert (done.returncode, "'prisma migrate diff' stopped" in done.stderr) == (1, True)


def test_dbmate_and_we_agree_in_both_directions(call: Call, db: Database, database: Databases, tmp_path: Path) -> None:
    folder = made.dbmate(tmp_path / "db/migrations", made.INIT, made.MORE)
    assert clients.dbmate(tmp_path, db, "up").returncode == 0
    assert states(call, db, folder) == {ONE: "applied", TWO: "applied"}
    db.execute("ALTER TABLE a ADD COLUMN more int")
    configure(tmp_path, db, folder)
    assert call("migrate", "dev", "--name", "add_more").returncode == 0
    assert "Pending: 0" in clients.dbmate(tmp_path, db, "status").stdout
    fresh = database()
    assert call("deploy", fresh.conninfo, "--migrations", folder).returncode == 0
    assert "Pending: 0" in clients.dbmate(tmp_path, fresh, "status").stdout
    assert clients.dbmate(tmp_path, fresh, "down").returncode == 0
    assert list(states(call, fresh, folder).values()) == ["applied", "applied", "pending"]
    assert clients.dbmate(tmp_path, fresh, "up").returncode == 0
    assert call("compare", db.conninfo, fresh.conninfo, "--no-report").returncode == 0


def test_alembic_replays_deploys_and_takes_what_we_write(
    call: Call, db: Database, database: Databases, tmp_path: Path
) -> None:
    folder = made.alembic(tmp_path / "alembic", made.INIT)
    assert call("deploy", db.conninfo, "--migrations", folder).returncode == 0
    assert states(call, db, folder) == {"rev1_step1": "applied"}
    db.execute("ALTER TABLE a ADD COLUMN name text DEFAULT 'a:b 100%'::text")
    configure(tmp_path, db, folder)
    done = call("migrate", "dev", "--name", "add_name")
    assert done.returncode == 0, done.stderr
    assert call("status", "dev").returncode == 0
    fresh = database()
    done = call("deploy", fresh.conninfo, "--migrations", folder)
    assert done.returncode == 0, done.stderr
    assert call("compare", db.conninfo, fresh.conninfo, "--no-report").returncode == 0
    made.write(folder, {"versions/bad.py": "revision = 'bad'\ndown_revision = None\n\n\ndef upgrade():\n    1 / 0\n"})
    done = call("snapshot", folder, "-o", "-")
    assert (done.returncode, "bad.py" in done.stderr, "ZeroDivisionError" in done.stderr) == (1, True, True)


def test_sqitch_deploys_for_us_and_takes_what_we_write(
    call: Call, db: Database, database: Databases, tmp_path: Path
) -> None:
    folder = made.sqitch(tmp_path, made.INIT, made.MORE)
    assert clients.sqitch(folder, db, "deploy", "--to-change", "step1").returncode == 0
    assert states(call, db, folder) == {"step1": "applied", "step2": "pending"}
    done = call("deploy", db.conninfo, "--migrations", folder)
    assert done.returncode == 0, done.stderr
    assert states(call, db, folder) == {"step1": "applied", "step2": "applied"}
    assert "Nothing to deploy" in clients.sqitch(folder, db, "status").stdout
    made.write(folder, {"deploy/step2.sql": "SELECT 2;"})
    assert states(call, db, folder)["step2"] == "edited after it was deployed"
    made.sqitch(folder, made.INIT, made.MORE)
    db.execute("ALTER TABLE a ADD COLUMN more int")
    configure(tmp_path, db, folder)
    db.execute("CREATE FUNCTION f(a, int[]) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE e AS ENUM ('x')")
    assert call("migrate", "dev", "--name", "add_more").returncode == 0
    verify = (folder / "verify/add_more.sql").read_text(encoding="utf-8")
    assert verify.count("SELECT ") == 3
    fresh = database()
    done_by_it = clients.sqitch(folder, fresh, "deploy", "--verify")
    assert done_by_it.returncode == 0, done_by_it.stderr
    assert call("compare", db.conninfo, fresh.conninfo, "--no-report").returncode == 0
    for gone, back in (
        ("ALTER TABLE a RENAME more TO other", "ALTER TABLE a RENAME other TO more"),
        ("ALTER FUNCTION f RENAME TO g", "ALTER FUNCTION g RENAME TO f"),
        ("ALTER TYPE e RENAME TO g", "ALTER TYPE g RENAME TO e"),
    ):
        fresh.execute(gone)
        assert clients.sqitch(folder, fresh, "verify").returncode != 0
        fresh.execute(back)
    assert clients.sqitch(folder, fresh, "verify").returncode == 0
    assert clients.sqitch(folder, fresh, "revert", "-y", "--to-change", "step2").returncode == 0
    assert states(call, fresh, folder)["add_more"] == "pending"
    made.write(folder, {"deploy/add_more.sql": "SELECT nosuch;"})
    assert call("deploy", fresh.conninfo, "--migrations", folder).returncode == 1
    assert states(call, fresh, folder)["add_more"] == "failed"


def fresh_by_us(call: Call, database: Databases, folder: Path) -> Database:
    """A new database that we deploy the directory to."""
    fresh = database()
    done = call("deploy", fresh.conninfo, "--migrations", folder)
    assert done.returncode == 0, done.stderr
    return fresh


def alike(call: Call, one: Database, other: Database) -> None:
    done = call("compare", one.conninfo, other.conninfo, "--no-report")
    assert done.returncode == 0, done.stdout


def written_in_dev(call: Call, dev: Database, folder: Path, sql: str = BY_HAND) -> None:
    """Dev is changed by hand, and the change becomes the next migration."""
    dev.execute(sql)
    configure(folder.parent, dev, folder)
    done = call("migrate", "dev", "--name", "by_hand")
    assert done.returncode == 0, done.stderr


def test_yoyo_and_we_agree_in_both_directions(call: Call, db: Database, database: Databases, tmp_path: Path) -> None:
    folder = made.yoyo(tmp_path / "m", made.INIT, made.MORE)
    done = clients.yoyo(tmp_path, db, "apply")
    assert done.returncode == 0, done.stderr
    assert states(call, db, folder) == {"0001_step1": "applied", "0002_step2": "applied"}
    written_in_dev(call, db, folder)
    assert "U " not in clients.yoyo(tmp_path, db, "list").stdout
    ours = fresh_by_us(call, database, folder)
    assert ["A", "0003_by_hand", "m"] in [
        line.split() for line in clients.yoyo(tmp_path, ours, "list").stdout.splitlines()
    ]
    assert clients.yoyo(tmp_path, ours, "rollback", "--revision", "0003_by_hand").returncode == 0
    assert states(call, ours, folder)["0003_by_hand"] == "pending"
    assert clients.yoyo(tmp_path, ours, "apply").returncode == 0
    alike(call, db, ours)
    ours.execute("INSERT INTO yoyo_lock VALUES (1, now(), 42)")
    done = call("deploy", ours.conninfo, "--migrations", folder)
    assert (done.returncode, "marked by process 42" in done.stderr) == (1, True), done.stderr


def test_yoyo_itself_runs_what_is_python(call: Call, db: Database, database: Databases, tmp_path: Path) -> None:
    folder = made.yoyo(tmp_path / "m", made.INIT)
    text = f"from yoyo import step\n\n__depends__ = {{'0001_step1'}}\nsteps = [step({made.MORE!r})]\n"
    made.write(folder, {"0002_more.py": text})
    assert call("deploy", db.conninfo, "--migrations", folder).returncode == 0
    assert states(call, db, folder) == {"0001_step1": "applied", "0002_more": "applied"}
    theirs = database()
    assert clients.yoyo(tmp_path, theirs, "apply").returncode == 0
    alike(call, db, theirs)


def test_node_pg_migrate_and_we_agree_in_both_directions(
    call: Call, db: Database, database: Databases, tmp_path: Path
) -> None:
    folder = made.node_pg(tmp_path / "m", made.INIT, made.MORE)
    done = clients.node_pg_migrate(tmp_path, db, "up")
    assert done.returncode == 0, done.stderr
    assert set(states(call, db, folder).values()) == {"applied"}
    written_in_dev(call, db, folder)
    assert "No migrations to run" in clients.node_pg_migrate(tmp_path, db, "up").stdout
    ours = fresh_by_us(call, database, folder)
    assert "No migrations to run" in clients.node_pg_migrate(tmp_path, ours, "up").stdout
    done = clients.node_pg_migrate(tmp_path, ours, "down")
    assert done.returncode == 0, done.stderr
    assert list(states(call, ours, folder).values()) == ["applied", "applied", "pending"]
    assert clients.node_pg_migrate(tmp_path, ours, "up").returncode == 0
    alike(call, db, ours)


def test_node_pg_migrate_gets_a_script_for_what_must_be_committed_first(
    call: Call, db: Database, database: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made.node_pg(tmp_path / "m", "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (e e)")
    assert call("deploy", db.conninfo, "--migrations", folder).returncode == 0
    monkeypatch.setenv("PATH", f"{clients.npm_clients()}/node_modules/.bin:{os.environ['PATH']}")
    db.execute("ALTER TYPE e ADD VALUE 'b'")
    written_in_dev(call, db, folder, "ALTER TABLE t ALTER e SET DEFAULT 'b'")
    assert [file.suffix for file in sorted(folder.glob("*by_hand*"))] == [".cjs", ".sql"]
    theirs = database()
    done = clients.node_pg_migrate(tmp_path, theirs, "up")
    assert done.returncode == 0, done.stderr
    alike(call, db, theirs)
    alike(call, db, fresh_by_us(call, database, folder))


def test_graphile_migrate_and_we_agree_in_both_directions(
    call: Call, db: Database, database: Databases, tmp_path: Path
) -> None:
    folder = made.graphile(tmp_path / "migrations", made.INIT, made.MORE)
    done = clients.graphile_migrate(tmp_path, db, "migrate")
    assert done.returncode == 0, done.stderr
    assert states(call, db, folder) == {"000001-step1": "applied", "000002-step2": "applied"}
    written_in_dev(call, db, folder)
    assert "up to date" in clients.graphile_migrate(tmp_path, db, "migrate").stdout.lower()
    theirs = database()
    done = clients.graphile_migrate(tmp_path, theirs, "migrate")
    assert done.returncode == 0, done.stderr
    alike(call, db, theirs)
    ours = fresh_by_us(call, database, folder)
    assert "up to date" in clients.graphile_migrate(tmp_path, ours, "migrate").stdout.lower()
    alike(call, db, ours)


def test_liquibase_and_we_agree_in_both_directions(
    call: Call, db: Database, database: Databases, tmp_path: Path
) -> None:
    folder = made.liquibase(tmp_path / "m", made.INIT, made.MORE)
    made.write(
        tmp_path,
        {
            "master.yaml": "databaseChangeLog:\n  - includeAll: {path: m/}\n",
            "liquibase.properties": "contexts:\nlabels:\n",
        },
    )
    made.write(folder, {"0003_more.sql": LIQUIBASE})
    done = clients.java(tmp_path, db, "liquibase", "update")
    assert done.returncode == 0, done.stderr
    assert set(states(call, db, folder).values()) == {"applied"}
    written_in_dev(call, db, folder)
    assert "unrun 0" in clients.java(tmp_path, db, "liquibase", "status").stdout
    ours = fresh_by_us(call, database, folder)
    done = clients.java(tmp_path, ours, "liquibase", "status")
    assert "unrun 0" in done.stdout, done.stderr
    done = clients.java(tmp_path, ours, "liquibase", "rollback")
    assert done.returncode == 0, done.stderr
    assert list(states(call, ours, folder).values())[-1] == "pending"
    done = clients.java(tmp_path, ours, "liquibase", "update")
    assert done.returncode == 0, done.stderr
    alike(call, db, ours)
    ours.execute("UPDATE databasechangeloglock SET locked = true, lockedby = 'a host', lockgranted = now()")
    done = call("deploy", ours.conninfo, "--migrations", folder)
    assert (done.returncode, "marked by a host since" in done.stderr) == (1, True), done.stderr
    ours.execute("UPDATE databasechangeloglock SET locked = false")
    theirs = database()
    done = clients.java(tmp_path, theirs, "liquibase", "update")
    assert done.returncode == 0, done.stderr
    alike(call, theirs, ours)
    done = call("compare", folder, theirs.conninfo, "--no-report")
    assert done.returncode == 0, done.stdout
    made.write(folder, {"0003_more.sql": LIQUIBASE.replace("by us", "by others")})
    assert "edited after it was deployed" in states(call, ours, folder).values()
    assert "3::alice" in clients.java(tmp_path, ours, "liquibase", "status").stderr


def test_flyway_and_we_agree_in_both_directions(call: Call, db: Database, database: Databases, tmp_path: Path) -> None:
    folder = made.flyway(tmp_path / "m", made.INIT, made.MORE)
    made.write(folder, {"R__view.sql": "\ufeffCREATE OR REPLACE VIEW v AS\r\nSELECT 'é' AS x;\r\n\r\n"})
    done = clients.java(tmp_path, db, "flyway", "migrate")
    assert done.returncode == 0, done.stderr
    assert states(call, db, folder) == {"V1__step1": "applied", "V2__step2": "applied", "R__view": "applied"}
    written_in_dev(call, db, folder)
    ours = fresh_by_us(call, database, folder)
    for database_ in (db, ours):
        assert clients.java(tmp_path, database_, "flyway", "validate").returncode == 0
        told = clients.java(tmp_path, database_, "flyway", "info").stdout.splitlines()
        assert {line.split()[1] for line in told} == {"SUCCESS"}, told
    alike(call, db, ours)
    theirs = database()
    default = "'${flyway:defaultSchema} ${flyway:filename} ${flyway:table}'"
    made.write(folder, {"V8__where.sql": f"CREATE TABLE s (x text DEFAULT {default});\n"})
    done = clients.java(tmp_path, theirs, "flyway", "migrate")
    assert done.returncode == 0, done.stderr
    assert call("deploy", ours.conninfo, "--migrations", folder).returncode == 0
    alike(call, theirs, ours)
    made.write(folder, {"V9__bad.sql": "SELECT nosuch;", "R__view.sql": "CREATE OR REPLACE VIEW v AS SELECT 'e' AS x;"})
    assert clients.java(tmp_path, ours, "flyway", "migrate").returncode == 1
    assert states(call, ours, folder)["V9__bad"] == "pending"
    assert states(call, ours, folder)["R__view"] == "pending"
    made.write(folder, {"V1__step1.sql": f"{made.INIT}; SELECT 1;"})
    assert states(call, ours, folder)["V1__step1"] == "edited after it was deployed"
    assert clients.java(tmp_path, ours, "flyway", "validate").returncode == 1


def test_flyway_waits_while_we_deploy(db: Database, tmp_path: Path) -> None:
    folder = made.flyway(tmp_path / "m", made.INIT)
    assert clients.java(tmp_path, db, "flyway", "migrate").returncode == 0
    made.flyway(folder, made.INIT, made.MORE)
    with psycopg.connect(db.conninfo, autocommit=True) as connection:
        (key,) = open_directory(folder).tool.lock_keys(connection)
        connection.execute("SELECT pg_advisory_lock(%s)", [key])
        done = clients.java(tmp_path, db, "flyway", "migrate")
    assert (done.returncode, "advisory lock" in done.stderr) == (1, True), done.stderr


def test_golang_migrate_and_we_agree_in_both_directions(
    call: Call, db: Database, database: Databases, tmp_path: Path
) -> None:
    folder = made.golang(tmp_path / "m", made.INIT, made.MORE)
    done = clients.golang_migrate(tmp_path, db, "up")
    assert done.returncode == 0, done.stderr
    assert states(call, db, folder) == {"1_step1": "applied", "2_step2": "applied"}
    written_in_dev(call, db, folder)
    ours = fresh_by_us(call, database, folder)
    for each in (db, ours):
        assert clients.golang_migrate(tmp_path, each, "version").stderr.strip() == "3"
        assert "no change" in clients.golang_migrate(tmp_path, each, "up").stderr
    done = clients.golang_migrate(tmp_path, ours, "down", "1")
    assert done.returncode == 0, done.stderr
    assert list(states(call, ours, folder).values()) == ["applied", "applied", "pending"]
    assert clients.golang_migrate(tmp_path, ours, "up").returncode == 0
    alike(call, db, ours)
    made.write(folder, {"4_bad.up.sql": "SELECT nosuch;"})
    assert clients.golang_migrate(tmp_path, ours, "up").returncode == 1
    assert states(call, ours, folder)["4_bad"] == "failed"
    assert call("resolve", "--database", ours.conninfo, "--migrations", folder, "--rolled-back").returncode == 0
    assert clients.golang_migrate(tmp_path, ours, "version").stderr.strip() == "3"


def test_golang_migrate_waits_for_our_lock(db: Database, tmp_path: Path) -> None:
    folder = made.golang(tmp_path / "m", made.INIT)
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with psycopg.connect(db.conninfo, autocommit=True) as connection, ThreadPoolExecutor() as pool:
        by_url, _ = open_directory(folder).tool.lock_keys(connection)
        connection.execute("SELECT pg_advisory_lock(%s)", [by_url])
        running = pool.submit(clients.golang_migrate, tmp_path, db, "up")
        while not running.done() and connection.execute(waiting).fetchone() == (0,):
            sleep(0.05)
        waited = not running.done()
        connection.execute("SELECT pg_advisory_unlock_all()")
        assert (waited, running.result().returncode) == (True, 0)


def configure(tmp_path: Path, dev: Database, folder: Path) -> None:
    text = f"migrations: {folder}\ndatabases:\n  dev: {{url: {json.dumps(dev.conninfo)}, environment: development}}\n"
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
