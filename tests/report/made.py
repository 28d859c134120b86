"""Comparisons made by hand: the parts they are put together from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from driftwatch.model.change import AttributeChange, Change, Verb
from driftwatch.model.comparison import Certificate, Comparison, Finding, Side
from driftwatch.model.key import Key
from driftwatch.model.plan import Plan, Step, Transaction
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.model.verdict import Outcome, Verdict

SERVER = "PostgreSQL 18.6"


_STEP_VERBS = {Verb.ADD: "create", Verb.DROP: "drop", Verb.ALTER: "alter"}


class Thing(NamedTuple):
    """An object as a kind's model would hold it."""

    schema: str
    name: str


def key(text: str, *path: str) -> Key:
    """A key from its kind and its path."""
    return Key(text, path)


def finding(  # noqa: PLR0913 - one argument a field
    verb: str,
    found: Key,
    group: Key,
    *,
    old: str = "",
    new: str = "",
    statements: tuple[str, ...] = (),
    hazards: tuple[tuple[Danger, str], ...] = (),
    lock: Lock = Lock.ACCESS_EXCLUSIVE,
    attributes: tuple[AttributeChange, ...] = (),
) -> Finding:
    """A finding whose level follows from its hazards."""
    thing = Thing(group.path[0] if len(group.path) > 1 else "", found.path[-1])
    change = Change(
        found,
        Verb(verb),
        old=None if verb == "add" else thing,
        new=None if verb == "drop" else thing,
        attributes=attributes,
    )
    dangers = tuple(Hazard(danger, message) for danger, message in hazards)
    level = Statement("", hazards=dangers).level
    return Finding(change, group, level, old, new, statements, dangers, lock if statements else Lock.NONE)


def alter(name: str, old: object, new: object, *details: str) -> AttributeChange:
    """One changed attribute."""
    return AttributeChange(name, old, new, details)


def plan_of(findings: tuple[Finding, ...]) -> Plan:
    """All statements of some findings in one transaction."""
    steps = tuple(
        Step(f.change.key, _STEP_VERBS[f.change.verb], Statement(sql, f.lock, f.hazards))
        for f in findings
        for sql in f.statements
    )
    return Plan((Transaction(steps),) if steps else ())


def script_of(findings: tuple[Finding, ...]) -> str:
    """The migration as it would be written to a file."""
    body = "".join(f"{sql};\n\n" for f in findings for sql in f.statements)
    return f"-- brings prod in line with dev\nBEGIN;\nSET LOCAL lock_timeout = '3s';\n\n{body}COMMIT;\n"


def comparison_of(findings: tuple[Finding, ...]) -> Comparison:
    """A proved comparison of dev and prod."""
    return Comparison(
        desired=Side("dev", "localhost:5432/shop", SERVER, 4812),
        actual=Side("prod", "db.example.com:5432/shop", "PostgreSQL 15.20", 4790),
        at=datetime(2025, 1, 31, 14, 25, 1, tzinfo=UTC),
        findings=findings,
        information=(),
        renames=(),
        hidden=(),
        unmodelled=(),
        unreadable=(),
        certificate=Certificate(
            kinds=(
                "column",
                "comment",
                "constraint",
                "enum",
                "function",
                "index",
                "policy",
                "table",
                "trigger",
                "view",
            ),
            excluded=("grant", "owner"),
            scope="all schemas of the user",
            objects=4812,
            reader="pg_catalog",
        ),
        verdict=Verdict(Outcome.PROVED, shadow_major=18, server_major=18),
        migration=plan_of(findings),
        rollback=plan_of(findings[:3]),
        migration_sql=script_of(findings) if findings else "",
        rollback_sql=script_of(findings[:3]) if findings else "",
    )


def many_findings(number: int) -> tuple[Finding, ...]:
    """Columns added, altered and dropped over a tenth as many tables."""
    made = []
    for n in range(number):
        table = key("table", f"s{n % 5}", f"table_{n // 10}")
        column = key("column", *table.path, f"column_{n}")
        verb = ("add", "alter", "drop", "alter")[n % 4]
        made.append(
            finding(
                verb,
                column,
                table,
                old="" if verb == "add" else f"column_{n} integer DEFAULT {n}",
                new="" if verb == "drop" else f"column_{n} bigint DEFAULT {n} NOT NULL",
                statements=(f"ALTER TABLE {table.path[0]}.{table.path[1]} ALTER COLUMN column_{n} TYPE bigint",),
                hazards=((Danger.REWRITE, "the table is written anew"),) if n % 3 else (),
                attributes=(alter("type", "integer", "bigint"),) if verb == "alter" else (),
            )
        )
    return tuple(made)
