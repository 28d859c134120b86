"""docs/configuration.md says what is there."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from driftwatch.config import Config, Shadow, read_config
from driftwatch.config.load import _DATABASE_KEYS, _READERS

DOCUMENT = (Path(__file__).parents[1] / "docs/configuration.md").read_text(encoding="utf-8")


def example() -> str:
    block, *_ = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    return str(block)


def test_the_example_is_valid(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(example(), encoding="utf-8")
    (tmp_path / ".env").write_text("PROD_DATABASE_URL=postgresql://db/app", encoding="utf-8")
    config = read_config(tmp_path / "config.yaml")
    assert config.database("prod").url == "postgresql://db/app"


def test_the_example_has_every_key() -> None:
    shown = set(re.findall(r"(\w+):", example()))
    assert set(_READERS) - shown == set()
    assert set(_DATABASE_KEYS) - shown == set()
    assert {field.name for field in fields(Shadow)} - {"database"} - shown == set()


def test_every_key_is_explained_under_a_heading() -> None:
    headings = " ".join(re.findall(r"(?m)^## (.*)$", DOCUMENT))
    assert set(_READERS) - set(re.findall(r"\w+", headings)) == set()


def test_every_key_has_a_place_in_the_configuration() -> None:
    assert set(_READERS) == {field.name for field in fields(Config)} - {"base_dir", "file"}
