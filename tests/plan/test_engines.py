"""The engines know no kind by its name."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import driftwatch
from driftwatch.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(driftwatch.__file__).parent
ENGINES = [
    *sorted((ROOT / "plan").glob("*.py")),
    *sorted((ROOT / "verify").glob("*.py")),
    ROOT / "catalog" / "reader.py",
    ROOT / "catalog" / "dependencies.py",
    ROOT / "diff" / "compare.py",
    ROOT / "diff" / "explain.py",
]
NAMES = {kind.name for kind in KINDS}


@pytest.mark.parametrize("path", ENGINES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_engine_names_a_kind(path: Path) -> None:
    assert list(kinds_in(ast.parse(path.read_text(encoding="utf-8")))) == []


def kinds_in(tree: ast.Module) -> Iterator[str]:
    """Strings that are a kind's name, and imports of a kind's module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in NAMES:
            yield f"line {node.lineno}: {node.value!r}"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("driftwatch.kinds."):
            yield f"line {node.lineno}: {node.module}"


def test_the_search_finds_a_kind_s_name() -> None:
    assert list(kinds_in(ast.parse("if key.kind == 'table': pass"))) == ["line 1: 'table'"]
