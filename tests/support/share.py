"""A pytest plugin that runs one share of many: `-p support.share` with `DRIFTWATCH_TEST_SHARE=4` runs a quarter.

Which quarter the commit decides, so that a run that is repeated tries the same again and says the same, whatever the
day, while from commit to commit all of them come up. The header says which it is.

With `DRIFTWATCH_TEST_SECONDS=3000` no test starts after that time. To be slow fails nothing, and does not look like
having passed everything either: the summary says how many tests were left out. With which one a run begins the commit
decides as well, or on a slow machine some would never come up.
"""

from __future__ import annotations

import os
import subprocess
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

UNTIL = "DRIFTWATCH_TEST_UNTIL"
"""When the time is up, by the clock that never goes back: xdist's workers are told by the process that starts them."""


def number() -> int:
    """What share and order hang on: DRIFTWATCH_TEST_TURN, else the commit; 0 outside of git."""
    return int(os.environ.get("DRIFTWATCH_TEST_TURN") or _commit())


def _commit() -> int:
    command = ["git", "rev-parse", "--verify", "--quiet", "HEAD"]
    try:
        done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return 0
    return int(done.stdout.strip() or "0", 16)


def turn(shares: int) -> int:
    """Which share it is, counted from 0."""
    return number() % shares


SHARES = int(os.environ.get("DRIFTWATCH_TEST_SHARE", "1"))
TURN = turn(SHARES)


def pytest_configure(config: pytest.Config) -> None:
    """Start the clock."""
    config.pluginmanager.register(_Clock(), "share-clock")


def pytest_report_header() -> str:
    """Which share it is; DRIFTWATCH_TEST_TURN runs the same one again."""
    return f"share: {TURN + 1} of {SHARES} (DRIFTWATCH_TEST_TURN={TURN})" if SHARES > 1 else ""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects every other share, by a hash of the test's name; begins somewhere in what is left."""
    mine = [item for item in items if zlib.crc32(item.nodeid.encode()) % SHARES == TURN]
    if len(mine) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in set(mine)])
    begin = number() // SHARES % max(len(mine), 1)
    items[:] = mine[begin:] + mine[:begin]


class _Clock:
    """Leaves out what would start after the time; with xdist, each worker tells how much that was."""

    def __init__(self) -> None:
        self._limit = os.environ.get("DRIFTWATCH_TEST_SECONDS")
        if self._limit:
            os.environ.setdefault(UNTIL, str(time.monotonic() + float(self._limit)))
        self._until = float(os.environ.get(UNTIL, "inf"))
        self._left_out = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self) -> bool | None:
        if time.monotonic() < self._until:
            return None
        self._left_out += 1
        return True

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["left_out"] = self._left_out

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401  xdist's own, without types
        told: Mapping[str, int] = getattr(node, "workeroutput", {})
        self._left_out += told.get("left_out", 0)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._left_out:
            terminalreporter.section(f"{self._left_out} tests were not run", sep="=", yellow=True)
            terminalreporter.line(f"The time was up (DRIFTWATCH_TEST_SECONDS={self._limit}): nothing is known of them.")
