from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds import view
from driftwatch.model.context import Context
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Level

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases

V = Key("view", ("public", "v"))


def test_stand_in_has_the_columns_of_the_view_and_completing_it_gives_the_view(
    database: Databases, snapshot: Reads
) -> None:
    made, stood_in = database(), database()
    for each in (made, stood_in):
        each.execute('CREATE TABLE t (id int, price numeric(8,2), "na""me" text, code varchar(3)[])')
    made.execute(
        'CREATE VIEW v WITH (security_barrier) AS SELECT id, price, "na""me" COLLATE "C", code FROM t WHERE id > 0'
        " WITH CASCADED CHECK OPTION"
    )
    wanted = snapshot(made)
    context = Context(old=snapshot(stood_in), new=wanted, version=wanted.server.version)

    stood_in.execute(view.forward(wanted.objects[V], context)[0].sql)
    first = snapshot(stood_in).objects[V]
    stood_in.execute(view.complete(wanted.objects[V], context)[0].sql)

    assert first.columns == wanted.objects[V].columns
    assert first.definition != wanted.objects[V].definition
    assert snapshot(stood_in).objects[V] == wanted.objects[V]


def test_options_arrive_in_the_order_that_pg_dump_will_print(way: Plans) -> None:
    table = "CREATE TABLE t (id int)"
    steps = way(
        "CREATE VIEW v WITH (security_barrier = true) AS SELECT id FROM t",
        "CREATE VIEW v WITH (security_invoker = true, security_barrier = false) AS SELECT id FROM t",
        both=table,
    ).steps

    assert [step.statement.sql for step in steps] == [
        "ALTER VIEW public.v RESET (security_barrier)",
        "ALTER VIEW public.v SET (security_invoker='true', security_barrier='false')",
    ]


def test_changed_rights_of_a_view_are_a_hazard_of_access(way: Plans) -> None:
    (step,) = way(
        "CREATE VIEW v AS SELECT 1 AS id", "CREATE VIEW v WITH (security_invoker = true) AS SELECT 1 AS id"
    ).steps

    assert {hazard.danger for hazard in step.statement.hazards} == {Danger.ACCESS}


def test_view_that_is_only_rebuilt_is_no_breaking_drop(way: Plans) -> None:
    steps = way(
        "CREATE TABLE t (id int, a varchar(5)); CREATE VIEW v AS SELECT id, length(a) AS n FROM t",
        "CREATE TABLE t (id int, a varchar(9)); CREATE VIEW v AS SELECT id, length(a) AS n FROM t",
    ).steps

    (drop,) = (step.statement for step in steps if step.key == V and step.verb == "drop")
    assert drop.level is Level.SAFE


def test_view_that_loses_a_column_is_a_breaking_drop(way: Plans) -> None:
    steps = way("CREATE VIEW v AS SELECT 1 AS a, 2 AS b", "CREATE VIEW v AS SELECT 1 AS a").steps

    (drop,) = (step.statement for step in steps if step.key == V and step.verb == "drop")
    assert drop.level is Level.BREAKING
