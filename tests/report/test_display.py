from __future__ import annotations

import pytest

from driftwatch.report.display import plural


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [
        (1, "index", "1 index"),
        (1204, "change", "1,204 changes"),
        (2, "index", "2 indexes"),
        (3, "policy", "3 policies"),
        (2, "statistics", "2 statistics"),
        (2, "operator class", "2 operator classes"),
    ],
)
def test_kinds_are_counted_in_english(count: int, noun: str, said: str) -> None:
    assert plural(count, noun) == said
