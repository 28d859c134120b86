"""The folder is what it looks like: a file a kind."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import driftwatch
from driftwatch.kinds import KINDS

FOLDER = Path(driftwatch.__file__).parent / "kinds"


def test_each_file_is_a_kind_s() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == {"__init__", *(kind.name for kind in KINDS)}


@pytest.mark.parametrize("path", sorted((FOLDER / "parts").glob("*.py")), ids=lambda path: path.stem)
def test_what_kinds_share_imports_no_kind(path: Path) -> None:
    imports = [each for each in ast.parse(path.read_text()).body if isinstance(each, ast.ImportFrom)]
    kinds = {kind.name for kind in KINDS}
    assert not {f"{each.module}.{name.name}" for each in imports for name in each.names if of_a_kind(each, name, kinds)}


def of_a_kind(each: ast.ImportFrom, name: ast.alias, kinds: set[str]) -> bool:
    return each.module in {f"driftwatch.kinds.{kind}" for kind in kinds} or (
        each.module == "driftwatch.kinds" and name.name in kinds
    )
