"""The real tools beside ours, on a real PostgreSQL: what they deploy, fail and resolve, our reading tells the same, and
what we write they take for their own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from migrations import made
from support import clients

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call
    from support.servers import Database, Databases

pytestmark = pytest.mark.every_major

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
    assert call("migrate", "dev", "--name", "add_more").returncode == 0
    fresh = database()
    done_by_it = clients.sqitch(folder, fresh, "deploy", "--verify")
    assert done_by_it.returncode == 0, done_by_it.stderr
    assert call("compare", db.conninfo, fresh.conninfo, "--no-report").returncode == 0
    assert clients.sqitch(folder, fresh, "revert", "-y", "--to-change", "step2").returncode == 0
    assert states(call, fresh, folder)["add_more"] == "pending"
    made.write(folder, {"deploy/add_more.sql": "SELECT nosuch;"})
    assert call("deploy", fresh.conninfo, "--migrations", folder).returncode == 1
    assert states(call, fresh, folder)["add_more"] == "failed"


def configure(tmp_path: Path, dev: Database, folder: Path) -> None:
    text = f"migrations: {folder}\ndatabases:\n  dev: {{url: {json.dumps(dev.conninfo)}, environment: development}}\n"
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
