"""A random schema, and random changes of it, statement by statement on a real server."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from generator import constraints, foreign, partitions, rarer, routines, swaps, tables, types, views, words
from generator.world import NothingThereError, World

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from generator.world import Step
    from support.servers import Database


class Family(NamedTuple):
    """Steps for kinds of objects that go together: those that make objects, and those that change them."""

    make: tuple[Step, ...]
    change: tuple[Step, ...]


FAMILIES = {
    module.__name__.rpartition(".")[2]: Family(module.MAKE, module.CHANGE)
    for module in (tables, constraints, partitions, types, routines, views, rarer, foreign, words, swaps)
}


def make(random: Random, database: Database, family: str, steps: int) -> list[str]:
    """Fill a database; the statements that the server took.

    Args:
        random: what chooses.
        database: an empty one.
        family: what most of the steps are about.
        steps: how many are tried.
    """
    chosen = FAMILIES[family]
    others = [step for each in FAMILIES.values() for step in each.make]
    start = [tables.create_table, types.create_schema, tables.create_table]
    pools: Sequence[Sequence[Step]] = [tables.MAKE, chosen.make, chosen.make, others, chosen.change]
    return _run(random, database, [start[:1], start[1:], *[pools[number % len(pools)] for number in range(steps)]])


def change(random: Random, database: Database, family: str, steps: int) -> list[str]:
    """Change what is in a database; the statements that the server took."""
    chosen = FAMILIES[family]
    every = [step for each in FAMILIES.values() for step in (*each.change, *each.make)]
    pools: Sequence[Sequence[Step]] = [chosen.change, every, chosen.change, chosen.make]
    return _run(random, database, [pools[number % len(pools)] for number in range(steps)])


def _run(random: Random, database: Database, pools: Sequence[Sequence[Step]]) -> list[str]:
    with closing(connection(database)) as connected:
        world = World(random, connected)
        return [sql for pool in pools if (sql := step(world, pool))]


def connection(database: Database) -> psycopg.Connection:
    """A session that prints every name qualified."""
    connected = psycopg.connect(database.conninfo, autocommit=True)
    connected.execute("SET search_path = ''; SET client_min_messages = error; SET check_function_bodies = off")
    return connected


def step(world: World, pool: Sequence[Step]) -> str:
    """Take one step of several; the statement, or nothing where there was nothing to do or the server refused."""
    try:
        sql = world.one_of(pool)(world)
        world.connection.execute(sql.encode())
    except (NothingThereError, psycopg.errors.Error):
        return ""
    return sql
