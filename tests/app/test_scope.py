"""What is compared, and what is not."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from support.engine import psql, state_of, unlike

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call, Pair
    from support.servers import Databases

pytestmark = pytest.mark.usefixtures("one_shadow")

DEV = "CREATE SCHEMA a; CREATE TABLE a.t (id int); CREATE TABLE b (id int); CREATE TABLE c (id int, note text)"
PROD = "CREATE TABLE c (id int)"


def found(call: Call, *arguments: object) -> Any:  # noqa: ANN401  JSON
    done = call("compare", *arguments, "--format", "json", "--no-report")
    assert done.stderr == ""
    return json.loads(done.stdout)


def keys(report: Any) -> set[str]:  # noqa: ANN401
    return {finding["key"] for finding in report["findings"]}


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("a", {"schema a", "table a.t", "column a.t.id"}),
        ("publi?", {"table public.b", "column public.b.id", "column public.c.note"}),
        ("none", set[str]()),
    ],
)
def test_only_schemas_that_were_asked_for_are_compared(call: Call, pair: Pair, pattern: str, wanted: set[str]) -> None:
    report = found(call, *pair(DEV, PROD), "--schema", pattern)
    assert keys(report) == wanted
    assert pattern in report["certificate"]["scope"]
    assert report["certificate"]["objects"] == {"a": 3, "publi?": 7, "none": 0}[pattern]


def test_a_rule_hides_and_says_how_much(call: Call, pair: Pair, tmp_path: Path) -> None:
    rules = "ignore: {rules: [{kind: table, name: 'public.*', reason: made by a job}]}\n"
    (tmp_path / "config.yaml").write_text(rules, encoding="utf-8")
    report = found(call, *pair(DEV, PROD))
    assert keys(report) == {"schema a", "table a.t", "column a.t.id"}
    (hidden,) = report["ignored"]
    assert hidden["reason"] == "made by a job"
    assert "table public.b" in hidden["keys"]
    assert report["verdict"]["outcome"] == "proved"


def test_the_tables_of_migration_tools_are_no_drift(call: Call, pair: Pair) -> None:
    table = "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)"
    report = found(call, *pair(f"{PROD}; {table}", PROD))
    assert keys(report) == set()
    assert report["ignored"]


def test_owners_and_grants_are_compared_when_asked_for(call: Call, pair: Pair, database: Databases) -> None:
    database().server.ensure_roles(["app_reader", "app_owner"])
    sides = pair(f"{PROD}; GRANT SELECT ON c TO app_reader; ALTER TABLE c OWNER TO app_owner", PROD)
    assert keys(found(call, *sides)) == set()
    assert keys(found(call, *sides, "--include", "grants")) == {"grant on table public.c to app_reader"}
    assert "owner on table public.c" in keys(found(call, *sides, "--include", "owners"))


def test_a_role_with_another_name_on_each_side_is_told_once_with_the_setting_for_it(
    call: Call, pair: Pair, database: Databases, tmp_path: Path
) -> None:
    database().server.ensure_roles(["dev_app", "prod_app"])
    tables = "CREATE TABLE c (id int); CREATE TABLE d (id int); ALTER TABLE c OWNER TO {0}; ALTER TABLE d OWNER TO {0}"
    # The database's own owner is not compared here.
    own = "DO $$BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO prod_app', current_database()); END$$"
    sides = pair(tables.format("dev_app"), f"{tables.format('prod_app')}; {own}")
    (warning,) = found(call, *sides, "--include", "owners")["warnings"]
    assert '`roles: {"dev_app": "prod_app"}` in config.yaml would take 2 differences away' in warning
    (tmp_path / "config.yaml").write_text(warning.split("`")[1])
    silent = found(call, *sides, "--include", "owners")
    assert (keys(silent), silent["warnings"]) == (set(), [])


def test_owners_that_are_not_compared_are_no_obstacle_to_a_full_proof(
    call: Call, pair: Pair, database: Databases
) -> None:
    database().server.ensure_roles(["only_dev", "only_prod"])
    owned = "CREATE SCHEMA app AUTHORIZATION {0}; CREATE TABLE app.t (id int); ALTER TABLE app.t OWNER TO {0}"
    sides = pair(f"{owned.format('only_dev')}; CREATE INDEX i ON app.t (id)", owned.format("only_prod"))
    done = found(call, *sides, "--verify", "full")
    assert (keys(done), done["verdict"]["sentence"]) == ({"index app.i"}, "proved (full) on PostgreSQL 18")


def test_what_is_said_about_the_database_is_compared_when_asked_for(
    call: Call, database: Databases, tmp_path: Path
) -> None:
    dev, prod = database(), database()
    dev.server.ensure_roles(["app_reader"])
    for each in (dev, prod):
        each.execute("CREATE TABLE t (id int)")
    dev.execute(f"COMMENT ON DATABASE {dev.name} IS 'it''s ours'; GRANT CREATE ON DATABASE {dev.name} TO app_reader")
    dev.execute(f"REVOKE ALL ON DATABASE {dev.name} FROM PUBLIC; ALTER DATABASE {dev.name} CONNECTION LIMIT 9")
    dev.execute(f"ALTER DATABASE {dev.name} IS_TEMPLATE true")
    assert keys(found(call, dev.conninfo, prod.conninfo)) == set()

    report = found(call, dev.conninfo, prod.conninfo, "--include", "database", "--verify", "full")

    assert report["verdict"]["outcome"] == "proved", report["verdict"]
    psql(prod, report["migration"]["sql"])
    told = """SELECT shobj_description(oid, 'pg_database'), datacl, datconnlimit, datistemplate FROM pg_database
              WHERE datname = current_database()"""
    assert prod.execute(told) == dev.execute(told)
    (tmp_path / "dev.sql").write_text("CREATE TABLE t (id int);")
    silent = found(call, tmp_path / "dev.sql", prod.conninfo, "--include", "database")
    assert silent["verdict"]["outcome"] == "proved", silent["verdict"]
    gone = {"database_comment database", 'database_privilege public.""', 'database_privilege app_reader.""'}
    assert keys(silent) == gone


def test_the_databases_owner_and_limit_follow_another_database_and_no_file(
    call: Call, database: Databases, tmp_path: Path
) -> None:
    dev, prod = database(), database()
    prod.server.ensure_roles(["app_owner"])
    dev.execute(f"ALTER DATABASE {dev.name} OWNER TO app_owner")
    prod.execute(f"ALTER DATABASE {prod.name} CONNECTION LIMIT 9")
    (tmp_path / "dev.sql").write_text("")

    moved = found(call, dev.conninfo, prod.conninfo, "--include", "database", "--verify", "full")

    assert (moved["verdict"]["outcome"], keys(moved)) == ("proved", {"database database"}), moved["verdict"]
    psql(prod, moved["migration"]["sql"])
    assert prod.execute(
        "SELECT datdba::regrole::text, datconnlimit FROM pg_database WHERE datname = current_database()"
    ) == [("app_owner", -1)]
    silent = found(call, tmp_path / "dev.sql", prod.conninfo, "--include", "database")
    assert (keys(silent), silent["information"]) == (set(), [])


def test_what_a_file_makes_belongs_to_whoever_runs_the_migration(
    call: Call, database: Databases, tmp_path: Path
) -> None:
    prod, goal = database(), database()
    prod.server.ensure_roles(["app_owner", "app_reader"])
    prod.execute(
        "CREATE TABLE kept (id int); ALTER TABLE kept OWNER TO app_owner; CREATE VIEW v AS SELECT id FROM kept"
    )
    (tmp_path / "dev.sql").write_text(
        "CREATE TABLE kept (id bigint); CREATE VIEW v AS SELECT id FROM kept; CREATE TABLE new (id serial);"
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_reader"
    )
    goal.load(tmp_path / "dev.sql")
    goal.execute("ALTER TABLE kept OWNER TO app_owner")
    report = found(call, tmp_path / "dev.sql", prod.conninfo, "--include", "owners,grants")
    assert report["verdict"]["outcome"] == "proved", report["verdict"]
    assert "owner on table public.kept" not in keys(report)
    psql(prod, report["migration"]["sql"])
    assert unlike(state_of(prod), state_of(goal)) == ""


def test_a_new_table_has_the_grants_of_the_desired_one_whatever_default_privileges_give(
    call: Call, database: Databases
) -> None:
    dev, prod = database(), database()
    dev.server.ensure_roles(["app_reader"])
    for each in (dev, prod):
        each.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_reader")
    dev.execute("CREATE TABLE t (id int); REVOKE ALL ON t FROM app_reader")
    report = found(call, dev.conninfo, prod.conninfo, "--include", "grants")
    assert report["verdict"]["outcome"] == "proved", report["verdict"]
    psql(prod, report["migration"]["sql"])
    assert unlike(state_of(prod), state_of(dev)) == ""


def test_an_object_given_a_new_name_keeps_its_rows(call: Call, database: Databases) -> None:
    dev, prod = database(), database()
    dev.execute("CREATE TABLE users (mail text CHECK (mail <> '')); CREATE VIEW v AS SELECT mail FROM users")
    prod.execute("CREATE TABLE users (email text CHECK (email <> '')); CREATE VIEW v AS SELECT email FROM users")
    prod.execute("INSERT INTO users VALUES ('a@b.c')")
    before = state_of(prod)
    report = found(call, dev.conninfo, prod.conninfo, "--rename", "column public.users.email = mail")
    assert report["verdict"]["outcome"] == "proved", report["verdict"]
    psql(prod, report["migration"]["sql"])
    assert unlike(state_of(prod), state_of(dev)) == ""
    assert prod.execute("SELECT mail FROM users") == [("a@b.c",)]
    psql(prod, report["rollback"]["sql"])
    assert unlike(state_of(prod), before) == ""
    assert prod.execute("SELECT email FROM users") == [("a@b.c",)]


def test_a_rename_that_makes_no_sense_is_one_sentence(call: Call, pair: Pair) -> None:
    sides = pair("CREATE TABLE t (a int, b int)", "CREATE TABLE t (a int, b int)")
    done = call("compare", *sides, "--rename", "column public.t.a = b", "--no-report")
    assert done.returncode == 1
    assert "column public.t.b" in done.stderr
    assert done.stderr.count("\n") == 1


EVENTS = """
    CREATE TABLE events (id int, at date NOT NULL, kind varchar(20)) PARTITION BY RANGE (at);
    CREATE TABLE events_rest PARTITION OF events DEFAULT;
    CREATE TABLE events_p1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
"""
MADE_BY_A_JOB = """
    CREATE TABLE events_p2 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE INDEX only_here ON events_p2 (id);
    INSERT INTO events VALUES (1, '2025-02-03', 'x');
"""


@pytest.fixture
def job(tmp_path: Path) -> None:
    """Partitions that a job makes are not compared."""
    rules = "ignore: {rules: [{kind: table, name: public.events_p*, reason: made by a job}]}\n"
    (tmp_path / "config.yaml").write_text(rules, encoding="utf-8")


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize("depth", ["quick", "full"])
def test_partitions_that_are_ignored_follow_their_parent(call: Call, database: Databases, depth: str) -> None:
    dev, prod = database(), database()
    dev.execute(
        f"{EVENTS} ALTER TABLE events ALTER kind TYPE text, ADD extra int NOT NULL DEFAULT 5, ADD CHECK (id > 0)"
    )
    prod.execute(EVENTS + MADE_BY_A_JOB)
    report = found(call, dev.conninfo, prod.conninfo, "--verify", depth)
    changed = ("column {}.kind", "column {}.extra", "default {}.extra", "constraint {}.events_id_check")
    compared = ("public.events", "public.events_rest")
    assert keys(report) == {change.format(table) for table in compared for change in changed}
    assert (report["verdict"]["outcome"], report["verdict"]["depth"]) == ("proved", depth), report["verdict"]
    psql(prod, report["migration"]["sql"])
    assert prod.execute("SELECT * FROM events_p2") == [(1, date(2025, 2, 3), "x", 5)]
    assert prod.execute("SELECT relname FROM pg_class WHERE relname = 'only_here'") == [("only_here",)]
    assert keys(found(call, dev.conninfo, prod.conninfo, "--verify", depth)) == set()


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize("depth", ["quick", "full"])
@pytest.mark.parametrize(
    "change",
    [
        "CREATE INDEX a_new ON events (kind)",
        "CREATE UNIQUE INDEX new ON events (kind, at)",
        "ALTER TABLE events ADD UNIQUE (id, at)",
        "ALTER TABLE events ADD PRIMARY KEY (id, at)",
    ],
)
def test_an_index_reaches_ignored_partitions_as_well(call: Call, database: Databases, change: str, depth: str) -> None:
    dev, prod = database(), database()
    dev.execute(f"{EVENTS} {change}")
    prod.execute(EVENTS + MADE_BY_A_JOB)
    indexes = (
        "SELECT indrelid::regclass, count(*) FROM pg_index WHERE indisvalid GROUP BY 1 HAVING min(indrelid) > 9999"
    )
    parts = "SELECT indrelid::regclass::text, count(*) FROM pg_index WHERE indexrelid IN"
    parts += " (SELECT inhrelid FROM pg_inherits) AND indisvalid GROUP BY 1"
    before = sorted(prod.execute(indexes))
    report = found(call, dev.conninfo, prod.conninfo, "--verify", depth)
    assert (report["verdict"]["outcome"], report["verdict"]["depth"]) == ("proved", depth), report["verdict"]
    assert any("left out" in item["what"] for item in report["verdict"]["not_covered"])
    psql(prod, report["migration"]["sql"])
    assert keys(found(call, dev.conninfo, prod.conninfo, "--verify", depth)) == set()
    assert sorted(prod.execute(parts)) == [("events_p1", 1), ("events_p2", 1), ("events_rest", 1)]
    psql(prod, report["rollback"]["sql"])
    assert sorted(prod.execute(indexes)) == before


@pytest.mark.usefixtures("job")
def test_what_a_parent_lacks_shows_though_its_partitions_are_ignored(call: Call, pair: Pair) -> None:
    whole = EVENTS.replace("CREATE TABLE events_rest PARTITION OF events DEFAULT;", "")
    report = found(call, *pair(f"{whole} CREATE INDEX new ON events (kind); ALTER TABLE events ADD extra int", whole))
    assert keys(report) == {"index public.new", "column public.events.extra"}
    assert report["verdict"]["outcome"] == "proved", report["verdict"]


def test_columns_that_hold_oids_of_what_is_made_anew_are_named(call: Call, database: Databases) -> None:
    dev, prod = database(), database()
    for each, column in ((dev, "b"), (prod, "a")):
        each.execute(f"CREATE VIEW v AS SELECT 1 AS {column}; CREATE TABLE watched (what regclass)")
    warnings = found(call, dev.conninfo, prod.conninfo)["warnings"]
    assert any("column public.watched.what holds oids" in told and "(view public.v)" in told for told in warnings)
