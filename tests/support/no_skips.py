"""A pytest plugin for CI (`-p support.no_skips`): a test that is skipped fails the run, unless its reason is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

ALLOWED: Mapping[str, str] = {}
"""What may be skipped in CI: a pattern for the test's name or the skip's reason, and why that is right."""


def pytest_configure(config: pytest.Config) -> None:
    """Watch this run."""
    config.pluginmanager.register(_Judge(), "no-skips-judge")


class _Judge:
    """Collects what was skipped in this process; with xdist, the reports of all workers arrive at the controller."""

    def __init__(self) -> None:
        self._skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        line = f"{report.nodeid}: {reason}"
        if not any(re.search(pattern, line) for pattern in ALLOWED):
            self._skipped.append(line)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._skipped and not hasattr(session.config, "workerinput"):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._skipped:
            terminalreporter.section("skipped, which fails this run", sep="=", red=True)
            for line in self._skipped:
                terminalreporter.line(line)
