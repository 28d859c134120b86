from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS, subscription
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger
from driftwatch.plan.script import script
from support.engine import fill, migration, psql

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases

CREATE = (
    "CREATE SUBSCRIPTION sub CONNECTION 'host=publisher.invalid password=hunter2' PUBLICATION a"
    " WITH (connect = false, {})"
)
SUB = Key("subscription", ("sub",))


def test_subscription_is_read_by_a_role_that_may_only_connect_and_without_its_secret(
    database: Databases, snapshot: Reads
) -> None:
    for major in (14, 15, 16, 17, 18):
        made, other = database(major), database(major)
        made.execute(CREATE.format("slot_name = 'the_slot', streaming = on"))
        with psycopg.connect(made.conninfo, autocommit=True) as connection:
            connection.execute("SET ROLE pg_database_owner")
            rows = connection.execute(subscription.query(connection.info.server_version)).fetchall()

        item = snapshot(made).objects[SUB]
        assert len(rows) == 1
        assert "hunter2" not in str(rows) + str(item)
        assert (item.slot, item.streaming, item.enabled) == ("the_slot", "on", False)
        assert SUB not in snapshot(other).objects


def test_subscription_goes_without_reaching_its_publisher(way: Plans) -> None:
    """With a slot, DROP SUBSCRIPTION connects, and is refused inside a transaction block (25001)."""
    plan = way(f"{CREATE.format('slot_name = the_slot')}; ALTER SUBSCRIPTION sub ENABLE", "")

    messages = [hazard.message for step in plan.steps for hazard in step.statement.hazards]
    assert len(plan.transactions) == 1
    assert any("the_slot" in message for message in messages)


def test_new_subscription_carries_a_connection_that_can_never_work(way: Plans) -> None:
    plan = way("", f"{CREATE.format('slot_name = NONE')}")

    (create,) = (step.statement for step in plan.steps if step.key == SUB)
    assert ".invalid'" in create.sql
    assert {hazard.danger for hazard in create.hazards} == {Danger.SECRET}


@pytest.mark.parametrize(("here", "there"), [(15, 18), (18, 15)])
def test_what_a_subscription_does_by_itself_is_alike_on_two_majors(
    here: int, there: int, database: Databases, snapshot: Reads
) -> None:
    """Since 18 one streams in parallel, where nobody says otherwise."""
    prod, dev, empty = database(here), database(there), database(here)
    prod.execute(CREATE.format("slot_name = NONE"))
    dev.execute(CREATE.format("slot_name = NONE, binary = true"))

    (change,) = drift(compare(snapshot(prod), snapshot(dev), KINDS))
    psql(prod, script(migration(snapshot(prod), snapshot(dev)), secrets_are_in=True))
    psql(empty, script(migration(snapshot(empty), snapshot(dev)), secrets_are_in=True))

    assert [attribute.name for attribute in change.attributes] == ["binary"]
    usual = "parallel" if here == 18 else "off"
    assert {snapshot(each).objects[SUB].streaming for each in (prod, empty)} == {usual}


@pytest.mark.parametrize(("before", "after"), [("on", "off"), ("off", "parallel"), ("parallel", "off"), (None, "off")])
def test_on_another_major_it_is_tried_as_it_is(
    before: str | None, after: str, database: Databases, snapshot: Reads
) -> None:
    """A migration for 16 is proved on 18, whose default is another, where there is no 16."""
    prod, dev = database(16), database(16)
    if before:
        prod.execute(CREATE.format(f"slot_name = NONE, streaming = {before}"))
    dev.execute(CREATE.format(f"slot_name = NONE, streaming = {after}"))
    there, wanted = database(18), database(18)
    for copy, original in ((there, prod), (wanted, dev)):
        fill(copy, snapshot(original))
    psql(there, script(migration(snapshot(prod), snapshot(dev)), secrets_are_in=True))
    assert snapshot(there).objects[SUB].streaming == snapshot(wanted).objects[SUB].streaming == after


def test_slot_is_taken_away_after_disabling_and_given_before_enabling(way: Plans) -> None:
    with_slot = f"{CREATE.format('slot_name = the_slot')}; ALTER SUBSCRIPTION sub ENABLE"
    without = CREATE.format("slot_name = NONE")

    away = [step.statement.sql for step in way(with_slot, without).steps]
    back = [step.statement.sql for step in way(without, with_slot).steps]

    assert [sql.split()[3] for sql in away] == ["DISABLE", "SET"]
    assert [sql.split()[3] for sql in back] == ["SET", "ENABLE"]
