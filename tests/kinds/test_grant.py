from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases, Servers


@pytest.fixture(autouse=True)
def roles(server: Servers) -> None:
    server(18).ensure_roles(["app_owner", "app_reader", "app_writer"])


def grants(plan: object) -> list[str]:
    return [step.statement.sql for step in plan.steps if step.key.kind == "grant"]  # type: ignore[attr-defined]


def test_what_postgresql_gives_by_itself_is_no_object(database: Databases, snapshot: Reads) -> None:
    empty, plain, said = database(), database(), database()
    made = "CREATE TABLE t (); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE e AS ENUM ()"
    plain.execute(made)
    said.execute(f"{made}; GRANT ALL ON t TO CURRENT_USER; GRANT EXECUTE ON FUNCTION f() TO PUBLIC")

    read = [{key for key in snapshot(each).objects if key.kind == "grant"} for each in (empty, plain, said)]

    assert read == [set(), set(), set()]


def test_owner_is_nobody_by_name_so_that_databases_with_other_owners_agree(
    database: Databases, snapshot: Reads
) -> None:
    dev, prod = database(), database()
    revoked = "CREATE TABLE t (); ALTER TABLE t OWNER TO {0}; REVOKE DELETE ON t FROM {0}"
    dev.execute(revoked.format("app_owner"))
    prod.execute(revoked.format("app_writer"))

    changes = drift(compare(snapshot(prod), snapshot(dev), KINDS))

    assert [change.key for change in changes] == [Key("owner", ("table public.t",))]


@pytest.mark.every_major
def test_every_privilege_is_the_same_right_on_a_server_that_knows_one_more(
    server: Servers, database: Databases, snapshot: Reads
) -> None:
    server(16).ensure_roles(["app_reader"])
    older, newer = database(16), database(18)
    for each in (older, newer):
        each.execute("CREATE TABLE t (); GRANT ALL ON t TO app_reader")

    assert not drift(compare(snapshot(older), snapshot(newer), KINDS))


def test_revoke_on_a_table_does_not_take_the_columns_along_that_stay(way: Plans) -> None:
    """REVOKE on a table revokes the privilege on each of its columns as well."""
    column = "GRANT SELECT (a), UPDATE (b) ON t TO app_reader"

    plan = way(f"{column}; GRANT SELECT, UPDATE ON t TO app_reader", column, both="CREATE TABLE t (a int, b int)")

    assert grants(plan) == [
        "REVOKE SELECT, UPDATE ON TABLE public.t FROM app_reader",
        "GRANT SELECT (a) ON TABLE public.t TO app_reader",
        "GRANT UPDATE (b) ON TABLE public.t TO app_reader",
    ]


def test_grantee_who_becomes_the_owner_keeps_every_right(way: Plans) -> None:
    table = "CREATE TABLE t (a int)"

    forth = way("GRANT SELECT ON t TO app_owner", "ALTER TABLE t OWNER TO app_owner", both=table)
    back = way("ALTER TABLE t OWNER TO app_owner", "GRANT SELECT ON t TO app_owner", both=table)

    assert [step.key.kind for step in forth.steps] == ["grant", "owner"]
    assert [step.key.kind for step in back.steps] == ["owner", "grant"]


def test_what_a_grantee_granted_on_is_granted_in_its_name(way: Plans) -> None:
    granted = """GRANT SELECT ON t TO app_reader WITH GRANT OPTION; SET ROLE app_reader;
                 GRANT SELECT ON t TO app_writer; RESET ROLE"""

    forth, back = way("", granted, both="CREATE TABLE t ()"), way(granted, "", both="CREATE TABLE t ()")

    by_reader = ["SET ROLE app_reader", "{} SELECT ON TABLE public.t {} app_writer", "RESET ROLE"]
    assert grants(forth)[1:] == [sql.format("GRANT", "TO") for sql in by_reader]
    assert grants(back)[:3] == [sql.format("REVOKE", "FROM") for sql in by_reader]


def test_wider_and_narrower_at_once_is_said_by_what_differs(way: Plans) -> None:
    plan = way(
        "GRANT SELECT, INSERT ON t TO app_reader WITH GRANT OPTION",
        "GRANT SELECT, UPDATE ON t TO app_reader",
        both="CREATE TABLE t ()",
    )

    assert grants(plan) == [
        "REVOKE INSERT ON TABLE public.t FROM app_reader",
        "REVOKE GRANT OPTION FOR SELECT ON TABLE public.t FROM app_reader",
        "GRANT UPDATE ON TABLE public.t TO app_reader",
    ]


def test_right_on_a_thing_in_use_is_for_a_person_to_review_and_on_a_new_one_nothing(way: Plans) -> None:
    table, grant = "CREATE TABLE t ()", "GRANT SELECT ON t TO app_reader"

    used = way("", grant, both=table)
    fresh = way("", f"{table}; {grant}")

    assert {hazard.danger for step in used.steps for hazard in step.statement.hazards} == {Danger.ACCESS}
    assert not [step for step in fresh.steps if step.statement.hazards]


def test_grant_on_an_extensions_member_is_the_extensions(way: Plans) -> None:
    plan = way(
        "",
        "REVOKE EXECUTE ON FUNCTION hstore_to_json(hstore) FROM PUBLIC; GRANT USAGE ON TYPE hstore TO app_reader",
        both="CREATE EXTENSION hstore",
    )

    assert sorted(grants(plan)) == [
        "GRANT USAGE ON TYPE public.hstore TO app_reader",
        "REVOKE EXECUTE ON FUNCTION public.hstore_to_json(public.hstore) FROM public",
    ]
    assert {step.key.path[0] for step in plan.steps} == {"extension hstore"}
