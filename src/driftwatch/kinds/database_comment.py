"""The comment on the database itself (pg_shdescription), which has another name here than there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Statement
from driftwatch.sql import DEVELOPMENT, in_this_database, literal

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing

DATABASE = "database"
"""The word of `include` that asks for what is said about the database itself."""


class DatabaseComment(NamedTuple):
    """The comment; `subject` is always `database`."""

    subject: str
    text: str


def query(_version: int) -> str:
    """The comment, if there is one; that of `postgres` is initdb's (oids below 16384).

    Our own mark in it says something of this database alone, and must never come to another one.
    """
    return f"""
        SELECT 0 AS objid, '{DATABASE}'::text AS subject, c.text
        FROM pg_shdescription s JOIN pg_database d ON d.oid = s.objoid AND s.classoid = 'pg_database'::regclass
        CROSS JOIN LATERAL (SELECT array_to_string(
            array_remove(string_to_array(s.description, E'\\n'), {literal(DEVELOPMENT)}), E'\\n') AS text) c
        WHERE d.datname = current_database() AND d.oid >= 16384 AND c.text <> ''"""


def _write(value: str) -> Writing:
    return [Statement(in_this_database("COMMENT ON DATABASE ", f" IS {value}"))]


def create(comment: DatabaseComment, _context: Context) -> Writing:
    """COMMENT ON DATABASE … IS."""
    return _write(literal(comment.text))


def drop(_comment: DatabaseComment, _context: Context) -> Writing:
    """COMMENT ON DATABASE … IS NULL."""
    return _write("NULL")


KIND = Kind(
    name="database_comment",
    shared=True,
    model=DatabaseComment,
    identity=("subject",),
    query=query,
    create=create,
    drop=drop,
    alter={"text": Alter(lambda _old, new, context: create(new, context))},
    optional=DATABASE,
)
