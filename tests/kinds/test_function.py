from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.model.statement import Danger, Level

if TYPE_CHECKING:
    from driftwatch.model.plan import Plan
    from kinds.conftest import Plans, Reads
    from support.servers import Databases


def _of_functions(plan: Plan) -> list[str]:
    return [step.statement.sql for step in plan.steps if step.key.kind == "function"]


@pytest.mark.parametrize(
    ("options", "action"),
    [
        ("STABLE", "STABLE"),
        ("STRICT", "STRICT"),
        ("SECURITY DEFINER", "SECURITY DEFINER"),
        ("LEAKPROOF", "LEAKPROOF"),
        ("PARALLEL SAFE", "PARALLEL SAFE"),
        ("COST 7.5", "COST 7.5"),
        ("ROWS 10", "ROWS 10"),
        ("SET search_path = ''", "SET search_path TO ''"),
        ("IMMUTABLE COST 3", "IMMUTABLE COST 3"),
    ],
)
def test_option_is_altered_without_the_body_being_written_again(options: str, action: str, way: Plans) -> None:
    function = "CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql {} AS 'SELECT 1'"

    there = way(function.format(""), function.format(options))
    back = way(function.format(options), function.format(""))

    assert _of_functions(there) == [f"ALTER FUNCTION public.f() {action}"]
    assert all(sql.startswith("ALTER FUNCTION public.f() ") for sql in _of_functions(back))


def test_support_function_can_only_be_taken_away_by_redefining(way: Plans) -> None:
    function = "CREATE FUNCTION f(text) RETURNS bool LANGUAGE sql {} AS 'SELECT true'"

    plan = way(function.format("SUPPORT text_starts_with_support"), function.format(""))

    assert [sql.splitlines()[0] for sql in _of_functions(plan)] == ["CREATE OR REPLACE FUNCTION public.f(text)"]


def test_new_body_names_what_keeps_the_results_of_the_old_one(way: Plans) -> None:
    function = "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + {}'"
    users = """CREATE TABLE t (a int CHECK (f(a) > 0), b int GENERATED ALWAYS AS (f(a)) STORED);
               CREATE INDEX i ON t (f(a)); CREATE VIEW v AS SELECT f(a) FROM t"""

    (step,) = way(f"{function.format(1)}; {users}", f"{function.format(2)}; {users}").steps

    stale = [hazard.message for hazard in step.statement.hazards if "stays stored" in hazard.message]
    assert len(stale) == 1
    assert all(name in stale[0] for name in ("index public.i", "column public.t.b", "t_a_check"))
    assert "view" not in stale[0]


def test_function_with_its_owners_rights_is_a_hazard_of_access(way: Plans) -> None:
    plan = way("", "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'")

    dangers = {hazard.danger for step in plan.steps for hazard in step.statement.hazards}
    assert Danger.ACCESS in dangers


def test_new_function_is_safe(way: Plans) -> None:
    plan = way("", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")

    assert {step.statement.level for step in plan.steps if step.key.kind == "function"} == {Level.SAFE}


def test_function_rebuilt_around_a_replaced_type_is_no_breaking_drop(way: Plans) -> None:
    function = "CREATE FUNCTION f(d) RETURNS int LANGUAGE sql AS 'SELECT 1'"

    plan = way(f"CREATE DOMAIN d AS int; {function}", f"CREATE DOMAIN d AS bigint; {function}")

    (drop,) = (step.statement for step in plan.steps if step.key.kind == "function" and step.verb == "drop")
    assert drop.level is Level.SAFE


def test_cost_is_read_as_default_for_each_language(database: Databases, snapshot: Reads) -> None:
    made = database()
    made.execute(
        "CREATE FUNCTION a() RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "CREATE FUNCTION b(int) RETURNS int LANGUAGE internal AS 'int4abs';"
        "CREATE FUNCTION c() RETURNS SETOF int LANGUAGE sql AS 'SELECT 1';"
        "CREATE FUNCTION d(int) RETURNS int LANGUAGE internal COST 100 AS 'int4abs'"
    )

    costs = {
        key.path[1]: (item.cost, item.rows) for key, item in snapshot(made).objects.items() if key.kind == "function"
    }

    assert costs == {"a": (None, None), "b": (None, None), "c": (None, None), "d": ("100", None)}
