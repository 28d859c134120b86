"""Conversions between encodings (pg_conversion)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import literal, qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class Conversion(NamedTuple):
    """A conversion; its function by name."""

    schema: str
    name: str
    source: str
    target: str
    function: str
    default: bool


def query(_version: int) -> str:
    """Every conversion."""
    return f"""
        SELECT c.oid AS objid, n.nspname AS schema, c.conname AS name,
               pg_encoding_to_char(c.conforencoding) AS source, pg_encoding_to_char(c.contoencoding) AS target,
               c.conproc::text AS function, c.condefault AS "default"
        FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace
        WHERE {USER_SCHEMA} AND {no_member("pg_conversion", "c.oid")}"""


def reference(conversion: Conversion) -> str:
    """`CONVERSION public.latin1_to_utf8`."""
    return f"CONVERSION {qualify(conversion.schema, conversion.name)}"


def create(conversion: Conversion, _context: Context) -> Writing:
    """CREATE CONVERSION."""
    default = "DEFAULT " if conversion.default else ""
    encodings = f"FOR {literal(conversion.source)} TO {literal(conversion.target)}"
    return [Statement(f"CREATE {default}{reference(conversion)} {encodings} FROM {conversion.function}")]


def drop(conversion: Conversion, _context: Context) -> Writing:
    """DROP CONVERSION."""
    hazard = Hazard(Danger.BREAKS_CODE, f"clients that need conversion {conversion.name} fail")
    return [Statement(f"DROP {reference(conversion)}", hazards=(hazard,))]


def slots(conversion: Conversion) -> list[tuple[str, ...]]:
    """One conversion of a schema is the default for two encodings."""
    place = ("default conversion", conversion.schema, conversion.source, conversion.target)
    return [place] if conversion.default else []


def rename(conversion: Conversion, name: str) -> Statement:
    """ALTER CONVERSION … RENAME TO."""
    return Statement(f"ALTER {reference(conversion)} RENAME TO {quote(name)}")


KIND = Kind(
    name="conversion",
    model=Conversion,
    identity=("schema", "name"),
    catalog="pg_conversion",
    query=query,
    create=create,
    drop=drop,
    alter=dict.fromkeys(("source", "target", "function", "default"), Replace()),
    reference=reference,
    slots=slots,
    rename=rename,
)
