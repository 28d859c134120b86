"""Tables in publications (pg_publication_rel), with their column lists and row filters (15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds import publication
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Replace
from driftwatch.model.statement import Lock, Statement
from driftwatch.sql import qualify, quote, quote_list

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing

FILTERS = 150000
"""The first server_version_num with column lists and row filters."""


class PublicationTable(NamedTuple):
    """A table in a publication; no columns means all of them."""

    publication: str
    schema: str
    table: str
    columns: tuple[str, ...]
    where: str | None


def query(version: int) -> str:
    """Every table that a publication names."""
    if version >= FILTERS:
        columns = """array(SELECT a.attname::text FROM unnest(r.prattrs) u(i)
                           JOIN pg_attribute a ON a.attrelid = r.prrelid AND a.attnum = u.i ORDER BY 1)"""
        where = "pg_get_expr(r.prqual, r.prrelid)"
    else:
        columns, where = "'{}'::text[]", "NULL::text"
    return f"""
        SELECT r.oid AS objid, p.pubname AS publication, n.nspname AS schema, c.relname AS "table",
               {columns} AS columns, {where} AS "where"
        FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
        JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {USER_SCHEMA} AND {no_member("pg_publication", "p.oid")}"""


def parent(member: PublicationTable) -> Key:
    """The publication; the table is in pg_depend, and takes the member with it as well."""
    return Key("publication", (member.publication,))


def create(member: PublicationTable, context: Context) -> Writing:
    """ALTER PUBLICATION … ADD TABLE ONLY: each child that is published is an object of its own."""
    columns = f" ({quote_list(member.columns)})" if member.columns else ""
    where = f" WHERE ({member.where})" if member.where else ""
    table = f"{qualify(member.schema, member.table)}{columns}{where}"
    sql = f"ALTER PUBLICATION {quote(member.publication)} ADD TABLE ONLY {table}"
    hazards = () if parent(member) in context.made else publication.hazards(member.publication)
    return [Statement(sql, Lock.SHARE_UPDATE_EXCLUSIVE, hazards)]


def drop(member: PublicationTable, _context: Context) -> Writing:
    """ALTER PUBLICATION … DROP TABLE."""
    sql = f"ALTER PUBLICATION {quote(member.publication)} DROP TABLE ONLY {qualify(member.schema, member.table)}"
    return [Statement(sql, Lock.SHARE_UPDATE_EXCLUSIVE, publication.hazards(member.publication))]


KIND = Kind(
    name="publication_table",
    model=PublicationTable,
    identity=("publication", "schema", "table"),
    catalog="pg_publication_rel",
    query=query,
    create=create,
    drop=drop,
    # ALTER PUBLICATION … SET TABLE would name all the other tables again.
    alter={"columns": Replace(), "where": Replace()},
    parent=parent,
    slots=lambda member: [publication.column_lists_or_schemas(member.publication)] if member.columns else [],
    rows_first=lambda _item: True,
)
