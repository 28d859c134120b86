"""The files that a project begins with."""

from __future__ import annotations

import stat
import sys
from typing import TYPE_CHECKING

import pytest

from driftwatch.cli import run
from driftwatch.config import Pair, load_config

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DRIFTWATCH_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_it_writes_a_configuration_that_needs_two_variables_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["init"]) == 0
    assert names(folder) == {"config.yaml", ".env.example"}
    monkeypatch.setenv("DATABASE_URL", "postgresql://dev/app")
    monkeypatch.setenv("PROD_DATABASE_URL", "postgresql://prod/app")
    config = load_config()
    assert config.compare == Pair("dev", "prod")
    assert [config.database(name).url for name in config.compare] == ["postgresql://dev/app", "postgresql://prod/app"]


def test_its_env_example_becomes_the_env_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "PROD_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert run(["init"]) == 0
    (folder / ".env.example").rename(folder / ".env")
    assert load_config().database("prod").url == "postgresql://readonly:password@prod.example.com:5432/app"


def test_it_replaces_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "config.yaml").write_text("verify: full", encoding="utf-8")
    assert run(["init"]) == 1
    assert "config.yaml is there already (--force replaces it)" in capsys.readouterr().err
    assert (folder / "config.yaml").read_text(encoding="utf-8") == "verify: full"
    assert names(folder) == {"config.yaml"}


def test_it_leaves_the_project_s_own_env_example_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / ".env.example").write_text("MINE=1", encoding="utf-8")
    assert run(["init"]) == 0
    assert ".env.example is there already and was left alone" in capsys.readouterr().err
    assert (folder / ".env.example").read_text(encoding="utf-8") == "MINE=1"


def test_by_force_it_replaces_both(folder: Path) -> None:
    for name in ("config.yaml", ".env.example"):
        (folder / name).write_text("MINE=1", encoding="utf-8")
    assert run(["init", "--force"]) == 0
    assert "MINE" not in (folder / "config.yaml").read_text(encoding="utf-8")
    assert "MINE" not in (folder / ".env.example").read_text(encoding="utf-8")


def test_it_writes_where_the_option_says(folder: Path) -> None:
    (folder / "sub").mkdir()
    assert run(["init", "--config", "sub/drift.yaml"]) == 0
    assert names(folder / "sub") == {"drift.yaml", ".env.example"}


def test_what_cannot_be_written_is_one_sentence_and_leaves_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", "--config", "missing/config.yaml"]) == 1
    assert "driftwatch: missing/config.yaml cannot be written: No such file or directory" in capsys.readouterr().err
    assert names(folder) == set()


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_full_disk_leaves_no_half_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.getpid", lambda: 1)
    (folder / "config.yaml.1.part").symlink_to("/dev/full")
    assert run(["init"]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert names(folder) == set()


def test_its_files_are_readable_by_others_as_the_umask_says(folder: Path) -> None:
    assert run(["init"]) == 0
    (folder / "plain").touch()
    modes = {stat.S_IMODE((folder / name).stat().st_mode) for name in ("plain", "config.yaml", ".env.example")}
    assert len(modes) == 1
