from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.diff.dangling import dangling
from driftwatch.model.key import Key
from support.engine import migration
from support.schemas import snapshot_of

if TYPE_CHECKING:
    from support.servers import Databases

JOBS = """
    CREATE TABLE t (id int);
    CREATE DOMAIN "A class" AS regclass;
    CREATE DOMAIN class AS "A class" NOT NULL;
    CREATE TABLE jobs (relation regclass, routines regprocedure[], name text, type regtype);
    ALTER TABLE jobs ADD view class, ADD views "A class"[];
    CREATE FUNCTION f() RETURNS {result} LANGUAGE sql AS 'SELECT NULL::{result}';
    CREATE VIEW v AS SELECT {view} FROM t
"""
RELATION, ROUTINES, TYPE = (Key("column", ("public", "jobs", name)) for name in ("relation", "routines", "type"))
VIEW, VIEWS = (Key("column", ("public", "jobs", name)) for name in ("view", "views"))
V, F = Key("view", ("public", "v")), Key("function", ("public", "f", ""))


@pytest.mark.parametrize(
    ("result", "view", "expected"),
    [
        ("int", "id, 1 AS more", {}),  # CREATE OR REPLACE VIEW keeps its oid
        ("text", "id", {ROUTINES: [F]}),
        ("int", "1 AS id, id AS other", {}),
        ("int", "id::text", {RELATION: [V], TYPE: [V], VIEW: [V], VIEWS: [V]}),
    ],
)
def test_columns_of_oids_are_named_with_what_gets_another_one(
    database: Databases, result: str, view: str, expected: dict[Key, list[Key]]
) -> None:
    old, new = database(), database()
    old.execute(JOBS.format(result="int", view="id"))
    new.execute(JOBS.format(result=result, view=view))
    before = snapshot_of(old)
    assert dangling(migration(before, snapshot_of(new)), before) == expected
