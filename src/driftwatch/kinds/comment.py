"""Comments (pg_description) on all that COMMENT ON names, save what is no part of a schema (databases, roles)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import about
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore
from driftwatch.model.statement import Implied, Lock, Statement
from driftwatch.sql import literal

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.key import Key
    from driftwatch.model.statement import Writing


class Comment(NamedTuple):
    """A comment; on an extension only one that is not the control file's, None where somebody removed that."""

    target: Key
    part: str
    text: str | None
    default: str | None


# CREATE EXTENSION sets the control file's comment, which differs from version to version. Objects below 16384 were made
# by initdb; of those only schemas and extensions are anything of the user's.
_COMMENTS = """
    WITH available AS MATERIALIZED (SELECT x.name, x.comment FROM pg_available_extensions() x)
    SELECT d.classoid AS classid, d.objoid AS objid, d.objsubid, d.description AS text, e.comment AS "default"
    FROM pg_description d
    LEFT JOIN LATERAL (SELECT x.comment FROM pg_extension y JOIN available x ON x.name = y.extname
                       WHERE d.classoid = 'pg_extension'::regclass AND y.oid = d.objoid) e ON true
    WHERE (d.objoid >= 16384 OR d.classoid IN ('pg_namespace'::regclass, 'pg_extension'::regclass))
      AND d.description IS DISTINCT FROM e.comment
    UNION ALL
    SELECT 'pg_extension'::regclass, y.oid, 0, NULL, x.comment
    FROM pg_extension y JOIN available x ON x.name = y.extname
    WHERE x.comment IS NOT NULL AND NOT EXISTS (SELECT FROM pg_description d
                                                WHERE d.classoid = 'pg_extension'::regclass AND d.objoid = y.oid)"""


def query(_version: int) -> str:
    """Every comment, by what it stands on."""
    return about.placed(_COMMENTS, 'd.text, d."default"')


def _write(comment: Comment, text: str | None, context: Context, *, new: bool = True) -> Writing:
    subject = about.subject(comment.target, comment.part, context, new=new)
    if subject is None:
        return Implied(by=comment.target)
    value = "NULL" if text is None else literal(text)
    return [Statement(f"COMMENT ON {subject} IS {value}", Lock.SHARE_UPDATE_EXCLUSIVE)]


def create(comment: Comment, context: Context) -> Writing:
    """COMMENT ON … IS."""
    return _write(comment, comment.text, context)


def drop(comment: Comment, context: Context) -> Writing:
    """COMMENT ON … IS NULL, or back to what the extension says of itself; nothing where the part itself goes."""
    if about.subject(comment.target, comment.part, context) is None:
        return Implied(by=comment.target)
    return _write(comment, comment.default, context, new=False)


KIND = Kind(
    name="comment",
    model=Comment,
    identity=("target", "part"),
    query=query,
    create=create,
    drop=drop,
    alter={
        "text": Alter(lambda _old, new, context: create(new, context)),
        "default": Ignore("what the extension's control file says on this server", told=False),
    },
    about=True,
    stands_in="pg_description",
)
