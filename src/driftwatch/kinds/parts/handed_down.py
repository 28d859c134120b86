"""Constraints that a partition is given by its parent's, and keeps: all that can change is their name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds.parts import constraint_changes, lineage
from driftwatch.kinds.parts.constraint_changes import key, table_key
from driftwatch.model.key import Key
from driftwatch.model.statement import Lock, Statement
from driftwatch.sql import dollar_quote, literal, qualify, quote

if TYPE_CHECKING:
    from driftwatch.kinds.constraint import Constraint
    from driftwatch.model.context import Context

TYPES = "fx"
"""Types that a partition is given when it is attached: those of exclusions can't be attached later (42P17)."""

TEMPORAL = 180000
"""The first server_version_num with keys WITHOUT OVERLAPS, whose indexes are those of exclusions."""

# Made of the names of the table and of its index's columns (ChooseIndexName() in indexcmds.c), if nobody has that.
USUAL_NAME = """
    (NOT (k.contype = 'x' OR {temporal}) OR k.conparentid = 0 OR k.conname = CASE k.contype
        WHEN 'p' THEN c.relname || '_pkey'
        ELSE c.relname || '_' || (
            SELECT string_agg(a.attname, '_' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = k.conindid
        ) || CASE k.contype WHEN 'x' THEN '_excl' ELSE '_key' END END)"""
"""SQL, for a query on `pg_constraint k` and `pg_class c`: whether PostgreSQL itself chose the name of what it gave."""


def temporal(version: int) -> str:
    """SQL, for a query on `pg_constraint k`: whether it is a key WITHOUT OVERLAPS."""
    return "(k.conperiod AND k.contype <> 'f')" if version >= TEMPORAL else "false"


def is_given(constraint: Constraint) -> bool:
    """Whether a partition has it from its parent, with its place there; other keys are attached."""
    return constraint.type in TYPES or constraint.temporal


def reaches_partitions(new: Constraint, context: Context) -> bool:
    """Whether partitions are given it with it: such may have been added to the partitioned table alone."""
    if new.type != "x" and not new.temporal:
        return new.type in TYPES
    partitions = context.new.below("partition", (new.schema, new.table))
    return not partitions or any(
        key(new).path in item.inherited_from
        for partition in partitions
        for item in context.new.parts(Key("table", partition.path), "constraint")
        if item.inherited_from
    )


def before(new: Constraint, context: Context) -> Constraint | None:
    """The old one, mostly of another name, that stood for the same of a parent; a partition can't drop it (42P16)."""
    olds = context.old.parts(table_key(new), "constraint")
    return next((old for old in olds if key(old) in context.ended and _same(old, new, context)), None)


def after(old: Constraint, context: Context) -> Constraint | None:
    """The same, the other way round."""
    news = context.new.parts(table_key(old), "constraint")
    return next((new for new in news if key(new) in context.made and _same(old, new, context)), None)


def _same(old: Constraint, new: Constraint, context: Context) -> bool:
    """Whether both stand for one constraint of a parent, which stays, or is itself only given another name."""
    if old.type != new.type or not is_given(new):
        return False
    for path in lineage.steady_parents(new, context):
        was = next((was for was in old.inherited_from if was[:2] == path[:2]), None)
        if was == path:
            return Key("constraint", path) not in context.ended | context.made
        above = Key("constraint", was or ()), Key("constraint", path)
        if was and above[0] in context.ended and above[1] in context.made:
            return _same(context.old.objects[above[0]], context.new.objects[above[1]], context)
    return False


def take_over(old: Constraint, new: Constraint, context: Context) -> list[Statement]:
    """A new name, if it has another, for what can't be dropped under the old one; a comment does not come along."""
    if old.name == new.name:
        return []
    statements = [constraint_changes.rename(old, new.name)]
    if context.old.get(Key("comment", (str(key(old)), ""))) is not None:
        reference = f"CONSTRAINT {quote(new.name)} ON {qualify(new.schema, new.table)}"
        statements.append(Statement(f"COMMENT ON {reference} IS NULL"))
    return statements


def named(constraint: Constraint) -> Statement:
    """RENAME CONSTRAINT for what a partition was given, under whatever name PostgreSQL chose."""
    ((schema, table, name),) = constraint.inherited_from
    given, parent = (literal(qualify(*path)) for path in ((constraint.schema, constraint.table), (schema, table)))
    body = f"""DECLARE
    given name;
BEGIN
    FOR given IN
        SELECT k.conname FROM pg_constraint k JOIN pg_constraint p ON p.oid = k.conparentid
        WHERE k.conrelid = {given}::regclass AND p.conrelid = {parent}::regclass AND p.conname = {literal(name)}
          AND k.conname <> {literal(constraint.name)}
    LOOP
        EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', {given}, given, {literal(constraint.name)});
    END LOOP;
END"""
    return Statement(f"DO {dollar_quote(body)}", Lock.ACCESS_EXCLUSIVE)
