"""One rich database a major, and what `pg_dump` writes about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from driftwatch.observer.dump import dump_schema
from driftwatch.observer.entries import entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.observer.entries import Entry
    from support.servers import Database, Servers

FOLDER = Path(__file__).parent
ROLES = ("alice", "bob", "Carol; O'Hara")


class Base(NamedTuple):
    database: Database
    entries: tuple[Entry, ...]

    @property
    def pg_dump(self) -> Path:
        return self.database.server.binaries.program("pg_dump")


BaseOf = Callable[[int], Base]


@pytest.fixture(scope="session")
def load_base() -> Callable[[Database], None]:
    """`load_base(database)`: fill an empty database."""
    return _load_base


def _load_base(database: Database) -> None:
    database.server.ensure_roles(ROLES)
    database.load(FOLDER / "base.sql")
    for major in (15, 18):
        if database.server.major >= major:
            database.load(FOLDER / f"base_{major}.sql")


@pytest.fixture(scope="session")
def base(server: Servers) -> Iterator[BaseOf]:
    """`base(major)`: the database of base.sql, which is only read and copied."""
    made: dict[int, Base] = {}
    with ExitStack() as stack:

        def of(major: int) -> Base:
            if major not in made:
                database = server(major).create()
                stack.callback(database.drop)
                _load_base(database)
                dump = dump_schema(database.server.binaries.program("pg_dump"), database.conninfo)
                made[major] = Base(database, entries(dump))
            return made[major]

        yield of
