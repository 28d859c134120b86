"""snapshot, verify, doctor and demo."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call, Pair
    from support.servers import Databases

DEV = "CREATE TABLE t (id int PRIMARY KEY, name text)"
PROD = "CREATE TABLE t (id int PRIMARY KEY)"
GOOD = "ALTER TABLE public.t ADD COLUMN name text;\n"
WAY_BACK = "ALTER TABLE public.t DROP COLUMN name;\n"


def test_a_snapshot_stands_for_its_database_offline(call: Call, pair: Pair, tmp_path: Path) -> None:
    dev, prod = pair(DEV, PROD)
    saved = call("snapshot", dev, "--output", "dev.snapshot.json")
    assert (saved.returncode, saved.stdout) == (0, "")
    assert json.loads((tmp_path / "dev.snapshot.json").read_text(encoding="utf-8"))
    assert call("compare", "dev.snapshot.json", dev, "--no-report").returncode == 0
    live, offline = (
        call("compare", side, prod, "--format", "sql", "--no-report") for side in (dev, "dev.snapshot.json")
    )
    assert (live.returncode, offline.returncode) == (2, 2)
    assert statements(live.stdout) == statements(offline.stdout)


def statements(script: str) -> list[str]:
    return [line for line in script.splitlines() if not line.startswith("--")]


def test_a_snapshot_can_be_printed(call: Call, pair: Pair, tmp_path: Path) -> None:
    dev, _ = pair(DEV, PROD)
    printed = call("snapshot", dev, "--output", "-")
    assert json.loads(printed.stdout)
    assert list(tmp_path.iterdir()) == []


def test_a_saved_schema_is_no_full_proof_s_witness(call: Call, pair: Pair) -> None:
    dev, prod = pair(DEV, PROD)
    call("snapshot", dev, "--output", "dev.snapshot.json")
    done = call("compare", "dev.snapshot.json", prod, "--verify", "full", "--no-report")
    assert "proved (quick)" in done.stdout
    assert "saved snapshot" in done.stdout


@pytest.mark.parametrize(
    ("migration", "rollback", "code", "told"),
    [
        (GOOD, WAY_BACK, 0, "proved"),
        (GOOD, "SELECT 1;\n", 1, "still to do: drop column public.t.name"),
        ("SELECT 1;\n", None, 1, "still to do: add column public.t.name"),
        (GOOD.replace("text", "varchar(3)"), None, 1, "still to do: alter column public.t.name (type)"),
        (f"SELECT 1;\n{GOOD}{GOOD}", None, 1, "line 3"),
        ("ALTER TABLE public.nope ADD COLUMN a int;\n", None, 1, 'relation "public.nope" does not exist'),
    ],
)
def test_a_migration_that_somebody_wrote_is_proved_or_not(  # noqa: PLR0913, PLR0917
    call: Call, pair: Pair, tmp_path: Path, migration: str, rollback: str | None, code: int, told: str
) -> None:
    (tmp_path / "up.sql").write_text(migration, encoding="utf-8")
    options = []
    if rollback is not None:
        (tmp_path / "down.sql").write_text(rollback, encoding="utf-8")
        options = ["--rollback", "down.sql"]
    done = call("verify", "up.sql", *pair(DEV, PROD), *options)
    assert done.returncode == code, done.stdout
    assert told in done.stdout


def test_verify_touches_neither_database(call: Call, pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "up.sql").write_text(GOOD, encoding="utf-8")
    dev, prod = pair(DEV, PROD)
    assert call("verify", "up.sql", dev, prod).returncode == 0
    assert call("compare", dev, prod, "--no-report", "--no-verify").returncode == 2


def test_our_own_migration_is_proved_by_verify(call: Call, pair: Pair, tmp_path: Path) -> None:
    dev, prod = pair(DEV, PROD)
    call("compare", dev, prod, "--output", tmp_path / "out")
    (folder,) = tmp_path.glob("out/2*")
    done = call("verify", folder / "migration.sql", dev, prod, "--rollback", folder / "rollback.sql")
    assert (done.returncode, done.stderr) == (0, "")


def configure(tmp_path: Path, **databases: str) -> None:
    lines = [f"  {name}: {{url: {json.dumps(url)}}}" for name, url in databases.items()]
    (tmp_path / "config.yaml").write_text("\n".join(["databases:", *lines, ""]), encoding="utf-8")


def test_the_doctor_finds_nothing_where_all_is_well(call: Call, pair: Pair, tmp_path: Path) -> None:
    dev, prod = pair(DEV, PROD)
    configure(tmp_path, dev=dev, prod=prod)
    done = call("doctor")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("reached ") == 2
    assert "a database of it made and dropped" in done.stdout


def test_the_doctor_names_what_is_wrong_and_goes_on(call: Call, pair: Pair, tmp_path: Path) -> None:
    dev, _ = pair(DEV, PROD)
    configure(tmp_path, prod="postgresql://x:hunter2@localhost:1/app", dev=dev)
    done = call("doctor")
    assert done.returncode == 1
    assert "  no  can't connect to localhost:1/app" in done.stdout
    assert "reached " in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_the_doctor_says_what_a_role_may_not_dump_and_the_grant_that_helps(
    call: Call, database: Databases, tmp_path: Path
) -> None:
    from psycopg.conninfo import make_conninfo

    there = database()
    there.execute("CREATE TABLE t (id int)")
    there.execute("DO $$ BEGIN CREATE ROLE only_connects LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
    configure(tmp_path, prod=make_conninfo(there.conninfo, user="only_connects"))
    done = call("doctor")
    assert done.returncode == 0
    assert 'GRANT pg_read_all_data TO "only_connects"' in done.stdout


def test_the_demo_runs_from_anywhere(call: Call, tmp_path: Path) -> None:
    done = call("demo")
    assert done.returncode == 0, done.stderr
    assert "proved (quick)" in done.stdout
    assert (tmp_path / "reports" / "latest" / "report.html").exists()
