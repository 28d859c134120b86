"""A pytest plugin that runs one share of many: `-p support.share` with `DRIFTWATCH_TEST_SHARE=4` runs a quarter.

Which quarter the commit decides, so that a run that is repeated tries the same again and says the same, whatever the
day, while from commit to commit all of them come up. The header says which it is.
"""

from __future__ import annotations

import os
import subprocess
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def turn(shares: int) -> int:
    """Which share it is, counted from 0: DRIFTWATCH_TEST_TURN, else by the commit; the first outside of git."""
    return int(os.environ.get("DRIFTWATCH_TEST_TURN") or _commit()) % shares


def _commit() -> int:
    command = ["git", "rev-parse", "--verify", "--quiet", "HEAD"]
    try:
        done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return 0
    return int(done.stdout.strip() or "0", 16)


SHARES = int(os.environ.get("DRIFTWATCH_TEST_SHARE", "1"))
TURN = turn(SHARES)


def pytest_report_header() -> str:
    """Which share it is; DRIFTWATCH_TEST_TURN runs the same one again."""
    return f"share: {TURN + 1} of {SHARES} (DRIFTWATCH_TEST_TURN={TURN})" if SHARES > 1 else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects every other share, by a hash of the test's name."""
    mine = [item for item in items if zlib.crc32(item.nodeid.encode()) % SHARES == TURN]
    if len(mine) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in set(mine)])
        items[:] = mine
