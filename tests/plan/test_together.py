"""Actions on one table that are sent as one statement."""

from __future__ import annotations

from driftwatch.model.key import Key
from driftwatch.model.plan import Step, Transaction
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.plan.script import statement_lines

ANEW = Hazard(Danger.REWRITE, "every row is written anew")
KEY = Key("table", ("public", "t"))


def lines_of(*statements: Statement) -> list[str]:
    return list(statement_lines(Transaction(tuple(Step(KEY, "alter", statement) for statement in statements))))


def anew(table: str, action: str, *hazards: Hazard) -> Statement:
    head = f"ALTER TABLE {table}"
    return Statement(f"{head} {action}", hazards=(ANEW, *hazards), head=head)


def test_a_table_is_written_anew_once_for_all_of_its_neighbouring_actions() -> None:
    assert lines_of(anew("a", "ADD COLUMN x int"), anew("a", "ADD COLUMN y int"), anew("b", "ADD COLUMN x int")) == [
        "-- rewrites the table: every row is written anew",
        "ALTER TABLE a ADD COLUMN x int,\n    ADD COLUMN y int;",
        "-- rewrites the table: every row is written anew",
        "ALTER TABLE b ADD COLUMN x int;",
    ]


def test_each_hazard_of_the_actions_is_said() -> None:
    told = lines_of(
        anew("a", "ALTER COLUMN x TYPE int", Hazard(Danger.MAY_FAIL, "x may not fit")),
        anew("a", "ALTER COLUMN y TYPE int", Hazard(Danger.MAY_FAIL, "y may not fit")),
    )
    assert [line.partition(":")[2] for line in told[:-1]] == [
        " every row is written anew",
        " x may not fit",
        " y may not fit",
    ]


def test_what_stands_between_keeps_actions_apart() -> None:
    between = Statement("ALTER TABLE a RENAME COLUMN x TO z")
    assert [
        line
        for line in lines_of(anew("a", "ADD COLUMN x int"), between, anew("a", "ADD COLUMN y int"))
        if not line.startswith("--")
    ] == ["ALTER TABLE a ADD COLUMN x int;", "ALTER TABLE a RENAME COLUMN x TO z;", "ALTER TABLE a ADD COLUMN y int;"]


def test_statements_without_a_head_are_sent_one_by_one() -> None:
    same = Statement("SELECT 1")
    assert lines_of(same, same) == ["SELECT 1;", "SELECT 1;"]
