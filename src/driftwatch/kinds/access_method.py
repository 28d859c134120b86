"""Access methods (pg_am)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import no_member
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Ignore, Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class AccessMethod(NamedTuple):
    """An access method for tables or indexes; its handler by name."""

    name: str
    type: str
    handler: str


def query(_version: int) -> str:
    """Every access method that initdb did not make."""
    return f"""
        SELECT a.oid AS objid, a.amname AS name, CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END AS type,
               a.amhandler::text AS handler
        FROM pg_am a
        WHERE a.oid >= 16384 AND {no_member("pg_am", "a.oid")}"""


def reference(method: AccessMethod) -> str:
    """`ACCESS METHOD bloom`."""
    return f"ACCESS METHOD {quote(method.name)}"


def create(method: AccessMethod, _context: Context) -> Writing:
    """CREATE ACCESS METHOD."""
    return [Statement(f"CREATE {reference(method)} TYPE {method.type} HANDLER {method.handler}")]


def drop(method: AccessMethod, _context: Context) -> Writing:
    """DROP ACCESS METHOD."""
    hazard = Hazard(Danger.BREAKS_CODE, f"code that makes tables or indexes by access method {method.name} fails")
    return [Statement(f"DROP {reference(method)}", hazards=(hazard,))]


KIND = Kind(
    name="access_method",
    model=AccessMethod,
    identity=("name",),
    catalog="pg_am",
    query=query,
    needs_superuser=lambda _item, _version: True,
    create=create,
    drop=drop,
    alter={"type": Ignore("the handler is for one type only", told=False), "handler": Replace()},
    reference=reference,
)
