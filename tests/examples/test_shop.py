"""The shop's two accounts of its own drift: the README for people and the list for the tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from driftwatch.model.key import parse_key

HERE = Path(__file__).parent
SHOP = HERE.parents[1] / "examples" / "shop"


def expected_keys() -> list[str]:
    lines = (HERE / "expected_drift.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_the_readme_tells_every_expected_difference_and_no_other() -> None:
    readme = (SHOP / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([^`]+)` \|.*\| (?:development|production, by hand) \|$", readme, re.MULTILINE)
    assert told == expected_keys()


@pytest.mark.parametrize("text", expected_keys())
def test_every_expected_key_is_the_text_of_a_key(text: str) -> None:
    assert str(parse_key(text)) == text


def test_no_difference_is_expected_twice() -> None:
    keys = expected_keys()
    assert len(keys) == len(set(keys))
