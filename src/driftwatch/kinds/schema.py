"""Schemas (pg_namespace)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Ignore
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class Schema(NamedTuple):
    """A schema; owner, grants and comment are objects of their own.

    `shells` are operators that only another's NEGATOR or COMMUTATOR named: no dump shows them, and DROP SCHEMA fails
    over them.
    """

    name: str
    shells: tuple[str, ...] = ()


def query(_version: int) -> str:
    """Every schema that is not the system's."""
    return f"""
        SELECT n.oid AS objid, n.nspname AS name,
               array(SELECT format('%I.%s (%s, %s)', n.nspname, o.oprname,
                                   coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE'),
                                   format_type(o.oprright, NULL))
                     FROM pg_operator o WHERE o.oprcode = 0 AND o.oprnamespace = n.oid ORDER BY o.oid) AS shells
        FROM pg_namespace n
        WHERE {USER_SCHEMA} AND {no_member("pg_namespace", "n.oid")}"""


def create(schema: Schema, _context: Context) -> Writing:
    """CREATE SCHEMA."""
    return [Statement(f"CREATE SCHEMA {quote(schema.name)}")]


def drop(schema: Schema, _context: Context) -> Writing:
    """DROP SCHEMA, which fails while anything that was not dropped is left in it."""
    hazard = Hazard(Danger.BREAKS_CODE, f"schema {schema.name} is removed; code that names it fails")
    shells = (Statement(f"DROP OPERATOR IF EXISTS {shell}") for shell in schema.shells)
    return [*shells, Statement(f"DROP SCHEMA {quote(schema.name)}", hazards=(hazard,))]


KIND = Kind(
    name="schema",
    model=Schema,
    identity=("name",),
    catalog="pg_namespace",
    query=query,
    create=create,
    drop=drop,
    alter={"shells": Ignore("named by operators, which are compared", told=False)},
    reference=lambda schema: f"SCHEMA {quote(schema.name)}",
    grantable=lambda schema: f"SCHEMA {quote(schema.name)}",
    slots=lambda schema: [("schema", schema.name)],
)
