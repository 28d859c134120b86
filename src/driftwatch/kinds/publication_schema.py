"""Schemas whose tables a publication publishes, also those to come (pg_publication_namespace, 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds import publication
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.statement import Lock, Statement
from driftwatch.sql import quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Hazard, Writing


class PublicationSchema(NamedTuple):
    """A schema in a publication."""

    publication: str
    schema: str


def query(_version: int) -> str:
    """Every schema that a publication names."""
    return f"""
        SELECT r.oid AS objid, p.pubname AS publication, n.nspname AS schema
        FROM pg_publication_namespace r JOIN pg_publication p ON p.oid = r.pnpubid
        JOIN pg_namespace n ON n.oid = r.pnnspid
        WHERE {USER_SCHEMA} AND {no_member("pg_publication", "p.oid")}"""


def parent(member: PublicationSchema) -> Key:
    """The publication; the schema is in pg_depend, and takes the member with it as well."""
    return Key("publication", (member.publication,))


def _alter(member: PublicationSchema, verb: str, hazards: tuple[Hazard, ...]) -> Writing:
    sql = f"ALTER PUBLICATION {quote(member.publication)} {verb} TABLES IN SCHEMA {quote(member.schema)}"
    return [Statement(sql, Lock.SHARE_UPDATE_EXCLUSIVE, hazards)]


def create(member: PublicationSchema, context: Context) -> Writing:
    """ALTER PUBLICATION … ADD TABLES IN SCHEMA."""
    hazards = () if parent(member) in context.made else publication.hazards(member.publication)
    return _alter(member, "ADD", hazards)


def drop(member: PublicationSchema, _context: Context) -> Writing:
    """ALTER PUBLICATION … DROP TABLES IN SCHEMA."""
    return _alter(member, "DROP", publication.hazards(member.publication))


KIND = Kind(
    name="publication_schema",
    model=PublicationSchema,
    identity=("publication", "schema"),
    catalog="pg_publication_namespace",
    query=query,
    needs_superuser=lambda _item, _version: True,
    create=create,
    drop=drop,
    alter={},
    minimum=150000,
    parent=parent,
    slots=lambda member: [publication.column_lists_or_schemas(member.publication)],
)
