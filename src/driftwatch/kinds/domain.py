"""Domains (pg_type, typtype d); their checks are objects of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds import domain_constraint
from driftwatch.kinds.parts import not_null, user_type
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing

NAMED_NOT_NULL = 170000
"""The first server_version_num that keeps a domain's NOT NULL as a constraint with a name (pg_constraint, n)."""


class Domain(NamedTuple):
    """A domain; the collation is None where it is the base type's, the not-null name where PostgreSQL gave it."""

    schema: str
    name: str
    type: str
    collation: str | None
    default: str | None
    not_null: bool
    not_null_name: str | None


def query(version: int) -> str:
    """Every domain."""
    not_null_name = "NULL::name"
    if version >= NAMED_NOT_NULL:
        # 17 takes several in one CREATE DOMAIN; the others mean nothing beside the first.
        not_null_name = """(SELECT nullif(k.conname, t.typname || '_not_null') FROM pg_constraint k
                            WHERE k.contypid = t.oid AND k.contype = 'n' ORDER BY k.conname LIMIT 1)"""
    return f"""
        SELECT t.oid AS objid, n.nspname AS schema, t.typname AS name,
               format_type(t.typbasetype, t.typtypmod) AS type,
               CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END AS collation,
               pg_get_expr(t.typdefaultbin, 0) AS "default", t.typnotnull AS not_null,
               {not_null_name} AS not_null_name
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype
        WHERE t.typtype = 'd' AND {USER_SCHEMA} AND {no_member("pg_type", "t.oid")}"""


def reference(domain: Domain) -> str:
    """`DOMAIN public.email`."""
    return f"DOMAIN {qualify(domain.schema, domain.name)}"


def create(domain: Domain, context: Context) -> Writing:
    """CREATE DOMAIN with the checks that are folded into it, by name."""
    folded = context.folded.get(Key("domain", (domain.schema, domain.name)), ())
    checks = sorted((context.new.objects[key] for key in folded), key=lambda check: check.name)
    clauses = [
        f"CREATE {reference(domain)} AS {domain.type}",
        domain.collation and f"COLLATE {domain.collation}",
        domain.not_null and _not_null_clause(domain, context),
        domain.default is not None and f"DEFAULT {domain.default}",
        *map(domain_constraint.clause, checks),
    ]
    return [Statement(" ".join(clause for clause in clauses if clause))]


def _not_null_clause(domain: Domain, context: Context) -> str:
    """NOT NULL, by its name where PostgreSQL would choose another: an old domain that waits for its end has it."""
    name = not_null.constraint_of(domain)
    olds = context.old.by_kind.get("domain", ())
    taken = any(old.schema == domain.schema and old.not_null and not_null.constraint_of(old) == name for old in olds)
    named = domain.not_null_name or (context.version >= NAMED_NOT_NULL and taken)
    return f"CONSTRAINT {quote(name)} NOT NULL" if named else "NOT NULL"


def drop(domain: Domain, _context: Context) -> Writing:
    """DROP DOMAIN."""
    hazard = Hazard(Danger.BREAKS_CODE, f"code that names domain {domain.name} fails")
    return [Statement(f"DROP {reference(domain)}", hazards=(hazard,))]


def alter_default(old: Domain, new: Domain, _context: Context) -> Writing:
    """SET DEFAULT or DROP DEFAULT."""
    action = "DROP DEFAULT" if new.default is None else f"SET DEFAULT {new.default}"
    hazard = Hazard(Danger.BEHAVIOUR, f"inserts that leave out a column of domain {new.name} store another value")
    hazards = (hazard,) if old.default != new.default else ()
    return [Statement(f"ALTER {reference(new)} {action}", hazards=hazards)]


def let_go(domain: Domain, _context: Context) -> list[Statement]:
    """DROP DEFAULT, until what it calls is there again."""
    return [Statement(f"ALTER {reference(domain)} DROP DEFAULT")]


def alter_not_null(old: Domain, new: Domain, context: Context) -> Writing:
    """SET or DROP NOT NULL, with the constraint's name where the server keeps one."""
    named = context.version >= NAMED_NOT_NULL
    if old.not_null and new.not_null:
        names = f"{quote(not_null.constraint_of(old))} TO {quote(not_null.constraint_of(new))}"
        return [Statement(f"ALTER {reference(new)} RENAME CONSTRAINT {names}")] if named else []
    if not new.not_null:
        hazard = Hazard(Danger.BREAKS_CODE, f"readers may meet NULL where domain {new.name} is used")
        return [Statement(f"ALTER {reference(new)} DROP NOT NULL", hazards=(hazard,))]
    action = f"ADD CONSTRAINT {quote(new.not_null_name)} NOT NULL" if named and new.not_null_name else "SET NOT NULL"
    return [Statement(f"ALTER {reference(new)} {action}", Lock.SHARE, domain_constraint.scan_hazards(new.name))]


def _unchecked(_old: Domain, new: Domain, context: Context) -> bool:
    """Whether a new NOT NULL would be refused, since columns hold the domain where it can't be checked."""
    return new.not_null and user_type.stored_inside(Key("domain", (new.schema, new.name)), context.old)


KIND = Kind(
    name="domain",
    model=Domain,
    identity=("schema", "name"),
    catalog="pg_type",
    query=query,
    runs=True,
    create=create,
    drop=drop,
    alter={
        "type": Replace(),
        "collation": Replace(),
        "default": Alter(alter_default),
        "not_null": Alter(alter_not_null, replace_if=_unchecked),
        "not_null_name": Alter(alter_not_null),
    },
    since={"not_null_name": NAMED_NOT_NULL},
    reference=reference,
    grantable=user_type.reference,
    slots=user_type.slots,
    set_aside=user_type.set_aside,
    # The type needs no such thing, so it is the default that does.
    lets_go=dict.fromkeys(("function", "operator", "sequence"), "default"),
    loosen=let_go,
    rename=user_type.rename,
)
