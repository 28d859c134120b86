"""`driftwatch status`: a directory and what a database remembers, held side by side."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from migrations import made

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call
    from support.servers import Database, Databases

PRISMA = """CREATE TABLE {}._prisma_migrations (
    id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,
    migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(),
    applied_steps_count int NOT NULL DEFAULT 0)"""
ONE, TWO, THREE = (f"2024010{n}000000_step{n}" for n in (1, 2, 3))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made.prisma(tmp_path / "prisma/migrations", made.INIT, made.MORE, "SELECT 1")


@pytest.fixture
def prod(database: Databases) -> Database:
    prod = database()
    prod.execute(PRISMA.format("public"))
    return prod


def row(prod: Database, folder: Path, name: str, *, edited: bool = False, **values: str) -> None:
    """Values are SQL: `finished`, `rolled_back`, `logs`."""
    text = (folder / name / "migration.sql").read_bytes() if (folder / name).exists() else b""
    digest = sha256(text + b"x" * edited).hexdigest()
    finished, rolled_back, logs = (
        values.get(key, default) for key, default in (("finished", "now()"), ("rolled_back", "NULL"), ("logs", "NULL"))
    )
    prod.execute(
        f"""INSERT INTO public._prisma_migrations
            VALUES (gen_random_uuid(), '{digest}', {finished}, '{name}', {logs}, {rolled_back}, clock_timestamp(), 1)"""
    )


def states(call: Call, prod: Database, *more: object) -> tuple[int, dict[str, str]]:
    done = call("status", prod.conninfo, "--format", "json", *more)
    assert done.stderr == ""
    (told,) = json.loads(done.stdout)
    return done.returncode, {each["name"]: each["state"] for each in told["migrations"]}


def test_all_applied_is_clean(call: Call, prod: Database, folder: Path) -> None:
    for name in (ONE, TWO, THREE):
        row(prod, folder, name)
    assert states(call, prod) == (0, dict.fromkeys((ONE, TWO, THREE), "applied"))
    done = call("status", prod.conninfo)
    assert "3 migrations applied, the newest is" in done.stdout


def test_nothing_applied_is_pending(call: Call, database: Databases, folder: Path) -> None:
    del folder
    assert states(call, database()) == (2, dict.fromkeys((ONE, TWO, THREE), "pending"))


def test_every_way_to_go_wrong_has_its_word(call: Call, prod: Database, folder: Path) -> None:
    row(prod, folder, ONE, edited=True)
    row(prod, folder, THREE, finished="NULL", logs="E'ERROR: no\\n'")
    row(prod, folder, "20231231000000_gone")
    code, found = states(call, prod)
    assert code == 2
    assert found == {
        ONE: "edited after it was deployed",
        TWO: "pending",
        THREE: "failed",
        "20231231000000_gone": "missing from the directory",
    }
    text = call("status", prod.conninfo).stdout
    assert "      ERROR: no" in text
    assert "driftwatch resolve" in text


def test_older_than_what_is_applied_is_out_of_order(call: Call, prod: Database, folder: Path) -> None:
    row(prod, folder, ONE)
    row(prod, folder, THREE)
    assert states(call, prod) == (2, {ONE: "applied", TWO: "out of order", THREE: "applied"})


def test_rows_that_were_rolled_back_are_void(call: Call, prod: Database, folder: Path) -> None:
    row(prod, folder, ONE, finished="NULL", rolled_back="now()", logs="'first try'")
    row(prod, folder, ONE)
    row(prod, folder, TWO, finished="NULL", rolled_back="now()")
    row(prod, folder, "20231231000000_gone", finished="NULL", rolled_back="now()")
    assert states(call, prod) == (2, {ONE: "applied", TWO: "rolled back", THREE: "pending"})


def test_two_rows_that_count_are_a_duplicate(call: Call, prod: Database, folder: Path) -> None:
    for name in (ONE, ONE, TWO, THREE):
        row(prod, folder, name)
    assert states(call, prod)[1][ONE] == "duplicated"


def test_two_files_of_one_version_are_a_duplicate(call: Call, database: Databases, tmp_path: Path) -> None:
    made.write(made.golang(tmp_path / "migrations", made.INIT), {"1_again.up.sql": ""})
    assert states(call, database()) == (2, {"1_again": "duplicated", "1_step1": "duplicated"})


def test_the_history_lists_every_record(call: Call, prod: Database, folder: Path) -> None:
    row(prod, folder, ONE, finished="NULL", rolled_back="now()", logs="'first try'")
    row(prod, folder, ONE)
    done = call("status", prod.conninfo, "--history")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [words[2:] for words in lines[1:] if ONE in words] == [["rolled", "back", ONE], ["applied", ONE]]
    assert "first try" in done.stdout


def test_a_table_of_another_tool_is_not_taken_for_ours(call: Call, database: Databases, tmp_path: Path) -> None:
    made.dbmate(tmp_path / "db/migrations", made.INIT)
    prod = database()
    prod.execute("CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)")
    done = call("status", prod.conninfo)
    assert done.returncode == 1
    assert "public.schema_migrations is golang-migrate's, and the directory is dbmate's" in done.stderr


def test_of_two_tables_that_of_the_schema_in_the_url_counts(call: Call, prod: Database, folder: Path) -> None:
    prod.execute("CREATE SCHEMA other")
    prod.execute(PRISMA.format("other"))
    prod.execute("CREATE SCHEMA third")
    row(prod, folder, ONE)
    assert states(call, prod)[1][ONE] == "applied"


def test_without_a_directory_it_says_how_to_name_one(call: Call, prod: Database) -> None:
    done = call("status", prod.conninfo)
    assert done.returncode == 1
    assert "say 'migrations: <folder>' in config.yaml" in done.stderr


def test_two_usual_directories_are_not_guessed_between(
    call: Call, prod: Database, folder: Path, tmp_path: Path
) -> None:
    made.plain(tmp_path / "migrations", made.INIT)
    done = call("status", prod.conninfo)
    assert (done.returncode, "there are several" in done.stderr) == (1, True)
    assert states(call, prod, "--migrations", folder)[0] == 2


def test_the_configuration_names_directories(call: Call, prod: Database, tmp_path: Path) -> None:
    made.plain(tmp_path / "one", made.INIT)
    made.flyway(tmp_path / "two", made.INIT)
    text = "migrations: one\ndatabases:\n  a: {url: URL}\n  b: {url: URL, migrations: {path: two, tool: flyway}}\n"
    (tmp_path / "config.yaml").write_text(text.replace("URL", json.dumps(prod.conninfo)), encoding="utf-8")
    done = call("status")
    assert "plain SQL" in done.stdout
    assert "Flyway" in done.stdout


BOOKS = {
    "dbmate": """
        CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);
        INSERT INTO schema_migrations VALUES ('20240101000000')""",
    "golang": """
        CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean);
        INSERT INTO schema_migrations VALUES (2, true)""",
    "alembic": """
        CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
        INSERT INTO alembic_version VALUES ('rev2')""",
    "flyway": """
        CREATE TABLE flyway_schema_history (
            installed_rank int, version text, description text, type text, script text, checksum int,
            installed_by text, installed_on timestamp, execution_time int, success bool);
        INSERT INTO flyway_schema_history VALUES
            (1, '1', '<< Baseline >>', 'BASELINE', 'x', NULL, 'me', now(), 1, true),
            (2, '2', 'step2', 'SQL', 'V2__step2.sql', 5, 'me', now(), 1, true)""",
}


@pytest.mark.parametrize(
    ("tool", "expected"),
    [
        ("dbmate", ["applied", "pending"]),
        ("golang", ["applied", "failed"]),
        ("alembic", ["applied", "applied"]),
        ("flyway", ["applied", "edited after it was deployed"]),
    ],
)
def test_each_tool_s_table_is_read(
    call: Call, database: Databases, tmp_path: Path, tool: str, expected: list[str]
) -> None:
    folder = getattr(made, tool)(tmp_path / "m", made.INIT, made.MORE)
    prod = database()
    prod.execute(BOOKS[tool])
    assert list(states(call, prod, "--migrations", folder)[1].values()) == expected
