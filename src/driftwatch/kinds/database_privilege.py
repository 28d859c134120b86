"""Privileges on the database itself (pg_database.datacl), where they differ from what PostgreSQL gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.database_comment import DATABASE
from driftwatch.kinds.parts.letters import without_order
from driftwatch.kinds.parts.privileges import NONE, OWNER, Deviation, Step, as_grantor, changes, deviations, role
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import MEMBERS, in_this_database

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class DatabasePrivilege(NamedTuple):
    """What one role may do with the database more or less than by default; the grantor is '' where it is the owner."""

    grantee: str
    grantor: str
    granted: tuple[str, ...]
    grantable: tuple[str, ...]
    revoked: tuple[str, ...]


_ACL = """
    SELECT d.oid AS objid, d.datdba AS owner, d.datacl AS acl, acldefault('d', d.datdba) AS base, 'd'::"char" AS type
    FROM pg_database d WHERE d.datname = current_database() AND d.datacl IS NOT NULL"""


def query(version: int) -> str:
    """Every deviation but the owner's own, whoever that is here and there, and what the shadow gives to load a file."""
    return f"""
        SELECT p.objid, p.grantee, p.grantor, p.granted, p.grantable, p.revoked
        FROM ({deviations(_ACL, "objid", version)}) p WHERE p.grantee NOT IN ('{OWNER}', '{MEMBERS}')"""


def _deviation(privilege: DatabasePrivilege) -> Deviation:
    return Deviation(privilege.granted, privilege.grantable, privilege.revoked)


def _write(privilege: DatabasePrivilege, old: Deviation, new: Deviation, context: Context) -> Writing:
    steps = changes(old, new, "DATABASE", context.version)
    return as_grantor(privilege.grantor, [_statement(step, role(privilege.grantee, None)) for step in steps])


def _statement(step: Step, grantee: str) -> Statement:
    head = f"{step.verb} {', '.join(step.privileges)} ON DATABASE "
    hazard = Hazard(Danger.ACCESS, f"the database: {step.verb} … {step.preposition} {grantee}")
    return Statement(in_this_database(head, f" {step.preposition} {grantee}{step.ending}"), hazards=(hazard,))


def create(privilege: DatabasePrivilege, context: Context) -> Writing:
    """GRANT what is granted, REVOKE what everybody has by itself."""
    return _write(privilege, NONE, _deviation(privilege), context)


def drop(privilege: DatabasePrivilege, context: Context) -> Writing:
    """Back to the default."""
    return _write(privilege, _deviation(privilege), NONE, context)


def alter(old: DatabasePrivilege, new: DatabasePrivilege, context: Context) -> Writing:
    """What is more and what is less."""
    return _write(new, _deviation(old), _deviation(new), context)


_CHANGE = Alter(alter)

KIND = Kind(
    name="database_privilege",
    shared=True,
    model=DatabasePrivilege,
    identity=("grantee", "grantor"),
    query=query,
    create=create,
    drop=drop,
    alter={"granted": _CHANGE, "grantable": _CHANGE, "revoked": _CHANGE},
    in_words={"granted": without_order, "grantable": without_order, "revoked": without_order},
    optional=DATABASE,
    roles=("grantee", "grantor"),
)
