"""CI takes a share of the tests that the commit chooses."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from support.share import turn

if TYPE_CHECKING:
    import pytest

TWELVE = "import pytest\n\n@pytest.mark.parametrize('n', range(12))\ndef test_it(n: int) -> None:\n    pass\n"


def collected(folder: Path, **share: str) -> list[str]:
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "DRIFTWATCH_TEST"))
    }
    options = ["-p", "no:cacheprovider", "-p", "no:randomly", "-p", "support.share", "--rootdir", str(folder)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--collect-only", "-q", "."],
        cwd=folder,
        env=environment | share | {"PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_the_shares_together_are_all_tests_once(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TWELVE, encoding="utf-8")
    shares = [collected(tmp_path, DRIFTWATCH_TEST_SHARE="3", DRIFTWATCH_TEST_TURN=str(number)) for number in range(3)]
    assert all(shares)
    assert sorted(chain(*shares)) == sorted(collected(tmp_path))


def test_the_turn_is_the_commit_s_unless_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRIFTWATCH_TEST_TURN", raising=False)
    here = Path(__file__).parent
    command = ["git", "rev-parse", "HEAD"]
    head = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False).stdout
    assert turn(1000) == int(head.strip() or "0", 16) % 1000
    monkeypatch.setenv("DRIFTWATCH_TEST_TURN", "5")
    assert turn(3) == 2
