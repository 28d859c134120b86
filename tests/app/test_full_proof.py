"""The full proof: our copies are first held against pg_dump of the originals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.app.proving import building
from driftwatch.shadow.binaries import SERVERS_VARIABLE, local_binaries
from driftwatch.verify import prove
from driftwatch.verify.closure import restricted
from support.installed import NEWEST, unavailable
from support.schemas import load_everything

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from app.conftest import Call, Pair
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.verdict import Failure
    from driftwatch.shadow.contract import Shadow
    from support.servers import Databases, Servers

SECRETS = """
    CREATE FOREIGN DATA WRAPPER w;
    CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h', passfile '/x');
    CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'me', password 'hunter2');
    CREATE TABLE t (id int);
    ALTER DATABASE {name} SET work_mem = '5MB';
    CREATE SUBSCRIPTION sub CONNECTION 'host=a password=hunter2' PUBLICATION p WITH (connect = false, slot_name = NONE)
"""

ONLY_SUPERUSERS_OWN = """
    CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();
    CREATE FOREIGN DATA WRAPPER w;
    CREATE SUBSCRIPTION sub CONNECTION 'host=a' PUBLICATION p WITH (connect = false, slot_name = NONE);
    ALTER EVENT TRIGGER e OWNER TO theirs;
    ALTER FOREIGN DATA WRAPPER w OWNER TO theirs;
    ALTER SUBSCRIPTION sub OWNER TO theirs
"""


def test_a_schema_with_secrets_is_proved_without_them(call: Call, database: Databases) -> None:
    dev, prod = database(), database()
    for each in (dev, prod):
        for statement in SECRETS.format(name=each.name).split(";\n"):
            each.execute(statement)
    dev.execute("COMMENT ON TABLE t IS 'x'")
    done = call("compare", dev.conninfo, prod.conninfo, "--verify", "full", "--format", "json", "--no-report")
    verdict = json.loads(done.stdout)["verdict"]
    assert (verdict["outcome"], verdict["depth"]) == ("proved", "full"), verdict
    assert "hunter2" not in done.stdout + done.stderr


def test_what_only_superusers_own_is_theirs_on_a_shadow_whose_superuser_is_another(
    call: Call, database: Databases
) -> None:
    dev, prod = database(), database()
    for role in ("theirs", "anothers"):
        dev.server.maintain(f"CREATE ROLE {role} SUPERUSER")
    for each in (dev, prod):
        for statement in ONLY_SUPERUSERS_OWN.split(";\n"):
            each.execute(statement)
    prod.execute("ALTER FOREIGN DATA WRAPPER w OWNER TO anothers; COMMENT ON EVENT TRIGGER e IS 'x'")
    options = ("--include", "owners", "--verify", "full", "--format", "json", "--no-report")
    report = json.loads(call("compare", dev.conninfo, prod.conninfo, *options).stdout)
    assert (report["verdict"]["outcome"], report["verdict"]["depth"]) == ("proved", "full"), report["verdict"]
    assert "ALTER FOREIGN DATA WRAPPER w OWNER TO theirs" in report["migration"]["sql"]


def test_what_hangs_on_a_sessions_temporary_type_leaves_the_rest_to_a_quick_proof(
    call: Call, database: Databases
) -> None:
    dev, prod = database(), database()
    dev.execute("CREATE TABLE t (id int)")
    with psycopg.connect(prod.conninfo, autocommit=True) as session:
        session.execute("CREATE TYPE pg_temp.mood AS ENUM (); CREATE FUNCTION f(pg_temp.mood) RETURNS int RETURN 1")
        done = call("compare", dev.conninfo, prod.conninfo, "--verify", "full", "--format", "json", "--no-report")
    report = json.loads(done.stdout)
    assert (report["verdict"]["outcome"], report["verdict"]["depth"]) == ("proved", "quick"), report["verdict"]
    assert "temporary" in report["verdict"]["reason"]
    assert [row["what"] for row in report["unmodelled"]] == ["object over a temporary one"]


def test_what_is_taken_from_the_owner_is_proved_whoever_that_is(call: Call, database: Databases) -> None:
    dev, prod = database(), database()
    for each in (dev, prod):
        each.execute("CREATE TABLE t (id int)")
    dev.execute("REVOKE TRUNCATE ON t FROM CURRENT_USER")
    dev.execute("ALTER DEFAULT PRIVILEGES REVOKE UPDATE ON TABLES FROM CURRENT_USER")
    options = ("--include", "owners,grants", "--verify", "full", "--format", "json", "--no-report")
    verdict = json.loads(call("compare", dev.conninfo, prod.conninfo, *options).stdout)["verdict"]
    assert (verdict["outcome"], verdict["depth"]) == ("proved", "full"), verdict


def test_sql_files_are_proved_in_full_whoever_loads_them(call: Call, tmp_path: Path) -> None:
    dev, prod = tmp_path / "dev.sql", tmp_path / "prod.sql"
    prod.write_text("CREATE TABLE t (id serial); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';")
    dev.write_text(prod.read_text() + "CREATE INDEX ON t (id); CREATE TABLE u (id int); GRANT SELECT ON u TO PUBLIC;")
    options = ("--include", "owners,grants", "--verify", "full", "--format", "json", "--no-report")
    verdict = json.loads(call("compare", str(dev), str(prod), *options).stdout)["verdict"]
    assert (verdict["outcome"], verdict["depth"]) == ("proved", "full"), verdict


def test_what_our_reader_is_blind_to_fails_the_full_proof(
    call: Call, database: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev, prod = database(), database()
    for each in (dev, prod):
        each.execute("CREATE TABLE t (id int); CREATE TABLE u (id int)")
    dev.execute("COMMENT ON TABLE t IS 'x'")

    def without_a_table(
        shadow: Shadow, wanted: Snapshot, kinds: Sequence[Kind], stage: str, **_: object
    ) -> prove.Built | Failure:
        seen = frozenset(key for key in wanted.objects if "u" not in key.path and "table public.u" not in key.path)
        return prove.build_on(shadow, restricted(wanted, seen), kinds, stage)

    monkeypatch.setattr(building, "build_on", without_a_table)
    arguments = ("compare", dev.conninfo, prod.conninfo, "--no-report", "--format", "json", "--verify")
    assert call(*arguments, "quick").returncode == 2
    done = call(*arguments, "full")
    assert done.returncode == 1
    assert "TABLE u in schema public is missing" in json.loads(done.stdout)["verdict"]["sentence"]


def test_an_object_of_every_kind_is_proved_in_full(call: Call, database: Databases) -> None:
    dev, prod = database(), database()
    load_everything(dev)
    load_everything(prod)
    dev.execute("CREATE TABLE one_more (id int)")
    done = call("compare", dev.conninfo, prod.conninfo, "--verify", "full", "--format", "json", "--no-report")
    verdict = json.loads(done.stdout)["verdict"]
    assert (verdict["outcome"], verdict["depth"]) == ("proved", "full"), verdict


@pytest.fixture
def only_embedded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """To be called once the test has its servers: the shadow is the embedded one, without ICU and pgcrypto."""

    def forget() -> None:
        monkeypatch.delenv(SERVERS_VARIABLE, raising=False)
        local_binaries.cache_clear()

    yield forget
    monkeypatch.undo()
    local_binaries.cache_clear()


def test_on_a_shadow_without_icu_its_collations_stand_by_name_only(
    call: Call, database: Databases, server: Servers, tmp_path: Path, only_embedded: Callable[[], None]
) -> None:
    if server(NEWEST).lacks({"icu"}):
        unavailable("the test server lacks ICU")
    dev, prod = database(), database()
    only_embedded()
    for each, locale in ((dev, "und"), (prod, "de")):
        each.execute(f"CREATE COLLATION nd (provider = icu, locale = '{locale}', deterministic = false)")
    prod.execute("CREATE TABLE t (id int, a text COLLATE nd)")
    dev.execute('CREATE TABLE t (id int, a text COLLATE nd, b text COLLATE "de-DE-x-icu")')
    done = call("compare", dev.conninfo, prod.conninfo, "--format", "json", "--verify", "full", "--output", tmp_path)
    told = json.loads(done.stdout)
    assert done.returncode == 2
    assert (told["verdict"]["outcome"], told["verdict"]["depth"]) == ("proved", "quick")
    assert told["verdict"]["stand_ins"] == ["collation public.nd", "collation de-DE-x-icu"]
    assert "collation public.nd" in str(told["verdict"]["not_covered"])
    assert "locale = 'und'" in told["migration"]["sql"].lower()


def test_a_part_is_built_beside_what_every_database_has(
    call: Call, database: Databases, only_embedded: Callable[[], None]
) -> None:
    dev, prod = database(), database()
    only_embedded()
    dev.execute("CREATE EXTENSION pgcrypto; CREATE TABLE t (h bytea DEFAULT digest('x', 'sha256'))")
    prod.execute("CREATE TABLE t ()")
    for pair in ((dev, prod), (prod, dev)):
        done = call("compare", *(each.conninfo for each in pair), "--format", "json", "--no-report")
        verdict = json.loads(done.stdout)["verdict"]
        assert (verdict["outcome"], verdict["stand_ins"]) == ("proved", ["extension pgcrypto"])


def test_what_a_statement_changes_in_passing_is_there_to_be_changed(call: Call, pair: Pair) -> None:
    rows = "CREATE TABLE t (id int, n {}); CREATE TABLE u (id int, kept t)"
    done = call("compare", *pair(rows.format("bigint"), rows.format("text")), "--format", "json", "--no-report")
    assert json.loads(done.stdout)["verdict"]["outcome"] == "proved"


OVER_ANOTHER = "CREATE TABLE t (a int); CREATE MATERIALIZED VIEW m AS SELECT a FROM t"


@pytest.mark.parametrize("depth", ["quick", "full"])
def test_a_materialized_view_over_another_is_proved_though_none_is_filled_on_the_shadow(
    call: Call, pair: Pair, depth: str
) -> None:
    sides = pair(f"{OVER_ANOTHER}; CREATE MATERIALIZED VIEW n AS SELECT a FROM m", OVER_ANOTHER)
    done = call("compare", *sides, "--verify", depth, "--format", "json", "--no-report")
    assert json.loads(done.stdout)["verdict"]["outcome"] == "proved", done.stdout


def test_what_a_proof_cannot_tell_is_said(call: Call, pair: Pair) -> None:
    base = "CREATE TABLE t (id int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    view = "CREATE MATERIALIZED VIEW m AS SELECT id, f() FROM t"
    done = call("compare", *pair(base + view, base), "--format", "json", "--no-report")
    told = {item["what"]: item["reason"] for item in json.loads(done.stdout)["verdict"]["not_covered"]}
    assert told == {
        "what the bodies of 1 routine name": "PostgreSQL looks at it only when they run",
        "the rows of materialized_view public.m": "a shadow has none to fill it from",
    }


LEFT_INVALID = """
    CREATE TABLE t (a int, b int);
    CREATE INDEX i ON t (a);
    COMMENT ON INDEX i IS 'looked up by a';
    CREATE TABLE p (a int) PARTITION BY LIST (a);
    CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
    CREATE INDEX p_a ON p (a);
    CREATE INDEX p1_a ON p1 (a, (a + 1))
"""
BREAK = "UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('i'::regclass, 'p1_a'::regclass)"


@pytest.mark.parametrize("depth", ["quick", "full"])
def test_an_index_that_prod_was_left_with_invalid_is_drift_and_built_again(call: Call, pair: Pair, depth: str) -> None:
    dev, prod = pair(LEFT_INVALID, f"{LEFT_INVALID}; {BREAK}")
    done = call("compare", dev, prod, "--verify", depth, "--format", "json", "--no-report")
    report = json.loads(done.stdout)
    assert (report["verdict"]["outcome"], report["verdict"]["depth"]) == ("proved", depth), report["verdict"]
    assert {finding["key"] for finding in report["findings"]} == {"index public.i", "index public.p1_a"}
    assert "CREATE INDEX i ON public.t USING btree (a)" in report["migration"]["sql"]
    assert done.returncode == 2


def test_an_index_that_is_invalid_on_dev_is_told_and_prods_stays(call: Call, pair: Pair) -> None:
    dev, prod = pair(f"{LEFT_INVALID}; {BREAK}", LEFT_INVALID)
    done = call("compare", dev, prod, "--verify", "full", "--format", "json", "--no-report")
    report = json.loads(done.stdout)
    assert {finding["key"] for finding in report["findings"]} == {"index public.i", "index public.p1_a"}
    assert report["verdict"]["outcome"] != "failed", report["verdict"]
    assert "INDEX i" not in report["migration"]["sql"]
    told = [warning for warning in report["warnings"] if warning.startswith("index public.i: ")]
    assert [
        "INVALID on the desired side" in each and "REINDEX INDEX CONCURRENTLY public.i" in each for each in told
    ] == [True]
