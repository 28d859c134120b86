"""The folder is what it looks like: a file a kind, and parts that know no kind."""

from __future__ import annotations

import ast
from pathlib import Path

import driftwatch
from driftwatch.kinds import KINDS

FOLDER = Path(driftwatch.__file__).parent / "kinds"


def test_each_file_is_a_kind_s() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == {"__init__", *(kind.name for kind in KINDS)}


def test_parts_import_kinds_for_their_types_only() -> None:
    found = [
        f"{path.name}: {node.module}"
        for path in (FOLDER / "parts").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body  # what stands under TYPE_CHECKING is no part of it
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("driftwatch.kinds")
    ]
    assert [line for line in found if not line.partition(": ")[2].startswith("driftwatch.kinds.parts")] == []
