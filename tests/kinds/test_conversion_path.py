"""A column can be given any other type: where PostgreSQL has no cast, through another type or through text."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.kinds.parts.conversion_path import using
from driftwatch.model.context import Context
from driftwatch.model.statement import Danger
from support.engine import migration, run
from support.installed import MAJORS, NEWEST
from support.schemas import snapshot_of

if TYPE_CHECKING:
    from support.servers import Database, Databases

EACH_MAJOR = [pytest.param(major, marks=() if major == NEWEST else pytest.mark.every_major) for major in MAJORS]

TYPES = """
    SELECT format_type(t.oid, NULL) FROM pg_type t
    WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype IN ('b', 'r', 'm') AND t.typarray <> 0
    ORDER BY 1"""


def refused(types: list[str], database: Database) -> list[str]:
    """The pairs between which the server does not follow our way."""
    there = snapshot_of(database)
    context = Context(old=there, new=there, version=there.server.version)
    found = []
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        for old, new in permutations(types, 2):
            way = using(old, new, context).using
            try:
                connection.execute(_trial(old, new, way).encode())
            except psycopg.Error as error:
                found.append(f"{old} to {new} {way}: {error}")
    return found


def _trial(old: str, new: str, way: str) -> str:
    """An expression needs no table to be tried; what stands without one has to be an assignment."""
    if way:
        return f"SELECT {way.replace('{}', 'x')} FROM (SELECT NULL::{old} AS x) AS one"
    return f"BEGIN; CREATE TEMP TABLE t (x {old}); ALTER TABLE t ALTER COLUMN x TYPE {new}; DROP TABLE t; COMMIT"


@pytest.mark.parametrize("major", EACH_MAJOR)
def test_the_server_knows_the_way_between_any_two_types(major: int, database: Databases) -> None:
    there = database(major)
    types = [str(name) for (name,) in there.execute(TYPES)]
    assert len(types) > 50
    assert not refused([*types, "integer[]", "text[]", "money[]"], there)


VALUES = [
    ("money", "bigint", "1234.00", "1234"),
    ("double precision", "money", "0.25", "$0.25"),
    ("time with time zone", "interval", "12:30:00+02", "12:30:00"),
    ("box", "circle", "(2,2),(0,0)", "<(1,1),1.4142135623730951>"),
    ("int4range", "int4multirange", "[1,3)", "{[1,3)}"),
]


@pytest.mark.parametrize(("old", "new", "before", "after"), VALUES)
def test_values_keep_their_meaning(old: str, new: str, before: str, after: str, database: Databases) -> None:
    there = database(NEWEST)
    context = Context(old=snapshot_of(there), new=snapshot_of(there), version=NEWEST * 10000)
    way = using(old, new, context).using.replace("{}", "x") or "x"
    there.execute(f"CREATE TABLE t (x {old}); INSERT INTO t VALUES ('{before}')")
    there.execute(f"ALTER TABLE t ALTER COLUMN x TYPE {new} USING {way}")
    assert there.execute("SELECT x::text FROM t") == [(after,)]


OLD = """
    CREATE TYPE p AS (a int, b int);
    CREATE TYPE o AS (k p, n text);
    CREATE DOMAIN d AS p;
    CREATE TABLE t (id int, p p, d d, o o, l p[]);"""
NEW = OLD.replace("(a int, b int)", "(b bigint, c text, a int)")
ROWS = """
    INSERT INTO t VALUES (1, ROW(1, 2), ROW(3, 4), ROW(ROW(5, 6), 'x')), (2, ROW(NULL, NULL), NULL, NULL)"""


def test_attributes_that_moved_keep_their_values_by_name(database: Databases) -> None:
    there, goal = database(NEWEST), database(NEWEST)
    there.execute(OLD + ROWS)
    goal.execute(NEW)
    found = migration(snapshot_of(there), snapshot_of(goal))
    run(there, found)
    assert there.execute("SELECT p::text, d::text, o::text FROM t ORDER BY id") == [
        ("(2,,1)", "(4,,3)", '("(6,,5)",x)'),
        ("(,,)", None, None),
    ]


def test_attributes_that_moved_in_an_array_are_told_as_lost(database: Databases) -> None:
    there, goal = database(NEWEST), database(NEWEST)
    rest = "CREATE TYPE o AS (l p[]); CREATE TABLE t (l p[], m p, o o)"
    there.execute(f"CREATE TYPE p AS (a int, b int); {rest}")
    goal.execute(f"CREATE TYPE p AS (b int, a int); {rest}")
    found = migration(snapshot_of(there), snapshot_of(goal))
    lost = [hazard for step in found.steps for hazard in step.statement.hazards if hazard.danger is Danger.DATA_LOSS]
    assert [hazard.message for hazard in lost] == [
        f"in arrays that {column} holds, attributes keep their places, whatever their names are then"
        for column in ("l", "o")
    ]
