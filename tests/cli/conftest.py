"""A project's folder, and use cases that write down what they are asked for."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: two SQL files and a configuration that names them."""
    for name in ("DATABASE_URL", "PROD_DATABASE_URL", "DRIFTWATCH_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    for name in ("dev", "prod", "other"):
        (tmp_path / f"{name}.sql").touch()
    (tmp_path / "config.yaml").write_text(
        "databases: {dev: dev.sql, prod: prod.sql}\ncompare: {desired: dev, actual: prod}\n", encoding="utf-8"
    )
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What the use cases were asked for; none of them does anything here but end well."""
    calls: list[tuple[object, ...]] = []

    def use_case(*arguments: object) -> int:
        calls.append(arguments)
        return 0

    for name in ("compare", "snapshot", "verify", "doctor"):
        monkeypatch.setitem(sys.modules, f"driftwatch.app.{name}", SimpleNamespace(**{name: use_case}))
    return calls
