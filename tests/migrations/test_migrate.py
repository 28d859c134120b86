"""`driftwatch migrate`: the next migration, in the directory's own format, proved there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from migrations import made

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call
    from support.servers import Database, Databases

pytestmark = pytest.mark.usefixtures("one_shadow")

ENUM = "CREATE TYPE public.e AS ENUM ('a'); CREATE TABLE public.t (e public.e)"
BY_US = [name for name in made.SQL_TOOLS if name != "Sqitch"]


@pytest.fixture
def dev(database: Databases, tmp_path: Path) -> Database:
    dev = database()
    text = f"migrations: m\ndatabases:\n  dev: {{url: {json.dumps(dev.conninfo)}, environment: development}}\n"
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    return dev


def leads_back(file: str) -> bool:
    return file.endswith((".down.sql", ".rollback.sql")) or file.startswith("U")


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", BY_US)
def test_what_dev_was_given_by_hand_becomes_the_next_migration(
    call: Call, dev: Database, database: Databases, tmp_path: Path, name: str
) -> None:
    folder = made.SQL_TOOLS[name](tmp_path / "m", made.INIT)
    assert call("deploy", "dev", "--no-check").returncode == 0
    before = files(folder)
    dev.execute(made.MORE)
    done = call("migrate", "dev", "--name", "Add a name!")
    assert done.returncode == 0, done.stderr
    after = files(folder)
    assert before.items() <= after.items()
    new = {file: text for file, text in after.items() if file not in before}
    assert all("add_a_name" in file.replace("-", "_") for file in new)
    (up,) = [text for file, text in new.items() if not leads_back(file)]
    assert "ALTER TABLE public.a ADD COLUMN name text;" in up
    assert "-- verdict: proved" in up
    if name not in {"Prisma", "graphile-migrate"}:
        assert any("ALTER TABLE public.a DROP COLUMN name;" in text for text in new.values())
    assert call("status", "dev").returncode == 0
    assert call("deploy", "dev").returncode == 0
    fresh = database()
    assert call("deploy", fresh.conninfo, "--no-check").returncode == 0
    assert call("compare", "dev", fresh.conninfo, "--no-report").returncode == 0
    assert "nothing to migrate" in call("migrate", "dev", "--name", "again").stderr


@pytest.mark.parametrize("name", [name for name in BY_US if name != "node-pg-migrate"])
def test_what_must_be_committed_first_gets_a_migration_of_its_own(
    call: Call, dev: Database, database: Databases, tmp_path: Path, name: str
) -> None:
    folder = made.SQL_TOOLS[name](
        tmp_path / "m", "CREATE TYPE public.e AS ENUM ('a'); CREATE TABLE public.t (e public.e)"
    )
    assert call("deploy", "dev", "--no-check").returncode == 0
    before = files(folder)
    dev.execute("ALTER TYPE e ADD VALUE 'b'")
    dev.execute("ALTER TABLE t ALTER e SET DEFAULT 'b'")
    done = call("migrate", "dev", "--name", "second_letter")
    assert done.returncode == 0, done.stderr
    new = [text for file, text in files(folder).items() if file not in before and not leads_back(file)]
    assert len(new) == 2
    fresh = database()
    assert call("deploy", fresh.conninfo, "--no-check").returncode == 0
    assert fresh.execute("INSERT INTO t DEFAULT VALUES RETURNING e::text") == [("b",)]


def test_what_a_database_without_a_memory_lacks_is_dropped_from_a_development_one_alone(
    call: Call, dev: Database, tmp_path: Path
) -> None:
    folder = made.plain(tmp_path / "m", made.INIT)
    dev.execute("CREATE TABLE public.by_hand ()")
    config = tmp_path / "config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("environment: development", "environment: production"), encoding="utf-8")
    done = call("migrate", "dev", "--name", "hot_fix")
    assert (done.returncode, len(list(folder.glob("*hot_fix*")))) == (1, 0)
    assert "dev remembers no migration, and lacks what the directory makes: " in done.stderr
    assert "start at a database by --from" in done.stderr
    config.write_text(text, encoding="utf-8")
    done = call("migrate", "dev", "--name", "hot_fix")
    assert (done.returncode, "the new migration drops that" in done.stderr) == (0, True), done.stderr


def test_several_transactions_from_a_database_have_their_way_back_too(
    call: Call, dev: Database, database: Databases, tmp_path: Path
) -> None:
    folder = made.plain(tmp_path / "m", ENUM)
    base = database()
    base.execute(ENUM)
    dev.execute(f"{ENUM}; ALTER TYPE e ADD VALUE 'b'")
    dev.execute("ALTER TABLE t ALTER e SET DEFAULT 'b'; CREATE TABLE kept (x int)")
    done = call("migrate", "dev", "--name", "second_letter", "--from", base.conninfo)
    assert done.returncode == 0, done.stderr
    new = {file: text for file, text in files(folder).items() if "second_letter" in file}
    assert [leads_back(file) for file in sorted(new)] == [True, False, True, False]
    before = call("snapshot", base.conninfo, "-o", "before.json")
    assert before.returncode == 0
    for file in sorted(file for file in new if not leads_back(file)):
        base.execute(new[file])
    assert call("compare", dev.conninfo, base.conninfo, "--no-report").returncode == 0
    for file in sorted(filter(leads_back, new), reverse=True):
        base.execute(new[file])
    (tmp_path / "config.yaml").unlink()  # its migrations say something else
    done = call("compare", "before.json", base.conninfo, "--no-report")
    assert done.returncode == 0, done.stdout


def test_sqitch_gets_three_scripts_and_a_line_in_its_plan(call: Call, dev: Database, tmp_path: Path) -> None:
    folder = made.sqitch(tmp_path / "m", made.INIT)
    dev.execute(f"{made.INIT}; {made.MORE}")
    done = call("migrate", "dev", "--name", "add_name")
    assert done.returncode == 0, done.stderr
    assert {f"{way}/add_name.sql" for way in ("deploy", "revert", "verify")} <= files(folder).keys()
    assert "\nadd_name 2" in files(folder)["sqitch.plan"]
    assert call("compare", "m", "dev", "--no-report").returncode == 0


def test_the_first_migration_of_an_empty_folder_is_written(call: Call, dev: Database, tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    dev.execute(made.INIT)
    config = tmp_path / "config.yaml"
    config.write_text(
        config.read_text("utf-8").replace("migrations: m", "migrations: {path: m, tool: prisma}"), "utf-8"
    )
    assert call("migrate", "dev", "--name", "init").returncode == 0
    assert (tmp_path / "m/migration_lock.toml").exists()
    assert call("status", "dev").returncode == 0


def test_a_name_that_says_nothing_is_advised_against_and_an_empty_one_refused(
    call: Call, dev: Database, tmp_path: Path
) -> None:
    made.plain(tmp_path / "m", made.INIT)
    dev.execute(f"{made.INIT}; {made.MORE}")
    for name in ("", "  ", "--"):
        done = call("migrate", "dev", f"--name={name}")
        assert (done.returncode, "give the migration a name" in done.stderr) == (1, True)
    assert "'update1' will tell nobody" in call("migrate", "dev", "--name", "update1").stderr
    assert (tmp_path / "m/0002_update1.sql").exists()


def test_what_a_base_has_not_been_given_yet_is_not_written_a_second_time(
    call: Call, dev: Database, database: Databases, tmp_path: Path
) -> None:
    folder = made.plain(tmp_path / "m", made.INIT)
    base = database()
    assert call("deploy", base.conninfo).returncode == 0
    assert call("deploy", "dev").returncode == 0
    dev.execute(made.MORE)
    again = ("migrate", "dev", "--name", "next", "--from", base.conninfo)
    assert call(*again).returncode == 0
    before = files(folder)
    dev.execute("CREATE TABLE by_hand ()")
    done = call(*again)
    assert (done.returncode, "does not have 0002_next yet" in done.stderr) == (1, True)
    assert "leave --from out" in done.stderr
    assert files(folder) == before


def test_dev_that_lacks_migrations_is_not_taken_for_one_that_gave_them_up(
    call: Call, dev: Database, tmp_path: Path
) -> None:
    made.plain(tmp_path / "m", made.INIT)
    assert call("deploy", "dev").returncode == 0
    made.plain(tmp_path / "m", made.INIT, made.MORE)
    dev.execute("CREATE TABLE by_hand ()")
    done = call("migrate", "dev", "--name", "next")
    assert (done.returncode, "dev does not have 0002_step2 yet" in done.stderr) == (1, True)


def test_no_record_leaves_the_books_alone(call: Call, dev: Database, tmp_path: Path) -> None:
    made.plain(tmp_path / "m", made.INIT)
    call("deploy", "dev")
    dev.execute(made.MORE)
    call("migrate", "dev", "--name", "add_name", "--no-record")
    assert "  pending: 0002_add_name" in call("status", "dev").stdout
