"""Operators in a family that no operator class brings (pg_amop): what ALTER OPERATOR FAMILY … ADD OPERATOR makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.operator_family import naming, place
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class OperatorFamilyOperator(NamedTuple):
    """A loose operator of a family, in its place; `sort_family` is set for ordering operators."""

    schema: str
    family: str
    method: str
    strategy: str
    left: str
    right: str
    operator: str
    sort_family: str | None


def query(_version: int) -> str:
    """Every operator that hangs on its family itself; in a family of the system's only the user's operators."""
    return f"""
        SELECT a.oid AS objid, n.nspname AS schema, f.opfname AS family, m.amname AS method,
               a.amopstrategy::text AS strategy, format_type(a.amoplefttype, NULL) AS "left",
               format_type(a.amoprighttype, NULL) AS "right", a.amopopr::regoperator::text AS operator,
               (SELECT quote_ident(sn.nspname) || '.' || quote_ident(s.opfname) FROM pg_opfamily s
                JOIN pg_namespace sn ON sn.oid = s.opfnamespace WHERE s.oid = a.amopsortfamily) AS sort_family
        FROM pg_amop a JOIN pg_opfamily f ON f.oid = a.amopfamily JOIN pg_namespace n ON n.oid = f.opfnamespace
        JOIN pg_am m ON m.oid = f.opfmethod
        WHERE a.oid >= 16384 AND (({USER_SCHEMA} AND {no_member("pg_opfamily", "f.oid")})
                                  OR (n.nspname = 'pg_catalog' AND {no_member("pg_operator", "a.amopopr")}))
          AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_amop'::regclass AND d.objid = a.oid
                      AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid)"""


def _alter(member: OperatorFamilyOperator, action: str) -> str:
    return f"ALTER {naming(member.schema, member.family, member.method)} {action}"


def create(member: OperatorFamilyOperator, _context: Context) -> Writing:
    """ADD OPERATOR."""
    order = f" FOR ORDER BY {member.sort_family}" if member.sort_family else ""
    return [Statement(_alter(member, f"ADD OPERATOR {member.strategy} {member.operator}{order}"))]


def drop(member: OperatorFamilyOperator, _context: Context) -> Writing:
    """DROP OPERATOR."""
    hazard = Hazard(Danger.BREAKS_CODE, f"queries with {member.operator} no longer use indexes of {member.family}")
    place = f"DROP OPERATOR {member.strategy} ({member.left}, {member.right})"
    return [Statement(_alter(member, place), hazards=(hazard,))]


KIND = Kind(
    name="operator_family_operator",
    model=OperatorFamilyOperator,
    identity=("schema", "family", "method", "strategy", "left", "right"),
    catalog="pg_amop",
    query=query,
    needs_superuser=lambda _item, _version: True,
    create=create,
    drop=drop,
    alter={"operator": Replace(), "sort_family": Replace()},
    completes=True,
    parent=lambda member: Key("operator_family", (member.schema, member.family, member.method)),
    slots=lambda member: [place(qualify(member.schema, member.family), member.method, member.left)],
)
