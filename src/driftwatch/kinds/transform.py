"""Transforms between types and languages (pg_transform)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import no_member
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class Transform(NamedTuple):
    """A transform; a function that is None is the language's default."""

    type: str
    language: str
    from_sql: str | None
    to_sql: str | None


def query(_version: int) -> str:
    """Every transform."""
    return f"""
        SELECT t.oid AS objid, format_type(t.trftype, NULL) AS type, l.lanname AS language,
               CASE WHEN t.trffromsql <> 0 THEN t.trffromsql::regprocedure::text END AS from_sql,
               CASE WHEN t.trftosql <> 0 THEN t.trftosql::regprocedure::text END AS to_sql
        FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang
        WHERE {no_member("pg_transform", "t.oid")}"""


def reference(transform: Transform) -> str:
    """`TRANSFORM FOR public.point3 LANGUAGE plsample`."""
    return f"TRANSFORM FOR {transform.type} LANGUAGE {quote(transform.language)}"


def _create(transform: Transform, verb: str) -> str:
    functions = [f"FROM SQL WITH FUNCTION {transform.from_sql}"] if transform.from_sql else []
    functions += [f"TO SQL WITH FUNCTION {transform.to_sql}"] if transform.to_sql else []
    return f"{verb} {reference(transform)} ({', '.join(functions)})"


def create(transform: Transform, _context: Context) -> Writing:
    """CREATE TRANSFORM."""
    return [Statement(_create(transform, "CREATE"))]


def alter(_old: Transform, new: Transform, _context: Context) -> Writing:
    """CREATE OR REPLACE TRANSFORM."""
    hazard = Hazard(Danger.BEHAVIOUR, f"functions in {new.language} see values of {new.type} otherwise")
    return [Statement(_create(new, "CREATE OR REPLACE"), hazards=(hazard,))]


def drop(transform: Transform, _context: Context) -> Writing:
    """DROP TRANSFORM."""
    hazard = Hazard(Danger.BREAKS_CODE, f"functions in {transform.language} see values of {transform.type} otherwise")
    return [Statement(f"DROP {reference(transform)}", hazards=(hazard,))]


_REPLACE = Alter(alter)

KIND = Kind(
    name="transform",
    model=Transform,
    identity=("type", "language"),
    catalog="pg_transform",
    query=query,
    create=create,
    drop=drop,
    alter={"from_sql": _REPLACE, "to_sql": _REPLACE},
    reference=reference,
)
