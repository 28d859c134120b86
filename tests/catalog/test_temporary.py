"""Objects that hang on what another session has for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.model.key import Key
from support.engine import changes_between, fill
from support.installed import MAJORS, NEWEST
from support.schemas import snapshot_of

if TYPE_CHECKING:
    from support.servers import Databases

SCHEMA = "CREATE TABLE public.t (a int DEFAULT 1, b text); CREATE FUNCTION public.usual() RETURNS int RETURN 1"
TEMPORARY = """
    CREATE TYPE pg_temp.mood AS ENUM ('ok');
    CREATE TEMPORARY TABLE mine (a int);
    CREATE FUNCTION pg_temp.g() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION public.takes(pg_temp.mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
    COMMENT ON FUNCTION public.takes(pg_temp.mood) IS 'of a session';
    CREATE FUNCTION public.gives() RETURNS SETOF mine LANGUAGE sql AS 'SELECT 1';
    CREATE VIEW public.calls AS SELECT pg_temp.g() AS n;
    CREATE VIEW public.over AS SELECT * FROM public.calls;
    ALTER TABLE public.t ADD m pg_temp.mood, ALTER a SET DEFAULT pg_temp.g();"""


@pytest.mark.parametrize("major", [pytest.param(MAJORS[0], marks=pytest.mark.every_major), NEWEST])
def test_what_hangs_on_a_sessions_temporary_objects_is_named_and_harms_nothing_else(
    database: Databases, major: int
) -> None:
    there, goal, copy = database(major), database(major), database(major)
    for each in (there, goal):
        each.execute(SCHEMA)
    goal.execute("ALTER TABLE public.t ALTER a DROP DEFAULT")
    with psycopg.connect(there.conninfo, autocommit=True) as session:
        session.execute(TEMPORARY.encode())
        found = snapshot_of(there)
        fill(copy, found)
    assert not changes_between(found, snapshot_of(goal))
    assert not changes_between(snapshot_of(copy), found)
    assert Key("function", ("public", "usual", "")) in found.objects
    names = sorted(row.name.replace('"', "").partition("pg_temp_")[0] for row in found.unmodelled)
    assert names == [
        "default value for public.t.a",
        "function public.gives()",
        "function public.takes(",
        "table column public.t.m",
        "view public.calls",
        "view public.over",
    ]
