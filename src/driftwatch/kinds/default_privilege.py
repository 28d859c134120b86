"""Default privileges (pg_default_acl), as deviations from what PostgreSQL gives by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.privileges import NONE, Deviation, changes, deviations, role
from driftwatch.model.key import Key
from driftwatch.model.kind import Alter, Kind
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import quote

if TYPE_CHECKING:
    from driftwatch.model.kind import Context, Writing


class DefaultPrivilege(NamedTuple):
    """What one grantee gets on objects that a role will make, in one schema or ('') anywhere."""

    role: str
    schema: str
    objects: str
    grantee: str
    granted: tuple[str, ...]
    grantable: tuple[str, ...]
    revoked: tuple[str, ...]


NOUNS = {
    "tables": "TABLE",
    "sequences": "SEQUENCE",
    "functions": "FUNCTION",
    "types": "TYPE",
    "schemas": "SCHEMA",
    "large objects": "LARGE OBJECT",
}
"""The objects that default privileges are for, and the word GRANT uses for one."""

# Those for a schema are added to those for all (manual, ALTER DEFAULT PRIVILEGES): their base is an empty list, such as
# columns have.
_ACLS = """
    SELECT pg_get_userbyid(a.defaclrole)::text AS role, coalesce(n.nspname, '')::text AS schema,
           CASE a.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
                WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END AS objects,
           a.defaclrole AS owner, a.defaclacl AS acl, k.type,
           acldefault(CASE a.defaclnamespace WHEN 0 THEN k.type ELSE 'c' END, a.defaclrole) AS base
    FROM pg_default_acl a LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
    CROSS JOIN LATERAL (SELECT (CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype END)::"char" AS type) k"""


def query(version: int) -> str:
    """Every default privilege of every role; the grantor is always the role itself."""
    rows = deviations(_ACLS, "role, schema, objects", version)
    return f"""
        SELECT 0 AS objid, p.role, p.schema, p.objects, p.grantee, p.granted, p.grantable, p.revoked
        FROM ({rows}) p"""


def deviation(privilege: DefaultPrivilege) -> Deviation:
    """What it adds and takes away."""
    return Deviation(privilege.granted, privilege.grantable, privilege.revoked)


def _write(privilege: DefaultPrivilege, old: Deviation, new: Deviation, context: Context) -> Writing:
    schema = f" IN SCHEMA {quote(privilege.schema)}" if privilege.schema else ""
    head = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote(privilege.role)}{schema}"
    grantee = role(privilege.grantee, privilege.role)
    hazard = Hazard(Danger.ACCESS, f"decides what {grantee} may do with {privilege.objects} that are yet to be made")
    return [
        Statement(f"{head} {step.sql(privilege.objects.upper(), grantee)}", hazards=(hazard,))
        for step in changes(old, new, NOUNS[privilege.objects], context.version)
    ]


def create(privilege: DefaultPrivilege, context: Context) -> Writing:
    """ALTER DEFAULT PRIVILEGES … GRANT and REVOKE."""
    return _write(privilege, NONE, deviation(privilege), context)


def drop(privilege: DefaultPrivilege, context: Context) -> Writing:
    """Back to what PostgreSQL gives by itself."""
    return _write(privilege, deviation(privilege), NONE, context)


def alter(old: DefaultPrivilege, new: DefaultPrivilege, context: Context) -> Writing:
    """What is more and what is less."""
    return _write(new, deviation(old), deviation(new), context)


_CHANGE = Alter(alter)

KIND = Kind(
    name="default_privilege",
    model=DefaultPrivilege,
    identity=("role", "schema", "objects", "grantee"),
    query=query,
    create=create,
    drop=drop,
    alter={"granted": _CHANGE, "grantable": _CHANGE, "revoked": _CHANGE},
    parent=lambda privilege: Key("schema", (privilege.schema,)) if privilege.schema else None,
    optional="grants",
    roles=("role", "grantee"),
)
