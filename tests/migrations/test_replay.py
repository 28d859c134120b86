"""A migrations directory stands wherever a schema can: it is replayed on the shadow as its tool does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.kinds import KINDS
from driftwatch.sources.replays import WORTH_KEEPING
from driftwatch.sources.snapshot_file import load
from migrations import made
from support.program import driftwatch

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call, Pair

pytestmark = pytest.mark.usefixtures("one_shadow")

WHOLE = f"{made.INIT}; {made.MORE}"


@pytest.mark.parametrize("name", made.SQL_TOOLS)
def test_a_directory_is_the_schema_that_its_migrations_make(call: Call, pair: Pair, tmp_path: Path, name: str) -> None:
    folder = made.SQL_TOOLS[name](tmp_path / "m", made.INIT, made.MORE)
    dev, _ = pair(WHOLE, "")
    done = call("compare", folder, dev, "--no-report")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", made.SQL_TOOLS)
def test_an_error_names_the_file_the_line_and_what_the_server_said(call: Call, tmp_path: Path, name: str) -> None:
    folder = made.SQL_TOOLS[name](tmp_path / "m", made.INIT, "SELECT 1,\n  nosuch")
    done = call("snapshot", folder, "-o", "-")
    assert done.returncode == 1
    assert "step2" in done.stderr
    assert 'column "nosuch" does not exist' in done.stderr
    lines = next(file for file in folder.rglob("*.sql") if "nosuch" in file.read_text(encoding="utf-8"))
    number = lines.read_text(encoding="utf-8").splitlines().index("  nosuch;") + 1
    assert f"line {number}: " in done.stderr


def test_dbmate_s_way_back_is_not_run(call: Call, tmp_path: Path) -> None:
    folder = made.dbmate(tmp_path / "m", made.INIT)
    assert "1/0" in next(folder.iterdir()).read_text(encoding="utf-8")
    assert call("snapshot", folder, "-o", "-").returncode == 0


def test_plain_sql_s_way_back_is_not_run(call: Call, tmp_path: Path) -> None:
    made.write(made.plain(tmp_path / "m", made.INIT), {"0001_step1.down.sql": "SELECT 1/0;"})
    assert call("snapshot", tmp_path / "m", "-o", "-").returncode == 0


ANY_NAME = "DO $$ BEGIN EXECUTE format('CREATE TABLE t%s ()', floor(random() * 1e15)::bigint); END $$"
"""Another schema each time that it is run."""


def many(folder: Path, *statements: str) -> Path:
    files = {f"202401010000{n:02}_step{n}/migration.sql": f"{sql};\n" for n, sql in enumerate(statements)}
    return made.write(folder, files)


def replayed(folder: Path, cache: Path) -> set[str]:
    """The tables of a directory's schema, as another process of driftwatch's tells them."""
    file = cache.parent / "replayed.json"
    done = driftwatch("snapshot", folder, "--force", "-o", file, cwd=folder, XDG_CACHE_HOME=str(cache))
    assert done.returncode == 0, done.stderr
    return {str(key) for key in load(file, KINDS).objects if key.kind == "table"}


def test_a_later_run_replays_only_what_is_new(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    steps = [ANY_NAME, *[f"CREATE TABLE n{n} ()" for n in range(WORTH_KEEPING)]]
    first = replayed(many(tmp_path / "m", *steps), cache)
    assert replayed(many(tmp_path / "m", *steps, "CREATE TABLE new ()"), cache) == {*first, "table public.new"}
    edited = replayed(many(tmp_path / "e", f"{ANY_NAME}; SELECT 1", *steps[1:]), cache)
    assert len(edited - first) == 1
    (kept,) = cache.glob("driftwatch/replays-*[0-9a-f]")
    (kept / "base").rename(tmp_path / "lost")
    assert replayed(many(tmp_path / "e", f"{ANY_NAME}; SELECT 1", *steps[1:]), cache) != edited
