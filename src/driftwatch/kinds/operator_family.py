"""Operator families (pg_opfamily); their loose members are objects of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.kind import Kind
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class OperatorFamily(NamedTuple):
    """An operator family."""

    schema: str
    name: str
    method: str


def query(_version: int) -> str:
    """Every operator family."""
    return f"""
        SELECT f.oid AS objid, n.nspname AS schema, f.opfname AS name, m.amname AS method
        FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am m ON m.oid = f.opfmethod
        WHERE {USER_SCHEMA} AND {no_member("pg_opfamily", "f.oid")}"""


def naming(schema: str, name: str, method: str) -> str:
    """`OPERATOR FAMILY public.numbers USING btree`."""
    return f"OPERATOR FAMILY {qualify(schema, name)} USING {quote(method)}"


def place(family: str, method: str, left: str) -> tuple[str, ...]:
    """What a class and the family's own members on the same type may both claim: strategies and support functions.

    Args:
        family: as SQL names it.
        method: the access method.
        left: the type that they index.
    """
    return ("place in an operator family", family, method, left)


def reference(family: OperatorFamily) -> str:
    """The same, of an object."""
    return naming(family.schema, family.name, family.method)


def create(family: OperatorFamily, _context: Context) -> Writing:
    """CREATE OPERATOR FAMILY."""
    return [Statement(f"CREATE {reference(family)}")]


def drop(family: OperatorFamily, _context: Context) -> Writing:
    """DROP OPERATOR FAMILY, with its classes and members."""
    hazard = Hazard(Danger.BREAKS_CODE, f"queries no longer find indexes by operator family {family.name}")
    return [Statement(f"DROP {reference(family)}", hazards=(hazard,))]


def rename(family: OperatorFamily, name: str) -> Statement:
    """ALTER OPERATOR FAMILY … RENAME TO."""
    return Statement(f"ALTER {reference(family)} RENAME TO {quote(name)}")


KIND = Kind(
    name="operator_family",
    model=OperatorFamily,
    identity=("schema", "name", "method"),
    catalog="pg_opfamily",
    query=query,
    needs_superuser=lambda _item, _version: True,
    create=create,
    drop=drop,
    alter={},
    reference=reference,
    rename=rename,
)
