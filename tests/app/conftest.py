"""The use cases as the command line calls them, in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from driftwatch.cli import run
from driftwatch.shadow.databases import ShadowSettings, open_shadow
from support.installed import NEWEST
from support.program import OF_OURS, Done

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.servers import Database, Databases, Servers

Call = Callable[..., Done]
"""Calls driftwatch with these arguments in the test's own folder."""

Pair = Callable[[str, str], tuple[str, str]]
"""Makes two databases with these schemas and gives their connection strings."""


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    for name in OF_OURS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def called(*arguments: object) -> Done:
        words = [str(argument) for argument in arguments]
        capsys.readouterr()
        code = run(words)
        out, err = capsys.readouterr()
        return Done(words, code, out, err)

    return called


@pytest.fixture(scope="module")
def one_shadow(server: Servers) -> Iterator[None]:
    """The shadow's server runs as long as a module's tests, which so do without starting theirs each time."""
    server(NEWEST)  # its programs are what a shadow finds
    with open_shadow(ShadowSettings(), wanted_major=NEWEST):
        yield


@pytest.fixture
def pair(database: Databases) -> Pair:
    def of(dev: str, prod: str) -> tuple[str, str]:
        made: list[Database] = [database(), database()]
        for each, sql in zip(made, (dev, prod), strict=True):
            each.execute(sql)
        return made[0].conninfo, made[1].conninfo

    return of
