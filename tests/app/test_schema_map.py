"""`schema_map`: one side's schemas are called otherwise on the other side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.engine import psql

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call
    from support.servers import Databases

pytestmark = pytest.mark.usefixtures("one_shadow")

SHOP = """
    CREATE SCHEMA {0};
    CREATE TYPE {0}.mood AS ENUM ('sad', 'ok');
    CREATE FUNCTION {0}.twice(a int) RETURNS int IMMUTABLE RETURN 2 * a;
    CREATE TABLE {0}.t (
        id serial PRIMARY KEY, a {0}.mood DEFAULT 'ok', b int DEFAULT {0}.twice(1) CHECK ({0}.twice(b) > 0)
    );
    CREATE VIEW {0}.v AS SELECT id, a FROM {0}.t WHERE a = 'ok'::{0}.mood;
    CREATE POLICY mine ON {0}.t USING (b = {0}.twice(1));
"""
MORE = "CREATE TABLE {0}.more (a {0}.mood, t_id int REFERENCES {0}.t); CREATE VIEW {0}.w AS SELECT * FROM {0}.v"


def compared(call: Call, place: Path, schema_map: str, *sides: object) -> Any:  # noqa: ANN401  JSON
    (place / "config.yaml").write_text(f"schema_map: {schema_map}\n", encoding="utf-8")
    done = call("compare", *sides, "--format", "json", "--no-report")
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.parametrize("depth", ["quick", "full"])
def test_the_migration_speaks_the_names_of_the_actual_side(
    call: Call, database: Databases, tmp_path: Path, depth: str
) -> None:
    dev, prod = database(), database()
    dev.execute("DROP SCHEMA public;" + SHOP.format("public") + MORE.format("public"))
    prod.execute(SHOP.format("app"))
    sides = (dev.conninfo, prod.conninfo)
    report = compared(call, tmp_path, "{public: app}", *sides, "--verify", depth)
    assert {finding["key"] for finding in report["findings"] if finding["key"].split()[0] in {"table", "view"}} == {
        "table app.more",
        "view app.w",
    }
    assert {finding["verb"] for finding in report["findings"]} == {"add"}
    assert (report["verdict"]["outcome"], report["verdict"]["depth"]) == ("proved", depth), report["verdict"]
    assert [rule["rule"] for rule in report["ignored"]] == ["schema_map"]
    psql(prod, report["migration"]["sql"])
    assert compared(call, tmp_path, "{public: app}", *sides)["findings"] == []


def test_two_schemas_may_swap_their_names(call: Call, database: Databases, tmp_path: Path) -> None:
    dev, prod = database(), database()
    dev.execute(SHOP.format("a") + "CREATE SCHEMA b; CREATE TABLE b.u (m a.mood)")
    prod.execute(SHOP.format("b") + "CREATE SCHEMA a; CREATE TABLE a.u (m b.mood)")
    assert compared(call, tmp_path, "{a: b, b: a}", dev.conninfo, prod.conninfo)["findings"] == []


def test_the_scope_is_in_the_desired_names_and_goes_with_the_map(
    call: Call, database: Databases, tmp_path: Path
) -> None:
    dev, prod = database(), database()
    dev.execute("CREATE SCHEMA other; CREATE TABLE other.o (id int); CREATE TABLE public.t (id int)")
    prod.execute("CREATE SCHEMA app")
    report = compared(call, tmp_path, "{public: app}", dev.conninfo, prod.conninfo, "--schema", "public")
    assert {finding["key"] for finding in report["findings"]} == {"table app.t", "column app.t.id"}
    assert report["certificate"]["scope"] == "schemas app"


def test_secrets_are_compared_as_without_a_map(
    call: Call, database: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRIFTWATCH_DIGEST_KEY", "k" * 32)
    far = """
        CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w;
        CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 'geheim');
        CREATE SCHEMA {0}; CREATE FOREIGN TABLE {0}.f (id int) SERVER far;
    """
    dev, prod = database(), database()
    dev.execute(far.format("mine"))
    prod.execute(far.format("yours"))
    assert compared(call, tmp_path, "{mine: yours}", dev.conninfo, prod.conninfo)["findings"] == []
    prod.execute("ALTER USER MAPPING FOR PUBLIC SERVER far OPTIONS (SET password 'anders')")
    (found,) = compared(call, tmp_path, "{mine: yours}", dev.conninfo, prod.conninfo)["findings"]
    assert found["key"].startswith("user_mapping")


def test_a_name_that_is_taken_is_refused(call: Call, database: Databases, tmp_path: Path) -> None:
    dev = database()
    dev.execute("CREATE SCHEMA app")
    (tmp_path / "config.yaml").write_text("schema_map: {public: app}\n", encoding="utf-8")
    done = call("compare", dev.conninfo, database().conninfo)
    assert done.returncode == 1
    assert "schema_map calls public app, and the desired side has a schema app already" in done.stderr


@pytest.mark.parametrize("depth", ["quick", "full"])
def test_two_tenants_of_one_database(call: Call, database: Databases, tmp_path: Path, depth: str) -> None:
    both = database()
    both.execute(SHOP.format("one") + SHOP.format("two") + MORE.format("one"))
    (tmp_path / "config.yaml").write_text(
        f"databases: {{one: {{url: {json.dumps(both.conninfo)}, schemas: [one], schema_map: {{one: two}}}},"
        f" two: {{url: {json.dumps(both.conninfo)}, schemas: [two]}}}}\n",
        encoding="utf-8",
    )
    done = call("compare", "one", "two", "--format", "json", "--no-report", "--verify", depth)
    report = json.loads(done.stdout)
    assert {finding["key"] for finding in report["findings"] if finding["key"].split()[0] in {"table", "view"}} == {
        "table two.more",
        "view two.w",
    }
    assert {finding["verb"] for finding in report["findings"]} == {"add"}
    assert (report["verdict"]["outcome"], report["verdict"]["depth"]) == ("proved", depth), report["verdict"]
    psql(both, report["migration"]["sql"])
    assert call("compare", "one", "two", "--no-report").returncode == 0


def test_who_moved_is_told_across_the_map(call: Call, database: Databases, tmp_path: Path) -> None:
    dev, prod = database(), database()
    dev.execute("CREATE TABLE t (id int); CREATE TABLE fresh (id int)")
    prod.execute("CREATE SCHEMA app; CREATE TABLE app.t (id int, hot int)")
    (tmp_path / "base.sql").write_text("CREATE TABLE public.t (id int);", encoding="utf-8")
    report = compared(call, tmp_path, "{public: app}", dev.conninfo, prod.conninfo, "--base", tmp_path / "base.sql")
    labels = {finding["key"]: finding["label"] for finding in report["findings"]}
    assert labels["table app.fresh"] == "pending"
    assert labels["column app.t.hot"] == "hot-fix in prod"


def test_a_migration_by_hand_is_proved_across_the_map(call: Call, database: Databases, tmp_path: Path) -> None:
    dev, prod = database(), database()
    dev.execute("CREATE TABLE t (id int, more int)")
    prod.execute("CREATE SCHEMA app; CREATE TABLE app.t (id int)")
    (tmp_path / "config.yaml").write_text("schema_map: {public: app}\n", encoding="utf-8")
    (tmp_path / "by_hand.sql").write_text("ALTER TABLE app.t ADD COLUMN more int;", encoding="utf-8")
    done = call("verify", tmp_path / "by_hand.sql", dev.conninfo, prod.conninfo)
    assert (done.returncode, done.stderr) == (0, "")
