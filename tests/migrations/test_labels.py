"""Who moved: each difference between dev and prod is labelled by what the migrations say."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from driftwatch.notify.apprise import body
from driftwatch.notify.blocks import blocks
from driftwatch.notify.message import from_data
from migrations import made
from notify.receiver import Receiver, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.conftest import Call
    from support.servers import Database, Databases

pytestmark = pytest.mark.usefixtures("one_shadow")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as there:
        yield there


@pytest.fixture
def sides(call: Call, database: Databases, tmp_path: Path) -> tuple[Database, Database]:
    """dev and prod, both with the first migration deployed."""
    dev, prod = database(), database()
    configure(tmp_path, dev, prod, "migrations: m")
    made.plain(tmp_path / "m", made.INIT)
    for name in ("dev", "prod"):
        assert call("deploy", name, "--no-check").returncode == 0
    return dev, prod


def test_a_night_tells_and_remembers_who_moved(
    call: Call, sides: tuple[Database, Database], tmp_path: Path, receiver: Receiver
) -> None:
    dev, prod = sides
    night = "{cron: '@daily', desired: dev, actual: prod, verify: off, retries: 0}"
    more = f"migrations: m\nhistory: h.db\nnotify: {{webhook: '{receiver.url}'}}\nschedule: {{nightly: {night}}}"
    configure(tmp_path, dev, prod, more)
    assert call("schedule", "--once", "nightly").returncode == 0
    for each in sides:
        each.execute("ALTER TABLE a ADD COLUMN alike int")
    dev.execute("ALTER TABLE a ADD COLUMN undeclared int")
    prod.execute("ALTER TABLE a ADD COLUMN hot int")
    assert call("schedule", "--once", "nightly").returncode == 2
    (told,) = receiver.received
    assert {line["key"]: (line["verb"], line["label"], line["moved"]) for line in told["lines"]} == {
        "column public.a.alike": ("declare", "undeclared in both", "both"),
        "column public.a.hot": ("drop", "hot-fix in prod", "actual"),
        "column public.a.undeclared": ("add", "undeclared in dev", "desired"),
    }
    assert told["labels"] == {"hot-fix in prod": 1, "undeclared in both": 1, "undeclared in dev": 1}
    slack = json.dumps(blocks(from_data(told)), ensure_ascii=False)
    assert "= `column public.a.alike`, undeclared in both, both moved" in slack
    assert "*Who moved*\\n1 hot-fix in prod, 1 undeclared in both, 1 undeclared in dev" in slack
    assert "drop column public.a.hot [breaking], hot-fix in prod, prod moved: " in body(from_data(told))
    shown = call("show", "2").stdout
    assert "hot-fix in prod, prod moved between runs 1 and 2" in shown
    prod.execute("ALTER TABLE a DROP COLUMN hot")
    assert call("schedule", "--once", "nightly").returncode == 2
    again = json.loads(call("show", "3", "--format", "json").stdout)
    assert {item["key"]: item["label"] for item in again["items"]} == {
        "column public.a.alike": "undeclared in both",
        "column public.a.undeclared": "undeclared in dev",
    }


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


def test_a_directory_in_a_usual_place_tells_who_moved_where_prod_remembers_it(
    call: Call, database: Databases, tmp_path: Path
) -> None:
    dev, prod = database(), database()
    configure(tmp_path, dev, prod)
    made.prisma(tmp_path / "prisma/migrations", made.INIT)
    dev.execute(made.INIT)
    assert "[pending]" not in call("compare", "--no-report").stdout  # it may be some other database's
    assert call("deploy", "prod").returncode == 0
    prod.execute("CREATE TABLE hot ()")
    done = call("compare", "--no-report")
    assert "[hot-fix in prod]" in done.stdout, done.stdout + done.stderr


@pytest.mark.every_major
def test_labels_across_majors_are_told_to_rest_on_wording(call: Call, database: Databases, tmp_path: Path) -> None:
    dev, prod = database(), database(16)
    configure(tmp_path, dev, prod)
    prod.execute("CREATE TABLE hot ()")
    (tmp_path / "base.sql").write_text("", encoding="utf-8")
    assert ", and a side runs 1" in call("compare", "--no-report", "--base", "base.sql").stdout
    assert "a side runs" not in call("compare", "dev", "dev", "--no-report", "--base", "base.sql").stdout
    prod.execute("DROP TABLE hot")
    both = ("compare", "prod", "prod", "--no-report", "--base", "base.sql")
    assert "a side runs" not in call(*both).stdout  # replayed on the major of the side where there is one


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
