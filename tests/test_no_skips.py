"""CI fails when a test was skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPED = "import pytest\n\ndef test_skipped() -> None:\n    pytest.skip('no browser here')\n"
SKIPPED_WHOLE = "import pytest\n\npytest.skip('no browser here', allow_module_level=True)\n"
PASSED = "def test_passed() -> None:\n    assert True\n"
XFAILED = "import pytest\n\n@pytest.mark.xfail\ndef test_xfailed() -> None:\n    assert False\n"


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    environment["PYTHONPATH"] = str(Path(__file__).parent)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(folder), *options, "."]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("test", "workers"), [(SKIPPED, 0), (SKIPPED, 1), (SKIPPED_WHOLE, 0)])
def test_a_skipped_test_fails_the_run_that_watches(tmp_path: Path, test: str, workers: int) -> None:
    (tmp_path / "test_it.py").write_text(PASSED + test, encoding="utf-8")
    watched = run(tmp_path, f"--numprocesses={workers}", "-p", "support.no_skips")
    assert watched.returncode == pytest.ExitCode.TESTS_FAILED
    assert "no browser here" in watched.stdout.partition("skipped, which fails this run")[2]
    assert " skipped" in watched.stdout.splitlines()[-1]


def test_a_run_without_skipped_tests_passes(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(PASSED + XFAILED, encoding="utf-8")
    assert run(tmp_path, "-p", "support.no_skips").returncode == pytest.ExitCode.OK
