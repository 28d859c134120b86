"""Templates' bytecode is kept like that of modules, and never outlives what it was made of."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment, FileSystemLoader

from driftwatch.report import compiled
from driftwatch.report.compiled import Compiled

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with one template and one module, in an interpreter that keeps bytecode."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "bytecode"))
    monkeypatch.setattr(compiled, "__file__", str(tmp_path / "compiled.py"))
    (tmp_path / "compiled.py").touch()
    (tmp_path / "page.md.j2").write_text("{{ 'a' | word }} {{ name }}")
    return tmp_path


def render(templates: Path, word: str = "one") -> str:
    environment = Environment(loader=FileSystemLoader(templates), bytecode_cache=Compiled())  # noqa: S701 - no markup
    environment.filters["word"] = lambda _: word
    return environment.get_template("page.md.j2").render(name="b")


def kept(templates: Path) -> list[Path]:
    return [path for path in (templates / "bytecode").rglob("*") if path.is_file()]


def test_it_is_written_once_and_taken_from_then_on(templates: Path) -> None:
    assert render(templates) == "one b"
    (file,) = kept(templates)
    written = file.stat().st_mtime_ns
    # A filter of a constant is worked out while the template is compiled: another one would show.
    assert render(templates, "two") == "one b"
    assert file.stat().st_mtime_ns == written


def test_it_is_made_anew_when_a_module_of_the_reports_is_newer(templates: Path) -> None:
    render(templates)
    os.utime(templates / "compiled.py", ns=(0, (templates / "compiled.py").stat().st_mtime_ns + 1))
    assert render(templates, "two") == "two b"


def test_it_is_made_anew_when_the_template_is_another(templates: Path) -> None:
    render(templates)
    (templates / "page.md.j2").write_text("{{ name }}!")
    assert render(templates) == "b!"


def test_it_is_not_written_where_python_writes_none(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert render(templates) == "one b"
    assert kept(templates) == []


def test_a_place_that_cannot_be_written_is_no_error(templates: Path) -> None:
    (templates / "bytecode").write_text("a file, where the folder would be")
    assert render(templates) == "one b"
