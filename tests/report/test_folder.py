"""The reports' folder: whole or not there, never named by a URL, and `latest` points to the newest."""

from __future__ import annotations

import json
import os
import resource
import stat
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from driftwatch.errors import ReportError
from driftwatch.report import write_reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.model.comparison import Comparison


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Writing more fails with EFBIG, as a full disk fails with ENOSPC."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_all_five_files_are_written_and_latest_points_to_them(shop: Comparison, tmp_path: Path) -> None:
    folder = write_reports(shop, tmp_path / "new" / "reports")
    assert folder.name == "20250131T142501Z-dev-prod"
    names = {path.name for path in folder.iterdir()}
    assert names == {"report.md", "report.html", "report.json", "migration.sql", "rollback.sql"}
    assert (folder / "migration.sql").read_text() == shop.migration_sql
    assert json.loads((folder / "report.json").read_text())["outcome"] == "breaking-drift"
    assert (folder.parent / "latest").resolve() == folder
    assert (folder.parent / "latest").readlink() == Path(folder.name)


def test_two_runs_in_the_same_second_have_a_folder_each(shop: Comparison, same: Comparison, tmp_path: Path) -> None:
    first, second = write_reports(shop, tmp_path), write_reports(same, tmp_path)
    assert first != second
    assert json.loads((tmp_path / "latest" / "report.json").read_text())["outcome"] == "no-drift"
    assert json.loads((first / "report.json").read_text())["outcome"] == "breaking-drift"
    assert {path.name for path in tmp_path.iterdir()} == {first.name, second.name, "latest"}


def test_folders_sort_by_time_wherever_they_were_made(same: Comparison, tmp_path: Path) -> None:
    tokyo = datetime(2025, 2, 1, 0, 0, tzinfo=timezone(timedelta(hours=9)))
    assert write_reports(replace(same, at=tokyo), tmp_path).name.startswith("20250131T150000Z-")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prod", "prod"),
        ("postgresql://admin:s3cret@db.example.com:5432/shop?sslmode=require", "db.example.com-shop"),
        ("postgres:///shop", "local-shop"),
        ("host=db.example.com dbname=shop password=s3cret user=admin", "db.example.com-shop"),
        ("postgresql://[broken/s3cret", "database"),
        ("./db/schema.sql", "schema.sql"),
        ("C:\\db\\schema.sql", "schema.sql"),
        ("../../etc", "etc"),
        ("<script>\n| 'x'", "script_x"),
        ("...", "database"),
        ("Bücher", "Bücher"),
        ("表" * 100, "表" * 26),
    ],
)
def test_a_folder_is_named_by_a_name_and_never_by_a_url(
    same: Comparison, tmp_path: Path, name: str, expected: str
) -> None:
    folder = write_reports(replace(same, actual=same.actual._replace(name=name)), tmp_path)
    assert folder.name == f"20250131T142501Z-dev-{expected}"
    assert folder.parent == tmp_path


def test_a_disk_that_is_full_leaves_nothing_and_is_told_in_one_sentence(shop: Comparison, tmp_path: Path) -> None:
    with no_file_larger_than(4096), pytest.raises(ReportError, match="could not be written") as caught:
        write_reports(shop, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert "\n" not in str(caught.value)


def test_ctrl_c_while_writing_leaves_nothing(shop: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def interrupted(path: Path, mode: str, **options: str) -> IO[str]:
        if path.name == "migration.sql":
            raise KeyboardInterrupt
        return opened(path, mode, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(Path, "open", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_reports(shop, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_made_is_told_with_the_way_out(shop: Comparison, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match=r"Not a directory.*config.yaml"):
        write_reports(shop, tmp_path / "file" / "reports")


def test_where_links_are_not_possible_a_file_names_the_newest(
    same: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "a required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refused)
    write_reports(same, tmp_path)
    second = write_reports(same, tmp_path)
    assert (tmp_path / "latest.txt").read_text() == f"{second.name}\n"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["latest.txt"]


def test_a_folder_in_the_place_of_latest_is_told_and_the_reports_are_kept(same: Comparison, tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    with pytest.raises(ReportError, match="could not be pointed to them"):
        write_reports(same, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"latest", "20250131T142501Z-dev-prod"}


def test_line_ends_of_a_script_are_kept(same: Comparison, tmp_path: Path) -> None:
    folder = write_reports(replace(same, migration_sql="SELECT 'a\r\nb';\n"), tmp_path)
    assert (folder / "migration.sql").read_bytes() == b"SELECT 'a\r\nb';\n"


def test_hostile_texts_are_written_whole(hostile: Comparison, tmp_path: Path) -> None:
    broken = replace(hostile, warnings=("caf\udce9",))
    folder = write_reports(broken, tmp_path)
    assert json.loads((folder / "report.json").read_text())["warnings"] == ["caf\udce9"]
    assert r"caf\udce9" in (folder / "report.html").read_text()


def test_reports_can_be_read_by_whom_the_umask_lets(same: Comparison, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        folder = write_reports(same, tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750
    assert stat.S_IMODE((folder / "report.html").stat().st_mode) == 0o640
