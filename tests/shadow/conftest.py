from __future__ import annotations

from contextlib import ExitStack
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest

from driftwatch.shadow.databases import ShadowSettings, open_shadow
from support.processes import home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from driftwatch.shadow.contract import Shadow, ShadowDatabase


@pytest.fixture(scope="session")
def shadow() -> Iterator[Shadow]:
    """The default: the embedded server."""
    with open_shadow(ShadowSettings()) as opened:
        yield opened


@pytest.fixture
def empty(shadow: Shadow) -> Iterator[ShadowDatabase]:
    with shadow.create_database() as database:
        yield database


@pytest.fixture(scope="session")
def home_of() -> Iterator[Callable[[str], Path]]:
    """`home_of(user)`: a folder of the user's own, with the caches of earlier tests."""
    with ExitStack() as stack:
        yield lru_cache(lambda user: stack.enter_context(home(user)))
