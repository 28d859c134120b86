"""Who moved: each difference between dev and prod is labelled by what the migrations say."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from migrations import made

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call
    from support.servers import Database, Databases


@pytest.fixture
def sides(call: Call, database: Databases, tmp_path: Path) -> tuple[Database, Database]:
    """dev and prod, both with the first migration deployed."""
    dev, prod = database(), database()
    configure(tmp_path, dev, prod, "migrations: m")
    made.plain(tmp_path / "m", made.INIT)
    for name in ("dev", "prod"):
        assert call("deploy", name).returncode == 0
    return dev, prod


def configure(tmp_path: Path, dev: Database, prod: Database, more: str = "") -> None:
    lines = [
        more,
        "compare: {desired: dev, actual: prod}",
        "databases:",
        f"  dev: {{url: {json.dumps(dev.conninfo)}, environment: development}}",
        f"  prod: {{url: {json.dumps(prod.conninfo)}, environment: production}}",
    ]
    (tmp_path / "config.yaml").write_text("\n".join([*lines, ""]), encoding="utf-8")


def labels(call: Call, *more: str) -> dict[str, str | None]:
    done = call("compare", "--format", "json", "--no-report", *more)
    assert done.returncode in {0, 2}, done.stderr
    return {each["key"]: each["label"] for each in json.loads(done.stdout)["findings"]}


def test_every_kind_of_move_has_its_label(call: Call, sides: tuple[Database, Database], tmp_path: Path) -> None:
    dev, prod = sides
    made.write(tmp_path / "m", {"0002_more.sql": made.MORE})
    assert call("deploy", "dev").returncode == 0
    dev.execute("ALTER TABLE a ADD COLUMN undeclared int; ALTER TABLE a ADD COLUMN both_moved int")
    prod.execute("ALTER TABLE a ADD COLUMN hot int; ALTER TABLE a ADD COLUMN both_moved text")
    assert labels(call) == {
        "column public.a.name": "pending",
        "column public.a.undeclared": "undeclared in dev",
        "column public.a.hot": "hot-fix in prod",
        "column public.a.both_moved": "conflict",
    }


def test_a_hot_fix_comes_with_both_ways_out(call: Call, sides: tuple[Database, Database]) -> None:
    sides[1].execute("ALTER TABLE a ADD COLUMN hot int")
    text = call("compare", "--no-report").stdout
    assert "[hot-fix in prod]" in text
    assert "take it out of prod: ALTER TABLE public.a DROP COLUMN hot;" in text
    assert "keep it, in dev: ALTER TABLE public.a ADD COLUMN hot integer;" in text
    for form in ("markdown", "html"):
        told = call("compare", "--no-report", "--format", form).stdout
        assert "hot-fix in prod" in told
        assert "ADD COLUMN hot integer" in told
    (finding,) = json.loads(call("compare", "--no-report", "--format", "json").stdout)["findings"]
    assert finding["backport"] == ["ALTER TABLE public.a ADD COLUMN hot integer"]


def test_fail_on_hotfix_lets_dev_be_ahead(call: Call, sides: tuple[Database, Database]) -> None:
    dev, prod = sides
    dev.execute("CREATE TABLE ahead ()")
    assert call("compare", "--no-report", "--fail-on", "hotfix").returncode == 0
    prod.execute("CREATE TABLE by_hand ()")
    assert call("compare", "--no-report", "--fail-on", "hotfix").returncode == 2


def test_a_migration_edited_after_its_deploy_is_told_from_a_hot_fix(
    call: Call, sides: tuple[Database, Database], tmp_path: Path
) -> None:
    made.write(tmp_path / "m", {"0001_step1.sql": f"{made.INIT}; CREATE TABLE later ();"})
    sides[0].execute("CREATE TABLE later ()")
    sides[1].execute("CREATE TABLE by_hand ()")
    assert labels(call) == {"table public.later": "edited history", "table public.by_hand": "hot-fix in prod"}


def test_what_both_have_and_no_migration_says_is_told_with_the_migration_that_would(
    call: Call, sides: tuple[Database, Database]
) -> None:
    for side in sides:
        side.execute("CREATE TABLE nobody_said ()")
    done = call("compare", "--no-report")
    assert done.returncode == 2
    assert "Undeclared in both" in done.stdout
    assert "CREATE TABLE public.nobody_said ();" in done.stdout
    told = json.loads(call("compare", "--no-report", "--format", "json").stdout)["undeclared"]
    assert told["keys"] == ["table public.nobody_said"]


def test_a_common_ancestor_tells_as_well(call: Call, database: Databases, tmp_path: Path) -> None:
    dev, prod = database(), database()
    configure(tmp_path, dev, prod)
    for side in (dev, prod):
        side.execute(made.INIT)
    assert call("snapshot", "prod", "-o", "base.snapshot.json").returncode == 0
    dev.execute("ALTER TABLE a ADD COLUMN x int")
    prod.execute("ALTER TABLE a ADD COLUMN y int")
    expected = {"column public.a.x": "pending", "column public.a.y": "hot-fix in prod"}
    assert labels(call, "--base", "base.snapshot.json") == expected
    assert set(labels(call).values()) == {None}
    (tmp_path / "schema.sql").write_text(f"{made.INIT};", encoding="utf-8")
    commit(tmp_path)
    (tmp_path / "schema.sql").write_text("broken", encoding="utf-8")
    assert labels(call, "--base", "git:HEAD:schema.sql") == expected
    refused = call("compare", "--no-report", "--fail-on", "hotfix")
    assert (refused.returncode, "--base <source>" in refused.stderr) == (1, True)


def commit(folder: Path) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@b.c"]
    for command in (["init", "-q"], ["add", "schema.sql"], [*who, "commit", "-qm", "a schema"]):
        subprocess.run(["git", *command], cwd=folder, check=True)  # noqa: S607 - the git on PATH


def test_a_reference_or_path_that_git_lacks_is_told(call: Call, tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("", encoding="utf-8")
    commit(tmp_path)
    for source, said in (("git:nope:schema.sql", "nope"), ("git:HEAD:gone", "gone"), ("git:HEAD", "git:REF:PATH")):
        done = call("snapshot", source, "-o", "-")
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr


def test_a_directory_that_cannot_be_replayed_leaves_the_comparison_and_says_so(
    call: Call, sides: tuple[Database, Database], tmp_path: Path
) -> None:
    sides[0].execute("CREATE TABLE ahead ()")
    made.write(tmp_path / "m", {"0002_broken.sql": "SELECT nosuch;"})
    done = call("compare", "--no-report")
    assert done.returncode == 2
    assert "nothing tells who moved" in done.stdout
    assert call("compare", "--no-report", "--fail-on", "hotfix").returncode == 1


def test_a_breaking_change_is_explained_in_three_steps(call: Call, sides: tuple[Database, Database]) -> None:
    sides[0].execute("ALTER TABLE a DROP COLUMN id")
    assert "1. Expand: " in call("compare", "--no-report").stdout
    for form in ("markdown", "html"):
        assert "Contract: " in call("compare", "--no-report", "--format", form).stdout
