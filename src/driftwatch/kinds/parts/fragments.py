"""SQL that many kinds' catalogue queries share."""

from __future__ import annotations

USER_SCHEMA = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
"""For a query that joins `pg_namespace n`: neither the system's schemas nor temporary ones."""


def no_member(catalog: str, oid: str) -> str:
    """A condition: the object is not an extension's member (those come and go with `CREATE EXTENSION`)."""
    return (
        "NOT EXISTS (SELECT FROM pg_depend x"
        f" WHERE x.classid = '{catalog}'::regclass AND x.objid = {oid} AND x.deptype = 'e'"
        " AND x.refclassid = 'pg_extension'::regclass)"
    )


def text_array(expression: str) -> str:
    """An array of names or of anything printable, as `text[]`; NULL becomes the empty array."""
    return f"coalesce({expression}, '{{}}')::text[]"


def tablespace(oid: str) -> str:
    """A tablespace's name; nothing is looked up for the database's own, which is 0."""
    return f"CASE WHEN {oid} <> 0 THEN (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = {oid}) END"
