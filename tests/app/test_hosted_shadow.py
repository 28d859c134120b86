"""A shadow on a server where the role is no superuser, as on managed services: what it may not make is left out."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from psycopg.conninfo import make_conninfo

from driftwatch.app.proving import building
from driftwatch.verify.prove import build_on
from support.installed import NEWEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.conftest import Call
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.verdict import Failure
    from driftwatch.shadow.contract import Shadow
    from driftwatch.verify.prove import Built
    from support.servers import Database, Databases, Servers

Hosted = Callable[..., Any]
"""Makes two databases, of the provider's objects and of these, and compares them: gives the report's JSON."""

_NUMBERS = itertools.count(1)

PROVIDERS = """
    CREATE SCHEMA provider;
    CREATE FUNCTION provider.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION provider.watch();
    CREATE EVENT TRIGGER watch_drops ON sql_drop EXECUTE FUNCTION provider.watch();
    CREATE PUBLICATION everything FOR ALL TABLES;
    CREATE PUBLICATION inserts FOR ALL TABLES WITH (publish = 'insert');
    CREATE FOREIGN DATA WRAPPER wrapper;
    CREATE SERVER far FOREIGN DATA WRAPPER wrapper;
    CREATE TABLE t (id int);
"""


@pytest.fixture
def server_of_others(request: pytest.FixtureRequest, server: Servers) -> Iterator[tuple[int, str]]:
    """A major, and a role of its server that may create databases and read everything."""
    major, role = getattr(request, "param", NEWEST), f"customer_{next(_NUMBERS)}"
    server(major).maintain(f"CREATE ROLE {role} LOGIN CREATEDB IN ROLE pg_read_all_data")
    yield major, role
    server(major).maintain(f"DROP ROLE {role}")


@pytest.fixture
def sides(server_of_others: tuple[int, str], database: Databases) -> Callable[[str, str], tuple[Database, Database]]:
    def made(dev: str, prod: str) -> tuple[Database, Database]:
        found = database(server_of_others[0]), database(server_of_others[0])
        for each, sql in zip(found, (dev, prod), strict=True):
            each.execute(PROVIDERS + sql)
        return found

    return made


@pytest.fixture
def configured(
    call: Call,
    sides: Callable[[str, str], tuple[Database, Database]],
    server_of_others: tuple[int, str],
    tmp_path: Path,
) -> Hosted:
    def compared(dev: str, prod: str, *options: str) -> Any:  # noqa: ANN401  JSON
        urls = [make_conninfo(each.conninfo, user=server_of_others[1]) for each in sides(dev, prod)]
        config = {
            "databases": {"dev": {"url": urls[0], "environment": "development"}, "prod": {"url": urls[1]}},
            "compare": {"desired": "dev", "actual": "prod"},
            "shadow": {"database": "dev"},
        }
        (tmp_path / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
        return json.loads(call("compare", *options, "--format", "json", "--no-report").stdout)

    return compared


@pytest.mark.parametrize("server_of_others", [15, NEWEST], indirect=True)
@pytest.mark.parametrize("depth", ["quick", "full"])
def test_what_only_a_superuser_may_make_is_left_out_and_named(configured: Hosted, depth: str) -> None:
    verdict = configured("ALTER TABLE t ADD name text", "", "--verify", depth)["verdict"]
    assert (verdict["outcome"], verdict["depth"]) == ("proved", "quick"), verdict
    told = {item["what"]: item["reason"] for item in verdict["not_covered"]}
    assert "must be superuser" in told["publication everything, publication inserts"].lower()
    assert "the shadow's role may not make" in told["event_trigger watch, event_trigger watch_drops"]


def test_a_subscription_without_a_password_is_left_out_and_named(
    configured: Hosted, server: Servers, server_of_others: tuple[int, str]
) -> None:
    """Since 16 the role of a shadow may make some, but a superuser's without a password it may not (2F003)."""
    server(server_of_others[0]).maintain(f"GRANT pg_create_subscription TO {server_of_others[1]}")
    both = "CREATE SUBSCRIPTION sub CONNECTION 'host=a.invalid' PUBLICATION p WITH (connect = false, slot_name = NONE);"
    verdict = configured(f"{both} ALTER TABLE t ADD name text", both, "--verify", "full")["verdict"]
    assert verdict["outcome"] == "proved", verdict
    told = {item["what"]: item["reason"] for item in verdict["not_covered"]}
    assert "password is required" in told["subscription sub"]


def test_it_takes_two_builds_however_much_is_refused(configured: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    stages: list[str] = []

    def counted(shadow: Shadow, wanted: Snapshot, *, stage: str, **options: Any) -> Built | Failure:  # noqa: ANN401
        stages.append(stage)
        return build_on(shadow, wanted, stage=stage, **options)

    monkeypatch.setattr(building, "build_on", counted)
    configured("ALTER TABLE t ADD name text", "")
    assert len(stages) == 2 * 2


def test_a_migration_of_what_was_left_out_is_not_called_proved(configured: Hosted) -> None:
    new = "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION provider.watch(); ALTER TABLE t ADD b int"
    verdict = configured(new, "")["verdict"]
    assert verdict["outcome"] == "not proved"
    assert "so event_trigger mine could not be tried" in verdict["reason"]
    assert "the rest was proved" in verdict["reason"]


def test_what_depends_on_it_is_left_out_with_it(configured: Hosted) -> None:
    uses = "CREATE FOREIGN TABLE afar (id int) SERVER far; CREATE VIEW calls AS SELECT count(*) FROM afar;"
    verdict = configured(f"{uses} ALTER TABLE t ADD name text", uses, "--verify", "full")["verdict"]
    assert (verdict["outcome"], verdict["depth"]) == ("proved", "quick"), verdict
    left_out = [item["what"] for item in verdict["not_covered"] if item["reason"].startswith("that depends on")]
    assert "foreign_table public.afar" in str(left_out), verdict["not_covered"]


def test_owners_that_the_role_is_no_member_of_are_left_out(
    configured: Hosted, server: Servers, server_of_others: tuple[int, str]
) -> None:
    server(server_of_others[0]).ensure_roles(["somebody_else"])
    theirs = "CREATE TABLE theirs (id int); ALTER TABLE theirs OWNER TO somebody_else;"
    verdict = configured(f"{theirs} ALTER TABLE theirs ADD b int", theirs, "--include", "owners")["verdict"]
    assert verdict["outcome"] == "proved", verdict
    assert "owner" in str(verdict["not_covered"])


def test_a_file_is_proved_without_it(call: Call, configured: Hosted, tmp_path: Path) -> None:
    configured("ALTER TABLE t ADD b int", "")
    file = tmp_path / "migration.sql"
    file.write_text("ALTER TABLE t ADD b int;", encoding="utf-8")
    done = call("verify", str(file))
    assert done.returncode == 0, done
    assert "not covered: event_trigger watch, event_trigger watch_drops: the shadow's role may not" in done.stdout


def test_a_migration_in_several_steps_has_its_ways_back_without_it(
    call: Call, configured: Hosted, server_of_others: tuple[int, str], tmp_path: Path
) -> None:
    both = f"CREATE TYPE mood AS ENUM ('calm'); ALTER TYPE mood OWNER TO {server_of_others[1]};"
    configured(f"{both} ALTER TYPE mood ADD VALUE 'wild'; CREATE TABLE m (m mood DEFAULT 'wild')", both)
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "0001_start.sql").write_text("SELECT 1;", encoding="utf-8")
    done = call("migrate", "dev", "--from", "prod", "--name", "wilder", "--migrations", "m")
    assert done.returncode == 0, done
    ways_back = sorted((tmp_path / "m").glob("*.down.sql"))
    assert [file.name for file in ways_back] == ["0002_wilder.down.sql", "0003_wilder_2.down.sql"]
    assert "DROP TABLE public.m" in ways_back[1].read_text(encoding="utf-8")


def test_renames_are_tried_without_it(configured: Hosted) -> None:
    verdict = configured("ALTER TABLE t RENAME id TO number", "", "--rename", "column public.t.id = number")["verdict"]
    assert verdict["outcome"] == "proved", verdict


@pytest.mark.parametrize("include", ["", "grants"])
def test_default_privileges_of_the_shadows_role_fail_no_proof(
    configured: Hosted, server_of_others: tuple[int, str], include: str
) -> None:
    both = f"ALTER DEFAULT PRIVILEGES FOR ROLE {server_of_others[1]} GRANT SELECT ON TABLES TO PUBLIC;"
    verdict = configured(f"CREATE TABLE u (id int); {both}", both, *(["--include", include] if include else []))[
        "verdict"
    ]
    assert verdict["outcome"] == "proved", verdict


def test_doctor_says_what_such_a_shadow_is_no_good_for(call: Call, configured: Hosted) -> None:
    configured("", "")
    done = call("doctor")
    assert "is no superuser: what only one may make is left out of proofs" in done.stdout


def test_a_full_proof_dumps_by_the_direct_url(call: Call, database: Databases, tmp_path: Path) -> None:
    dev, prod = database(), database()
    for each in (dev, prod):
        each.execute("CREATE TABLE t (id int)")
    dev.execute("ALTER TABLE t ADD name text")
    dev.server.ensure_roles(["may_connect"])
    dev.server.maintain("ALTER ROLE may_connect LOGIN")
    sides = {
        name: {"url": make_conninfo(each.conninfo, user="may_connect"), "direct_url": each.conninfo}
        for name, each in (("dev", dev), ("prod", prod))
    }
    config = {"databases": sides, "compare": {"desired": "dev", "actual": "prod"}, "verify": "full"}
    (tmp_path / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
    verdict = json.loads(call("compare", "--format", "json", "--no-report").stdout)["verdict"]
    assert (verdict["outcome"], verdict["depth"]) == ("proved", "full"), verdict
