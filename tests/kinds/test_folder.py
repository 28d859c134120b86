"""The folder is what it looks like: a file a kind."""

from __future__ import annotations

from pathlib import Path

import driftwatch
from driftwatch.kinds import KINDS

FOLDER = Path(driftwatch.__file__).parent / "kinds"


def test_each_file_is_a_kind_s() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == {"__init__", *(kind.name for kind in KINDS)}
