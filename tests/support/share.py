"""A pytest plugin that runs one share of many: `-p support.share` with `DRIFTWATCH_TEST_SHARE=4` runs a quarter.

Which quarter changes with the day, so that all have run after four days; the header says which.
"""

from __future__ import annotations

import os
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

SHARES = int(os.environ.get("DRIFTWATCH_TEST_SHARE", "1"))
TURN = int(os.environ.get("DRIFTWATCH_TEST_TURN", datetime.now(UTC).toordinal())) % SHARES


def pytest_report_header() -> str:
    """Which share it is; DRIFTWATCH_TEST_TURN runs the same one again."""
    return f"share: {TURN + 1} of {SHARES}" if SHARES > 1 else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects every other share, by a hash of the test's name."""
    mine = [item for item in items if zlib.crc32(item.nodeid.encode()) % SHARES == TURN]
    if len(mine) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in set(mine)])
        items[:] = mine
