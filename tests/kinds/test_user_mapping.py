from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.catalog.connection import Timeouts
from driftwatch.catalog.reader import read
from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS
from driftwatch.kinds.parts.foreign_options import MARK, conceal
from driftwatch.kinds.user_mapping import UNREADABLE
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger
from driftwatch.plan.planner import plan
from driftwatch.plan.script import script

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Database, Databases, Servers

MAPPING = Key("user_mapping", ("s", "app_reader"))
SERVER = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w"


@pytest.fixture(autouse=True)
def roles(server: Servers) -> None:
    server(18).ensure_roles(["app_reader", "app_nobody"])


def mapped(database: Database, password: str) -> Database:
    database.execute(
        f"{SERVER}; CREATE USER MAPPING FOR app_reader SERVER s OPTIONS (\"user\" 'u', password '{password}')"
    )
    return database


@pytest.mark.parametrize("key", ["", "a key"])
def test_no_secret_is_read_in_clear(key: str, database: Databases, snapshot: Reads) -> None:
    made = mapped(database(), "hush-hush")
    made.execute("CREATE SERVER other FOREIGN DATA WRAPPER w OPTIONS (host 'h', api_key 'hush-hush')")
    made.execute("CREATE FOREIGN TABLE t () SERVER s OPTIONS (url 'https://me:hush-hush@there/')")

    objects = snapshot(made, key).objects

    assert "hush-hush" not in repr(objects)
    assert objects[MAPPING].options[1] == "user=u"


def test_secrets_are_told_apart_with_a_key_and_only_with_one(database: Databases, snapshot: Reads) -> None:
    dev, same, other = mapped(database(), "one"), mapped(database(), "one"), mapped(database(), "two")

    def differ(left: Database, right: Database, key: str) -> bool:
        return bool(drift(compare(snapshot(left, key), snapshot(right, key), KINDS)))

    with_key = differ(dev, same, "a key"), differ(dev, other, "a key")
    without = differ(dev, same, ""), differ(dev, other, "")

    assert with_key == (False, True)
    assert without == (False, False)


def test_digest_says_nothing_to_who_has_another_key() -> None:
    secret = ["password=guess me"]
    assert conceal(secret, "one key") != conceal(secret, "another key")


def test_migration_carries_a_mark_that_reads_back_as_the_same_secret(database: Databases, snapshot: Reads) -> None:
    """So that a proof on a shadow can tell that the mapping arrived."""
    shadow, dev = database(), mapped(database(), "hush-hush")
    old, new = snapshot(shadow, "a key"), snapshot(dev, "a key")
    found = plan(drift(compare(old, new, KINDS)), old, new, KINDS)
    statement = next(step.statement for step in found.steps if step.key == MAPPING)

    shadow.execute(script(found, secrets_are_in=True))

    assert MARK in statement.sql
    assert "hush-hush" not in script(found)
    assert {hazard.danger for hazard in statement.hazards} == {Danger.SECRET}
    assert not drift(compare(snapshot(shadow), new, KINDS))


def test_options_that_the_role_may_not_see_are_said_to_be_unreadable_not_absent(database: Databases) -> None:
    made = mapped(database(), "hush-hush")
    with psycopg.connect(made.conninfo, autocommit=True) as connection:
        connection.execute("SET ROLE app_nobody")
        items = read(connection, KINDS, Timeouts()).objects

    assert items[MAPPING].options == (UNREADABLE,)


@pytest.mark.parametrize("option", ["password_required=false", "require_auth=scram", "host=db", "x=1", "sslkey2=a"])
def test_option_that_is_no_secret_is_told(option: str) -> None:
    assert conceal([option], "") == (option,)


@pytest.mark.parametrize(
    "option", ["passfile=/x", "aws_secret_access_key=k", "options=-c password=x", "dbname=postgres://me:pw@host/db"]
)
def test_option_that_looks_like_a_secret_is_none_to_tell(option: str) -> None:
    name = option.partition("=")[0]

    assert conceal([option], "") == (f"{name}={MARK}present, not compared",)


def test_options_are_added_set_and_dropped_one_by_one(way: Plans) -> None:
    mapping = "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS ({})"

    (step,) = way(mapping.format("host 'a', port '1'"), mapping.format("port '2', \"user\" 'it''s'"), both=SERVER).steps

    assert step.statement.sql == (
        "ALTER USER MAPPING FOR public SERVER s OPTIONS (DROP host, SET port '2', ADD \"user\" 'it''s')"
    )
