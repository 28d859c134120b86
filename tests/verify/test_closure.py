"""What a proof has to build for a change."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from driftwatch.kinds import KINDS
from driftwatch.model.change import Change, Verb
from driftwatch.model.edges import Edge, Listed
from driftwatch.model.key import Key
from driftwatch.model.statement import Statement
from driftwatch.verify.closure import closure, restricted, touched
from support.cases import CASES
from support.schemas import snapshot_of
from verify.conftest import key, way

if TYPE_CHECKING:
    from driftwatch.model.snapshot import Snapshot
    from support.servers import Databases

BY_NAME = {kind.name: kind for kind in KINDS}

SCHEMA = """
    CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE TABLE a (id int PRIMARY KEY, m mood);
    CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a);
    CREATE INDEX b_a ON b (a_id);
    CREATE TABLE far (id int PRIMARY KEY);
    CREATE VIEW v AS SELECT id, m FROM a;
    CREATE VIEW w AS SELECT id FROM v;
    COMMENT ON VIEW w IS 'seen';
    CREATE TABLE parts (id int) PARTITION BY LIST (id);
    CREATE TABLE one PARTITION OF parts FOR VALUES IN (1);
    CREATE TABLE other PARTITION OF parts FOR VALUES IN (2);
    CREATE TABLE rest PARTITION OF parts DEFAULT;
    CREATE PUBLICATION all_of_it FOR ALL TABLES
"""


@pytest.fixture
def whole(database: Databases) -> Snapshot:
    there = database()
    for statement in SCHEMA.split(";\n"):
        there.execute(statement)
    return snapshot_of(there)


def closed(whole: Snapshot, text: str) -> set[str]:
    touched = {key for key in whole.objects if str(key) == text}
    assert touched, text
    return {str(key) for key in closure(touched, whole, whole, BY_NAME)}


def test_what_the_object_needs_and_what_depends_on_it_comes(whole: Snapshot) -> None:
    found = closed(whole, "view public.v")
    assert {"table public.a", "column public.a.m", "enum public.mood", "view public.w"} <= found
    assert "comment on view public.w" in found


def test_what_has_nothing_to_do_with_it_stays_away(whole: Snapshot) -> None:
    assert not {"table public.far", "index public.b_a"} & closed(whole, "view public.v")


def test_a_partition_brings_the_default_one_whose_rows_it_takes_over(whole: Snapshot) -> None:
    found = closed(whole, "partition public.one")
    assert {"table public.rest", "partition public.rest"} <= found
    assert "table public.other" not in found


def test_kinds_that_reach_into_every_statement_always_come(whole: Snapshot) -> None:
    assert "publication all_of_it" in closed(whole, "table public.far")


def test_a_part_holds_no_edge_that_leads_out_of_it(whole: Snapshot) -> None:
    keys = closure({key for key in whole.objects if str(key) == "view public.v"}, whole, whole, BY_NAME)
    part = restricted(whole, keys)
    assert set(part.objects) == set(keys) & set(whole.objects)
    assert all(edge.key in part.objects and edge.needs in part.objects for edge in part.edges)


def test_changes_and_statements_are_touched_and_what_a_statement_changes_in_passing() -> None:
    changes = [Change(key("changed"), Verb.ADD)]
    plans = way("SELECT", Statement("SELECT 1", touches=(key("passing"),))), way("SELECT", "SELECT", "SELECT")
    assert touched(changes, *plans) == {*map(key, ("changed", "passing", "0", "1", "2"))}


@pytest.mark.parametrize("turned", [False, True], ids=["in the old one", "in the new one"])
@pytest.mark.parametrize(
    ("changed", "only", "comes"),
    [
        ("view public.v", "view public.w", "view public.w"),
        ("view public.v", "enum public.mood", "enum public.mood"),
        ("partition public.one", "partition public.rest", "table public.rest"),
        ("table public.far", "publication all_of_it", "publication all_of_it"),
    ],
    ids=["depends", "is needed", "is named", "is in play everywhere"],
)
def test_what_is_in_one_schema_only_comes_as_well(
    changed: str,
    only: str,
    comes: str,
    turned: bool,  # noqa: FBT001
    whole: Snapshot,
) -> None:
    (gone,) = (key for key in whole.objects if str(key) == only)
    (start,) = (key for key in whole.objects if str(key) == changed)
    part = restricted(whole, whole.objects.keys() - {gone})
    found = closure({start}, *((part, whole) if turned else (whole, part)), BY_NAME)
    assert comes in {str(key) for key in found}


def test_needs_are_followed_from_one_schema_into_the_other_and_back(whole: Snapshot) -> None:
    chain = [Key("view", ("public", "w")), *map(key, ("far", "a", "b"))]
    edges = [Edge(one, other) for one, other in pairwise(chain)]
    bare = restricted(whole, set(chain))
    old = replace(bare, read_edges=lambda _: Listed(lambda: [edges[0], edges[2]]))
    new = replace(bare, read_edges=lambda _: Listed(lambda: [edges[1]]))
    assert closure({chain[0]}, old, new, BY_NAME) == set(chain)


def test_a_needed_table_comes_with_what_is_a_part_of_it_and_is_said_of_it(whole: Snapshot) -> None:
    found = closed(whole, "view public.v")
    assert {"column public.a.id", "constraint public.a.a_pkey"} <= found
    assert "constraint public.b.b_a_id_fkey" not in found


def test_a_part_knows_which_tables_have_more_partitions_than_are_there(whole: Snapshot) -> None:
    partly = replace(whole, partly=frozenset({key("parts")}))
    assert restricted(partly, {key("parts")}).partly == {key("parts")}


def test_a_table_brings_the_loose_members_of_the_families_that_it_is_hashed_by(database: Databases) -> None:
    there = database()
    there.load(CASES / "operator_class" / "another-in-its-place" / "old.sql")
    found = closed(snapshot_of(there), "table public.part")
    assert [key for key in found if key.startswith("operator_family_function")]


def test_a_view_brings_the_casts_between_what_it_uses(database: Databases) -> None:
    there = database()
    there.load(CASES / "cast" / "function-replaced" / "old.sql")
    there.execute("CREATE TYPE b AS (x int)")
    there.execute("CREATE FUNCTION g(b) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2'")
    there.execute("CREATE CAST (b AS int) WITH FUNCTION g(b)")
    found = closed(snapshot_of(there), "view public.w")
    assert [key for key in found if key.startswith("cast ")] == ["cast (public.a AS integer)"]
