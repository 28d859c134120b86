"""A plan as SQL that goes on after nothing that failed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from driftwatch.model.key import Key
from driftwatch.model.plan import Plan, Step, Transaction
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.plan.script import script
from driftwatch.sql import literal

if TYPE_CHECKING:
    from support.servers import Database, Databases

KEY = Key("table", ("public", "t"))
FINE = ("CREATE TABLE public.a (id int)", "CREATE TABLE public.b (id int)", "CREATE TABLE public.c (id int)")
BAD = "CREATE TABLE public.b (id nothing)"


def plan_of(*statements: str, block: bool = True) -> Plan:
    """A transaction for each of the statements."""
    return Plan(tuple(Transaction((Step(KEY, "create", made(sql)),), block) for sql in statements))


def made(sql: str) -> Statement:
    """A CREATE TABLE that says how to see whether it took effect."""
    return Statement(sql, took=f"pg_catalog.to_regclass({literal(sql.split()[2])}) IS NOT NULL")


def carelessly(database: Database, text: str) -> str:
    """By psql without ON_ERROR_STOP, which goes on after an error; gives what it said."""
    psql = str(database.server.binaries.program("psql"))
    command = [psql, "-X", "-q", "-d", database.conninfo]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    return done.stderr


def tables(database: Database) -> list[str]:
    return [
        str(name)
        for (name,) in database.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
    ]


def test_nothing_to_do_is_an_empty_script() -> None:
    assert script(Plan()) == ""


@pytest.mark.parametrize("block", [True, False])
def test_all_transactions_go_through(database: Databases, block: bool) -> None:  # noqa: FBT001
    there = database()
    assert carelessly(there, script(plan_of(*FINE, block=block))) == ""
    assert tables(there) == ["a", "b", "c"]


@pytest.mark.parametrize("block", [True, False])
def test_after_a_statement_that_failed_nothing_more_is_done(database: Databases, block: bool) -> None:  # noqa: FBT001
    there = database()
    said = carelessly(there, script(plan_of(FINE[0], BAD, FINE[2], block=block)))
    assert "driftwatch: the transaction before this one failed, nothing more is done" in said
    assert tables(there) == ["a"]


def test_a_transaction_is_done_whole_or_not_at_all(database: Databases) -> None:
    there = database()
    steps = tuple(Step(KEY, "create", Statement(sql)) for sql in (FINE[0], BAD))
    carelessly(there, script(Plan((Transaction(steps),))))
    assert tables(there) == []


def test_an_earlier_script_in_the_session_does_not_speak_for_this_one(database: Databases) -> None:
    there = database()
    earlier = script(plan_of("CREATE TABLE public.x (id int)", BAD))
    carelessly(there, earlier + script(plan_of(BAD, FINE[2])))
    assert tables(there) == ["x"]


def test_a_hazard_s_text_cannot_end_its_comment(database: Databases) -> None:
    there = database()
    hazard = Hazard(Danger.DATA_LOSS, "rows are lost\nCREATE TABLE public.hacked (id int);\r\n")
    step = Step(KEY, "create", Statement(FINE[0], hazards=(hazard,)))
    text = script(Plan((Transaction((step,)),)))
    assert "-- data loss: rows are lost CREATE TABLE" in text
    assert carelessly(there, text) == ""
    assert tables(there) == ["a"]


def test_a_placeholder_for_a_secret_is_never_taken_for_it(database: Databases) -> None:
    there = database()
    hazard = Hazard(Danger.SECRET, "put the value of password in by hand")
    step = Step(KEY, "create", Statement(FINE[0], hazards=(hazard,)))
    text = script(Plan((Transaction((step,)),)))
    assert "driftwatch: put the value of password in by hand, then take this line out" in carelessly(there, text)
    assert tables(there) == []
    assert carelessly(there, script(Plan((Transaction((step,)),)), secrets_are_in=True)) == ""
    assert tables(there) == ["a"]


def test_no_statement_waits_longer_than_told_for_a_lock(database: Databases) -> None:
    there = database()
    sql = "CREATE TABLE public.a AS SELECT pg_catalog.current_setting('lock_timeout') AS waits"
    carelessly(there, script(plan_of(sql), lock_timeout="1234ms"))
    assert there.execute("SELECT waits FROM a") == [("1234ms",)]
