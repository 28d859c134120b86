"""`driftwatch pull`: a schema as files that load back to it; `studio` opens the newest report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from driftwatch.cli.studio import newest_page
from driftwatch.errors import ReportError

if TYPE_CHECKING:
    from app.conftest import Call
    from support.servers import Database, Databases

pytestmark = pytest.mark.usefixtures("one_shadow")

SHOP = Path(__file__).parents[2] / "examples/shop/dev.sql"

TANGLED = """
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE a (id int PRIMARY KEY DEFAULT f(), m mood);
CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
ALTER TABLE a ADD CONSTRAINT back FOREIGN KEY (id) REFERENCES b;
CREATE VIEW v AS SELECT a.id FROM a JOIN b ON b.a = a.id;
CREATE FUNCTION f(v) RETURNS int LANGUAGE sql AS 'SELECT $1.id';
CREATE TABLE "User" (x int); CREATE TABLE "user" (x int); CREATE TABLE "a/b c" (x int);
CREATE TABLE _prisma_migrations (
    id varchar(36), checksum varchar(64), finished_at timestamptz, migration_name varchar(255), logs text,
    rolled_back_at timestamptz, started_at timestamptz, applied_steps_count int);
"""


@pytest.fixture
def dev(database: Databases) -> Database:
    dev = database()
    dev.execute(TANGLED)
    return dev


def test_the_files_load_back_to_the_same_schema(call: Call, dev: Database, tmp_path: Path) -> None:
    done = call("pull", dev.conninfo)
    assert done.returncode == 0, done.stderr
    assert call("compare", "schema", dev.conninfo, "--no-report").returncode == 0
    names = {str(path.relative_to(tmp_path / "schema")) for path in (tmp_path / "schema").rglob("*.sql")}
    assert {"load.sql", "public/table/a.sql", "public/table/a.after.sql", "public/view/v.sql"} <= names
    assert not any("prisma" in name for name in names)
    assert len({name.lower() for name in names}) == len(names)


def test_only_what_changed_is_written_and_what_is_gone_is_deleted(call: Call, dev: Database, tmp_path: Path) -> None:
    call("pull", dev.conninfo)
    (tmp_path / "schema/notes.sql").write_text("-- mine", encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "schema").rglob("*.sql")}
    assert call("pull", dev.conninfo, "--check").returncode == 0
    dev.execute('DROP TABLE "a/b c"; ALTER TABLE b ADD COLUMN more int')
    checked = call("pull", dev.conninfo, "--check")
    assert (checked.returncode, checked.stderr.count("would change")) == (2, 3)
    assert call("pull", dev.conninfo).returncode == 0
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "schema").rglob("*.sql")}
    touched = {path.name for path in before if after.get(path) != before[path]}
    assert touched == {"load.sql", "b.sql", *(path.name for path in before if path.name.startswith("a_b_c"))}
    assert "more integer" in (tmp_path / "schema/public/table/b.sql").read_text(encoding="utf-8")


def test_one_file_is_written_where_one_is_named(call: Call, database: Databases, tmp_path: Path) -> None:
    shop = database()
    shop.load(SHOP)
    done = call("pull", shop.conninfo, "--to", "all.sql")
    assert done.returncode == 0, done.stderr
    assert call("compare", "all.sql", shop.conninfo, "--no-report").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["all.sql"]


def test_prisma_that_is_not_installed_is_told(call: Call, dev: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = call("pull", dev.conninfo, "--prisma")
    assert (done.returncode, "Prisma is not installed in" in done.stderr) == (1, True)


def test_the_studio_opens_the_index_else_the_newest_report(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="'driftwatch compare' writes one"):
        newest_page(tmp_path)
    for name in ("20240101T000000Z-dev-prod", "20240301T000000Z-dev-prod", "20240201T000000Z-dev-prod"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.html").touch()
    assert newest_page(tmp_path).parent.name.startswith("20240301")
    (tmp_path / "index.html").touch()
    assert newest_page(tmp_path).name == "index.html"
