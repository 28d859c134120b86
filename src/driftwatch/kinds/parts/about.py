"""What comments, grants and security labels share: where they stand, and how SQL names it.

Most stand on an object of ours. Some stand on a part of one that is no object of its own: a column of a view or of a
composite type, the sequence of an identity column, the index of a constraint, a not-null constraint. Those have the
whole as their target and a `part`: the column's name, or one of the words below. Privileges on a member of an extension
have the extension as their target, and the member as their part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds.parts import not_null
from driftwatch.model.statement import Danger, Hazard
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.kinds.column import Column
    from driftwatch.model.context import Context
    from driftwatch.model.key import Key

SEQUENCE = "sequence"
INDEX = "index"
NOT_NULL = not_null.PART


def placed(rows: str, columns: str) -> str:
    """SQL that gives rows their target and part.

    Args:
        rows: SQL with columns classid, objid, objsubid as pg_description has them, and more.
        columns: which of those follow the target and the part in the result; they are `d.`'s.
    """
    # The CASEs in the joins spare all look-ups but those that can find something.
    return f"""
        SELECT CASE WHEN c.relkind = 'c' OR k.contypid > 0 THEN 'pg_type' WHEN k.conrelid > 0 THEN 'pg_class'
                    WHEN i.objid IS NOT NULL THEN i.refclassid::regclass::text
                    ELSE d.classid::regclass::text END AS classid,
               CASE WHEN c.relkind = 'c' THEN c.reltype WHEN k.contypid > 0 THEN k.contypid
                    WHEN k.conrelid > 0 THEN k.conrelid ELSE coalesce(i.refobjid, d.objid) END AS objid,
               CASE WHEN c.relkind IN ('v', 'm', 'c') OR k.contypid > 0 OR d.objsubid < 0 THEN 0
                    WHEN k.conrelid > 0 THEN k.conkey[1]
                    ELSE coalesce(i.refobjsubid, d.objsubid) END AS objsubid,
               CASE WHEN c.relkind IN ('v', 'm', 'c') AND d.objsubid > 0 OR d.objsubid < 0
                         THEN (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = d.objsubid)
                    WHEN k.oid > 0 THEN '{NOT_NULL}' WHEN i.objid IS NULL THEN ''
                    WHEN c.relkind = 'S' THEN '{SEQUENCE}' ELSE '{INDEX}' END AS part, {columns}
        FROM ({rows}) d
        LEFT JOIN pg_class c ON c.oid = CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid END
        LEFT JOIN pg_constraint k ON k.oid = CASE WHEN d.classid = 'pg_constraint'::regclass THEN d.objid END
                                 AND k.contype = 'n'
        LEFT JOIN pg_depend i ON i.classid = 'pg_class'::regclass AND i.deptype = 'i'
                             AND i.objid = CASE WHEN c.relkind IN ('S', 'i', 'I') THEN c.oid END"""


def subject(target: Key, part: str, context: Context, *, new: bool = True) -> str | None:
    """How COMMENT ON names a target of the new (or old) snapshot, or its part; None where it can't be named."""
    item = (context.new if new else context.old).get(target)
    if not part or item is None:
        return context.reference(target, new=new)
    if part == SEQUENCE and target.kind == "column":
        return f"SEQUENCE {qualify(*item.identity_sequence[:2])}" if item.identity_sequence else None
    if part == INDEX and target.kind == "constraint":
        return f"INDEX {qualify(item.schema, item.name)}"
    if part == NOT_NULL and target.kind == "column":
        name = not_null.constraint(_named(target, item, context))
        return f"CONSTRAINT {quote(name)} ON {qualify(item.schema, item.table)}" if item.not_null else None
    if part == NOT_NULL and target.kind == "domain":
        name = not_null.constraint_of(item)
        return f"CONSTRAINT {quote(name)} ON DOMAIN {qualify(*target.path)}" if item.not_null else None
    return f"COLUMN {qualify(*target.path, part)}" if _has_column(item, part) else None


def _named(target: Key, item: Column, context: Context) -> Column:
    """The column by whose state its NOT NULL is called: names that PostgreSQL made up are not brought in line."""
    old: Column | None = context.old.get(target)
    renamed = {"not_null", "not_null_name"} & context.altered.get(target, frozenset())
    stays = target not in context.made and not renamed
    return old if old is not None and old.not_null and stays else item


def _has_column(item: object, name: str) -> bool:
    """Whether a composite type still has an attribute; a view's columns are not listed, and can't go one by one."""
    attributes = getattr(item, "attributes", None)
    return attributes is None or any(attribute[0] == name for attribute in attributes)


def access(target: Key, context: Context, message: str) -> tuple[Hazard, ...]:
    """The hazard of a changed right, unless its object is only being made."""
    return () if target in context.made else (Hazard(Danger.ACCESS, message),)
