"""Privileges on what initdb made in pg_catalog, where they were changed since (pg_init_privs holds what it gave).

The objects themselves are the server's and no objects of ours; what lies in information_schema pg_dump leaves out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.letters import without_order
from driftwatch.kinds.parts.privileges import NONE, Deviation, Step, as_grantor, changes, deviations, role
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Danger, Hazard, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.model.context import Context
    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class SystemGrant(NamedTuple):
    """What one role may do on a system object (as GRANT … ON names it), or on a column, more or less than initdb gave.

    The grantor is '' where it is the owner.
    """

    on: str
    part: str
    grantee: str
    grantor: str
    granted: tuple[str, ...]
    grantable: tuple[str, ...]
    revoked: tuple[str, ...]


_OURS = "oid < 16384 AND {}.{} = 'pg_catalog'::regnamespace"

_ACLS = f"""
    SELECT 'pg_class'::regclass AS classid, c.oid AS objid, 0 AS objsubid, c.relowner AS owner, c.relacl AS acl,
           'r'::"char" AS type
    FROM pg_class c WHERE c.{_OURS.format("c", "relnamespace")}
    UNION ALL
    SELECT 'pg_class'::regclass, c.oid, a.attnum, c.relowner, a.attacl, 'c'
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE a.attacl IS NOT NULL AND a.attrelid < 16384 AND c.{_OURS.format("c", "relnamespace")}
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 0, p.proowner, p.proacl, 'f'
    FROM pg_proc p WHERE p.{_OURS.format("p", "pronamespace")}
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 0, t.typowner, t.typacl, 'T'
    FROM pg_type t WHERE t.typrelid = 0 AND t.{_OURS.format("t", "typnamespace")}
    UNION ALL
    SELECT 'pg_namespace'::regclass, n.oid, 0, n.nspowner, n.nspacl, 'n'
    FROM pg_namespace n WHERE n.nspname = 'pg_catalog'"""

# No list of its own is the same as the default one; that is worked out where something else was given than initdb gave,
# mostly to none of 4,000 objects.
_CHANGED = f"""
    SELECT c.classid, c.objid, c.objsubid, c.owner, coalesce(c.acl, d.acl) AS acl, coalesce(i.initprivs, d.acl) AS base,
           c.type
    FROM ({_ACLS}) c CROSS JOIN LATERAL (SELECT acldefault(c.type, c.owner) AS acl) d
    LEFT JOIN pg_init_privs i ON i.classoid = c.classid AND i.objoid = c.objid AND i.objsubid = c.objsubid
                             AND i.privtype = 'i'
    WHERE c.acl IS DISTINCT FROM i.initprivs AND coalesce(c.acl, d.acl) <> coalesce(i.initprivs, d.acl)"""

_NOUN = """CASE WHEN i.type IN ('table', 'view', 'table column', 'view column') THEN 'TABLE'
                WHEN i.type = 'aggregate' THEN 'FUNCTION' ELSE upper(i.type) END"""

# GRANT takes no type by the words that SQL has for it ("integer").
_NAME = """CASE i.type WHEN 'type' THEN quote_ident(i.schema) || '.' || i.name ELSE i.identity END"""


def query(version: int) -> str:
    """Every deviation from what initdb gave."""
    rows = deviations(_CHANGED, "classid, objid, objsubid", version)
    return f"""
        SELECT 0 AS objid, {_NOUN} || ' ' || {_NAME} AS "on", coalesce(a.attname, '')::text AS part,
               p.grantee, p.grantor, p.granted, p.grantable, p.revoked
        FROM ({rows}) p CROSS JOIN LATERAL pg_identify_object(p.classid, p.objid, 0) i
        LEFT JOIN pg_attribute a ON p.objsubid <> 0 AND a.attrelid = p.objid AND a.attnum = p.objsubid"""


def _deviation(grant: SystemGrant) -> Deviation:
    return Deviation(grant.granted, grant.grantable, grant.revoked)


def _write(grant: SystemGrant, old: Deviation, new: Deviation, context: Context) -> Writing:
    steps = _steps(grant, old, new, context)
    statements = _statements(grant, steps)
    if not grant.part and any(step.verb == "REVOKE" for step in steps):
        statements += _columns_again(grant, context)
    return as_grantor(grant.grantor, statements)


def _steps(grant: SystemGrant, old: Deviation, new: Deviation, context: Context) -> list[Step]:
    noun = "COLUMN" if grant.part else grant.on.split(" ", 1)[0]
    return list(changes(old, new, noun, context.version))


def _statements(grant: SystemGrant, steps: Iterable[Step]) -> list[Statement]:
    grantee = role(grant.grantee, None)
    return [
        Statement(
            step.sql(grant.on, grantee, grant.part or None),
            hazards=(Hazard(Danger.ACCESS, f"{grant.on}: {step.verb} … {step.preposition} {grantee}"),),
        )
        for step in steps
    ]


def _columns_again(table: SystemGrant, context: Context) -> Iterator[Statement]:
    """Renews what a REVOKE on a table took along: the grantee's privileges on its columns (manual, REVOKE)."""
    for other in sorted(context.new.by_kind.get("system_grant", ())):
        if other.part and (other.on, other.grantee, other.grantor) == (table.on, table.grantee, table.grantor):
            yield from _statements(other, _steps(other, NONE, _deviation(other), context))


def create(grant: SystemGrant, context: Context) -> Writing:
    """GRANT what is granted, REVOKE what initdb gave."""
    return _write(grant, NONE, _deviation(grant), context)


def drop(grant: SystemGrant, context: Context) -> Writing:
    """Back to what initdb gave."""
    return _write(grant, _deviation(grant), NONE, context)


def alter(old: SystemGrant, new: SystemGrant, context: Context) -> Writing:
    """What is more and what is less."""
    return _write(new, _deviation(old), _deviation(new), context)


def needs(grant: SystemGrant, snapshot: Snapshot) -> Iterable[Key]:
    """The grants, whoever's, that gave the grantor the option, be it on the column or on its table."""
    if not grant.grantor:
        return []
    given = [(grant.on, part, grant.grantor) for part in {grant.part, ""}]
    return [key for path in given for key in snapshot.beginning_with("system_grant", path)]


_CHANGE = Alter(alter)

KIND = Kind(
    name="system_grant",
    model=SystemGrant,
    identity=("on", "part", "grantee", "grantor"),
    query=query,
    create=create,
    drop=drop,
    alter={"granted": _CHANGE, "grantable": _CHANGE, "revoked": _CHANGE},
    in_words={"granted": without_order, "grantable": without_order, "revoked": without_order},
    needs=needs,
    reaches=frozenset({"system_grant"}),
    optional="grants",
    roles=("grantee", "grantor"),
)
