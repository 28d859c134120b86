from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Level

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases, Servers

TABLE = "CREATE TABLE t (id int, owner text)"


def test_roles_are_read_by_name_in_one_order_whatever_order_they_were_given_in(
    server: Servers, database: Databases, snapshot: Reads
) -> None:
    server(18).ensure_roles(["app_writer", "app_reader", "PUBLIC"])
    made = database()
    made.execute(
        f"{TABLE}; CREATE POLICY a ON t TO app_writer, app_reader; CREATE POLICY b ON t TO app_reader, app_writer;"
        'CREATE POLICY c ON t; CREATE POLICY d ON t TO "PUBLIC"'
    )

    roles = {key.path[-1]: item.roles for key, item in snapshot(made).objects.items() if key.kind == "policy"}

    assert roles["a"] == roles["b"] == ("app_reader", "app_writer")
    assert (roles["c"], roles["d"]) == (("public",), ("PUBLIC",))


def test_role_called_like_everybody_is_not_everybody(server: Servers, way: Plans) -> None:
    server(18).ensure_roles(["PUBLIC"])

    (step,) = way("CREATE POLICY p ON t", 'CREATE POLICY p ON t TO "PUBLIC"', both=TABLE).steps

    assert step.statement.sql == 'ALTER POLICY p ON public.t TO "PUBLIC"'


def test_expression_that_goes_takes_a_new_policy(way: Plans) -> None:
    plan = way(
        "CREATE POLICY p ON t USING (id > 0) WITH CHECK (id > 1)",
        "CREATE POLICY p ON t USING (id > 2)",
        both=TABLE,
    )

    assert [step.verb for step in plan.steps] == ["drop", "create"]


def test_expression_that_comes_does_not(way: Plans) -> None:
    (step,) = way(
        "CREATE POLICY p ON t USING (id > 0)", "CREATE POLICY p ON t USING (id > 0) WITH CHECK (id > 1)", both=TABLE
    ).steps

    assert step.statement.sql == "ALTER POLICY p ON public.t WITH CHECK ((id > 1))"


def test_changed_policy_changes_access_and_one_on_a_new_table_does_not(way: Plans) -> None:
    (changed,) = way("CREATE POLICY p ON t", "CREATE POLICY p ON t USING (false)", both=TABLE).steps
    fresh = way("", f"{TABLE}; CREATE POLICY p ON t").steps

    assert {hazard.danger for hazard in changed.statement.hazards} == {Danger.ACCESS}
    assert {step.statement.level for step in fresh if step.key == Key("policy", ("public", "t", "p"))} == {Level.SAFE}
