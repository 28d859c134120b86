"""Comparisons for the reports' tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from driftwatch.model.verdict import Outcome, Verdict
from report.hostile import hostile_comparison
from report.made import comparison_of
from report.shop import shop_comparison

if TYPE_CHECKING:
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
