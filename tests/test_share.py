"""CI takes a share of the tests that the commit chooses."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from support.share import turn

TWELVE = "import pytest\n\n@pytest.mark.parametrize('n', range(12))\ndef test_it(n: int) -> None:\n    pass\n"


def collected(folder: Path, **share: str) -> list[str]:
    return [line for line in run(folder, "--collect-only", "-q", **share).stdout.splitlines() if "::" in line]


def run(folder: Path, *more: str, **share: str) -> subprocess.CompletedProcess[str]:
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "DRIFTWATCH_TEST"))
    }
    options = ["-p", "no:cacheprovider", "-p", "no:randomly", "-p", "support.share", "--rootdir", str(folder)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, *more, "."],
        cwd=folder,
        env=environment | share | {"PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=False,
    )


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


def test_a_share_begins_with_another_test_for_another_commit(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TWELVE, encoding="utf-8")
    one, other = (collected(tmp_path, DRIFTWATCH_TEST_SHARE="3", DRIFTWATCH_TEST_TURN=number) for number in ("2", "5"))
    assert one[0] != other[0]
    assert sorted(one) == sorted(other)


@pytest.mark.parametrize("workers", [0, 2])
def test_what_starts_after_the_time_is_left_out_and_counted(tmp_path: Path, workers: int) -> None:
    (tmp_path / "test_it.py").write_text(TWELVE, encoding="utf-8")
    done = run(tmp_path, f"--numprocesses={workers}", DRIFTWATCH_TEST_SECONDS="0")
    assert "12 tests were not run" in done.stdout
    assert " passed" not in done.stdout
    assert done.returncode == pytest.ExitCode.OK


@pytest.mark.parametrize("workers", [0, 2])
def test_a_test_that_fails_within_the_time_fails_the_run(tmp_path: Path, workers: int) -> None:
    (tmp_path / "test_it.py").write_text(f"{TWELVE}    assert n != 7\n", encoding="utf-8")
    done = run(tmp_path, f"--numprocesses={workers}", DRIFTWATCH_TEST_SECONDS="1000")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "not run" not in done.stdout
