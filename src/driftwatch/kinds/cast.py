"""Casts (pg_cast)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import no_member
from driftwatch.kinds.parts.letters import words
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Replace
from driftwatch.model.statement import Danger, Hazard, Statement

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class Cast(NamedTuple):
    """A cast; `types` is `source AS target`, method and context are as in pg_cast."""

    types: str
    function: str | None
    method: str
    context: str


_METHOD = {"b": "WITHOUT FUNCTION", "i": "WITH INOUT"}
_CONTEXT = {"a": " AS ASSIGNMENT", "i": " AS IMPLICIT", "e": ""}


def query(_version: int) -> str:
    """Every cast that neither initdb made nor CREATE TYPE … AS RANGE (from a range to its multirange)."""
    return f"""
        SELECT c.oid AS objid, format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) AS types,
               CASE WHEN c.castfunc <> 0 THEN c.castfunc::regprocedure::text END AS function,
               c.castmethod AS method, c.castcontext AS context
        FROM pg_cast c
        WHERE c.oid >= 16384 AND {no_member("pg_cast", "c.oid")}
          AND NOT EXISTS (SELECT FROM pg_range r WHERE r.rngtypid = c.castsource AND r.rngmultitypid = c.casttarget)"""


def reference(cast: Cast) -> str:
    """`CAST (integer AS public.mood)`."""
    return f"CAST ({cast.types})"


def create(cast: Cast, _context: Context) -> Writing:
    """CREATE CAST."""
    method = _METHOD.get(cast.method) or f"WITH FUNCTION {cast.function}"
    return [Statement(f"CREATE {reference(cast)} {method}{_CONTEXT[cast.context]}")]


def drop(cast: Cast, _context: Context) -> Writing:
    """DROP CAST."""
    hazard = Hazard(Danger.BREAKS_CODE, f"code that casts {cast.types} fails, or casts otherwise")
    return [Statement(f"DROP {reference(cast)}", hazards=(hazard,))]


KIND = Kind(
    name="cast",
    model=Cast,
    identity=("types",),
    catalog="pg_cast",
    completes=True,
    query=query,
    needs_superuser=lambda cast, _version: cast.method == "b",
    create=create,
    drop=drop,
    alter={"function": Replace(), "method": Replace(), "context": Replace()},
    in_words={
        "method": words({**_METHOD, "f": "WITH FUNCTION"}),
        "context": words({"e": "explicit", "a": "AS ASSIGNMENT", "i": "AS IMPLICIT"}),
    },
    reference=reference,
)
