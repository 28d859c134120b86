"""Checks of domains (pg_constraint, contypid)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import user_type
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class DomainConstraint(NamedTuple):
    """A check on a domain's values."""

    schema: str
    domain: str
    name: str
    expression: str
    validated: bool


def query(_version: int) -> str:
    """Every check of a domain."""
    return f"""
        SELECT k.oid AS objid, n.nspname AS schema, t.typname AS domain, k.conname AS name,
               pg_get_expr(k.conbin, 0) AS expression, k.convalidated AS validated
        FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE k.contype = 'c' AND {USER_SCHEMA} AND {no_member("pg_type", "t.oid")}"""


def parent(check: DomainConstraint) -> Key:
    """The domain."""
    return Key("domain", (check.schema, check.domain))


def clause(check: DomainConstraint) -> str:
    """The check as CREATE DOMAIN writes it."""
    return f"CONSTRAINT {quote(check.name)} CHECK ({check.expression})"


def scan_hazards(domain: str) -> tuple[Hazard, ...]:
    """What a new rule for the values of a domain brings."""
    return (
        Hazard(Danger.MAY_FAIL, f"a row that holds a violating value of domain {domain} makes it fail"),
        Hazard(Danger.SCAN, f"every table with a column of domain {domain} is scanned while its writes wait"),
    )


def _alter(check: DomainConstraint, action: str) -> str:
    return f"ALTER DOMAIN {qualify(check.schema, check.domain)} {action}"


def create(check: DomainConstraint, context: Context) -> Writing:
    """ADD CONSTRAINT."""
    sql = _alter(check, f"ADD {clause(check)}{'' if check.validated else ' NOT VALID'}")
    if parent(check) in context.made:
        return [Statement(sql)]
    if not check.validated:
        return [Statement(sql, hazards=(Hazard(Danger.BEHAVIOUR, f"values that violate {check.name} are refused"),))]
    return [Statement(sql, Lock.SHARE, scan_hazards(check.domain))]


def drop(check: DomainConstraint, _context: Context) -> Writing:
    """DROP CONSTRAINT."""
    hazard = Hazard(Danger.BEHAVIOUR, f"values that {check.name} refused are let in")
    return [Statement(_alter(check, f"DROP CONSTRAINT {quote(check.name)}"), hazards=(hazard,))]


def validate(_old: DomainConstraint, new: DomainConstraint, _context: Context) -> Writing:
    """VALIDATE CONSTRAINT; there is no way back but to add it again."""
    sql = _alter(new, f"VALIDATE CONSTRAINT {quote(new.name)}")
    return [Statement(sql, Lock.SHARE, scan_hazards(new.domain))]


def goes_before(check: DomainConstraint, context: Context) -> bool:
    """Whether it would keep, in a domain that waits for its columns to leave, what has to make room for another."""
    needs = context.old.needs[Key("domain_constraint", (check.schema, check.domain, check.name))]
    return parent(check) in context.made and any(edge.needs in context.ended - {parent(check)} for edge in needs)


def remakes_parent(check: DomainConstraint, context: Context) -> bool:
    """Whether columns hold the domain inside of other types, where it can't be checked and is refused (0A000)."""
    return check.validated and user_type.stored_inside(parent(check), context.old)


def rename(check: DomainConstraint, name: str) -> Statement:
    """ALTER DOMAIN … RENAME CONSTRAINT."""
    return Statement(_alter(check, f"RENAME CONSTRAINT {quote(check.name)} TO {quote(name)}"))


KIND = Kind(
    name="domain_constraint",
    model=DomainConstraint,
    identity=("schema", "domain", "name"),
    catalog="pg_constraint",
    query=query,
    runs=True,
    create=create,
    drop=drop,
    alter={
        "expression": Replace(),
        "validated": Alter(validate, replace_if=lambda _old, new, _context: not new.validated),
    },
    reference=lambda check: f"CONSTRAINT {quote(check.name)} ON DOMAIN {qualify(check.schema, check.domain)}",
    parent=parent,
    remakes_parent=remakes_parent,
    goes_before=goes_before,
    folds_into=lambda check: parent(check) if check.validated else None,
    rename=rename,
)
