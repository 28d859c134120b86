"""Support functions in a family that no operator class brings (pg_amproc): ALTER OPERATOR FAMILY … ADD FUNCTION."""

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


class OperatorFamilyFunction(NamedTuple):
    """A loose support function of a family, in its place."""

    schema: str
    family: str
    method: str
    number: str
    left: str
    right: str
    function: str


def query(_version: int) -> str:
    """Every function that hangs on its family itself; in a family of the system's only the user's functions."""
    return f"""
        SELECT a.oid AS objid, n.nspname AS schema, f.opfname AS family, m.amname AS method,
               a.amprocnum::text AS number, format_type(a.amproclefttype, NULL) AS "left",
               format_type(a.amprocrighttype, NULL) AS "right", a.amproc::regprocedure::text AS function
        FROM pg_amproc a JOIN pg_opfamily f ON f.oid = a.amprocfamily JOIN pg_namespace n ON n.oid = f.opfnamespace
        JOIN pg_am m ON m.oid = f.opfmethod
        WHERE a.oid >= 16384 AND (({USER_SCHEMA} AND {no_member("pg_opfamily", "f.oid")})
                                  OR (n.nspname = 'pg_catalog' AND {no_member("pg_proc", "a.amproc")}))
          AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_amproc'::regclass AND d.objid = a.oid
                      AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid)"""


def _alter(member: OperatorFamilyFunction, verb: str, what: str) -> str:
    place = f"{verb} FUNCTION {member.number} ({member.left}, {member.right}){what}"
    return f"ALTER {naming(member.schema, member.family, member.method)} {place}"


def create(member: OperatorFamilyFunction, _context: Context) -> Writing:
    """ADD FUNCTION."""
    return [Statement(_alter(member, "ADD", f" {member.function}"))]


def drop(member: OperatorFamilyFunction, _context: Context) -> Writing:
    """DROP FUNCTION."""
    hazard = Hazard(Danger.BREAKS_CODE, f"indexes by {member.family} work without {member.function}, or not at all")
    return [Statement(_alter(member, "DROP", ""), hazards=(hazard,))]


KIND = Kind(
    name="operator_family_function",
    model=OperatorFamilyFunction,
    identity=("schema", "family", "method", "number", "left", "right"),
    catalog="pg_amproc",
    query=query,
    needs_superuser=lambda _item, _version: True,
    create=create,
    drop=drop,
    alter={"function": Replace()},
    completes=True,
    parent=lambda member: Key("operator_family", (member.schema, member.family, member.method)),
    slots=lambda member: [place(qualify(member.schema, member.family), member.method, member.left)],
)
