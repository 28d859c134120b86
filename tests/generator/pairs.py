"""A generated pair as SQL: tried against the laws, and cut down to what it takes to break one."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from generator.build import change, connection, make
from generator.laws import holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from support.servers import Database, Databases, LiveServer

Statements = tuple[str, ...]


class Pair(NamedTuple):
    """Two schemas: the statements of the old one, and what makes the new one of it."""

    old: Statements
    changed: Statements
    rows: bool

    def __str__(self) -> str:
        """As a golden case would have it."""
        old, changed = (";\n".join([*each, ""]) for each in (self.old, self.changed))
        return f"-- old.sql, {'with' if self.rows else 'without'} rows\n{old}-- new.sql: the same, and\n{changed}"


def generated(random: Random, family: str, server: LiveServer) -> Pair:
    """A random schema, and a random change of it; every statement is one that the server takes."""
    with _databases(server) as database:
        there = database()
        old = make(random, there, family, steps=random.randint(8, 30))
        changed = change(random, there, family, steps=random.randint(3, 12))
        return Pair(tuple(old), tuple(changed), rows=random.random() < 1 / 3)


def complaint(pair: Pair, server: LiveServer) -> str:
    """Which law the pair breaks, and how; nothing where it keeps them."""
    with _databases(server) as database:
        old = database()
        _load(old, pair.old)
        new = database(server.major, old)
        _load(new, pair.changed)
        try:
            holds(old, new, database, rows=pair.rows)
        except Exception as error:  # noqa: BLE001  whatever goes wrong is the finding
            return f"{type(error).__name__}: {error}"
    return ""


def smallest(pair: Pair, breaks: Callable[[Pair], bool]) -> Pair:
    """The pair with as few statements as it takes."""
    if pair.rows and breaks(pair._replace(rows=False)):
        pair = pair._replace(rows=False)
    pair = pair._replace(changed=_cut(pair.changed, lambda few: breaks(pair._replace(changed=few))))
    return pair._replace(old=_cut(pair.old, lambda few: breaks(pair._replace(old=few))))


def _cut(statements: Statements, enough: Callable[[Statements], bool]) -> Statements:
    size = max(1, len(statements) // 2)
    while True:
        place = 0
        while place < len(statements):
            without = statements[:place] + statements[place + size :]
            if enough(without):
                statements = without
            else:
                place += size
        if size == 1:
            return statements
        size //= 2


def _load(database: Database, statements: Statements) -> None:
    """Run them; one that needs another that was cut away is refused, and left out as well."""
    with closing(connection(database)) as connected:
        for statement in statements:
            try:
                connected.execute(statement.encode())
            except psycopg.Error:
                continue


@contextmanager
def _databases(server: LiveServer) -> Iterator[Databases]:
    with ExitStack() as stack:

        def database(_major: int = server.major, template: Database | None = None) -> Database:
            made = server.create(template)
            stack.callback(made.drop)
            return made

        yield database
