"""Row security policies (pg_policy)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.letters import without_order, words
from driftwatch.kinds.parts.on_relation import rebuilt
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing

_COMMANDS = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}


class Policy(NamedTuple):
    """A policy: `command` as in polcmd, roles by name (no role can be called `public`, so that stands for PUBLIC)."""

    schema: str
    table: str
    name: str
    command: str
    permissive: bool
    roles: tuple[str, ...]
    using: str | None
    check: str | None


def query(_version: int) -> str:
    """Every policy; pg_roles, since pg_authid is not for everybody's eyes."""
    return f"""
        SELECT p.oid AS objid, n.nspname AS schema, c.relname AS "table", p.polname AS name, p.polcmd AS command,
               p.polpermissive AS permissive,
               array(SELECT coalesce(r.rolname::text, 'public')
                     FROM unnest(p.polroles) u(o) LEFT JOIN pg_roles r ON r.oid = u.o ORDER BY 1) AS roles,
               pg_get_expr(p.polqual, p.polrelid) AS "using", pg_get_expr(p.polwithcheck, p.polrelid) AS "check"
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def key(policy: Policy) -> Key:
    """The policy's identity."""
    return Key("policy", (policy.schema, policy.table, policy.name))


def parent(policy: Policy) -> Key:
    """The table: views and foreign tables can have none."""
    return Key("table", (policy.schema, policy.table))


def _on(policy: Policy) -> str:
    return f"{quote(policy.name)} ON {qualify(policy.schema, policy.table)}"


def _roles(policy: Policy) -> str:
    return "TO " + ", ".join("PUBLIC" if role == "public" else quote(role) for role in policy.roles)


def _access(policy: Policy) -> tuple[Hazard, ...]:
    return (Hazard(Danger.ACCESS, f"who may see or change which rows of {policy.table} changes: review it"),)


def create(policy: Policy, context: Context) -> Writing:
    """CREATE POLICY, with what is not the default."""
    clauses = [
        f"CREATE POLICY {_on(policy)}",
        None if policy.permissive else "AS RESTRICTIVE",
        None if policy.command == "*" else f"FOR {_COMMANDS[policy.command]}",
        None if policy.roles == ("public",) else _roles(policy),
        policy.using and f"USING ({policy.using})",
        policy.check and f"WITH CHECK ({policy.check})",
    ]
    quiet = parent(policy) in context.made or rebuilt(key(policy), context)
    hazards = () if quiet else _access(policy)
    return [Statement(" ".join(filter(None, clauses)), Lock.ACCESS_EXCLUSIVE, hazards)]


def drop(policy: Policy, context: Context) -> Writing:
    """DROP POLICY."""
    hazards = () if rebuilt(key(policy), context) else _access(policy)
    return [Statement(f"DROP POLICY {_on(policy)}", Lock.ACCESS_EXCLUSIVE, hazards)]


def alter(old: Policy, new: Policy, _context: Context) -> Writing:
    """ALTER POLICY with what differs."""
    clauses = [
        f"ALTER POLICY {_on(new)}",
        None if old.roles == new.roles else _roles(new),
        None if old.using == new.using else f"USING ({new.using})",
        None if old.check == new.check else f"WITH CHECK ({new.check})",
    ]
    return [Statement(" ".join(filter(None, clauses)), Lock.ACCESS_EXCLUSIVE, _access(new))]


def loses_expression(old: Policy, new: Policy, _context: Context) -> bool:
    """ALTER POLICY can't take USING or WITH CHECK away."""
    return bool((old.using and not new.using) or (old.check and not new.check))


def rename(policy: Policy, name: str) -> Statement:
    """ALTER POLICY … RENAME TO."""
    return Statement(f"ALTER POLICY {_on(policy)} RENAME TO {quote(name)}", Lock.ACCESS_EXCLUSIVE)


_ALTER = Alter(alter, replace_if=loses_expression)

KIND = Kind(
    name="policy",
    model=Policy,
    identity=("schema", "table", "name"),
    catalog="pg_policy",
    query=query,
    create=create,
    drop=drop,
    alter={
        "command": Replace(),
        "permissive": Replace(),
        "roles": _ALTER,
        "using": _ALTER,
        "check": _ALTER,
    },
    in_words={"command": words(_COMMANDS), "roles": without_order},
    reference=lambda policy: f"POLICY {_on(policy)}",
    parent=parent,
    code=frozenset({"using", "check"}),
    rename=rename,
    roles=("roles",),
)
