"""Dependencies are worked out key by key, from either end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.edges import Edge, Tie
from driftwatch.model.key import parse_key
from support.schemas import load_everything, snapshot_of

if TYPE_CHECKING:
    from support.servers import Databases


def test_both_ends_of_every_dependency_tell_of_it(database: Databases) -> None:
    there = database()
    load_everything(there)
    snapshot = snapshot_of(there)
    found = set(snapshot.edges)
    assert {edge for key in snapshot.objects for edge in snapshot.dependents[key]} == found
    assert {edge.key for edge in found} | {edge.needs for edge in found} <= snapshot.objects.keys()
    assert {edge.tie for edge in found} == set(Tie)


def test_internal_objects_stand_for_their_owners(database: Databases) -> None:
    there = database()
    there.execute("CREATE TABLE t (id int CONSTRAINT t_key PRIMARY KEY, x int)")
    there.execute("CREATE TABLE u (id int CONSTRAINT u_t REFERENCES t)")
    there.execute("CREATE VIEW v AS SELECT x FROM t")
    snapshot = snapshot_of(there)
    view, column = parse_key("view public.v"), parse_key("column public.t.x")
    assert Edge(view, column, Tie.NORMAL) in snapshot.dependents[column]  # the rule, in pg_depend
    reference, key = parse_key("constraint public.u.u_t"), parse_key("constraint public.t.t_key")
    assert Edge(reference, key, Tie.NORMAL) in snapshot.needs[reference]  # the index, in pg_depend
