"""The formats: each loads no more than it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from driftwatch.report import FORMATS

if TYPE_CHECKING:
    from driftwatch.model.comparison import Comparison

HEAVY = {"jinja2", "rich", "driftwatch.report.html", "driftwatch.report.markdown", "driftwatch.report.json"}


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("text", set()),
        ("markdown", {"jinja2", "driftwatch.report.markdown"}),
        ("html", {"jinja2", "driftwatch.report.html"}),
        ("json", {"driftwatch.report.json"}),
        ("sarif", set()),
        ("junit", set()),
        ("github", set()),
        ("sql", set()),
        ("rollback", set()),
    ],
)
def test_a_format_loads_only_what_it_needs(name: str, needed: set[str]) -> None:
    script = (
        "import sys; from report.shop import shop_comparison; from driftwatch.report import FORMATS; "
        f"FORMATS[{name!r}](shop_comparison()); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert set(done.stdout.split()) & HEAVY == needed


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", ["shop", "hostile", "same"])
def test_a_format_gives_the_same_twice(name: str, kind: str, request: pytest.FixtureRequest) -> None:
    comparison: Comparison = request.getfixturevalue(kind)
    assert FORMATS[name](comparison) == FORMATS[name](comparison)
