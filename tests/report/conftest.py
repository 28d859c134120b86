"""Comparisons for the reports' tests, and a browser to read them in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from driftwatch.model.verdict import Outcome, Verdict
from report.browser import MissingToolError, Reader, arguments, axe, chromium
from report.hostile import hostile_comparison
from report.made import comparison_of
from report.shop import shop_comparison
from support.installed import unavailable
from support.processes import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from driftwatch.model.comparison import Comparison


@pytest.fixture
def shop() -> Comparison:
    return shop_comparison()


@pytest.fixture
def hostile() -> Comparison:
    return hostile_comparison()


@pytest.fixture
def same() -> Comparison:
    """Nothing differs."""
    return replace(comparison_of(()), verdict=Verdict(Outcome.UNPROVED, reason="there was nothing to prove"))


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    """One Chromium for all tests of the page."""
    from playwright.sync_api import expect, sync_playwright

    try:
        path = chromium()
    except MissingToolError as error:
        unavailable(str(error))
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments(), timeout=1000 * PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def reader(chromium_browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    """Somebody who opens reports; afterwards no page may have asked for more than the file, or complained."""
    reader = Reader(chromium_browser, tmp_path)
    with reader.closing:
        yield reader
    assert reader.messages == []
    assert set(reader.requests) <= {(tmp_path / "report.html").as_uri()}


@pytest.fixture(scope="session")
def axe_source() -> str:
    """axe-core, to be run in a page."""
    try:
        return axe()
    except MissingToolError as error:
        unavailable(str(error))
