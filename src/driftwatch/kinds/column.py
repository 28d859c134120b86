"""Columns of tables and foreign tables (pg_attribute)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import (
    column_changes,
    foreign_options,
    identity,
    late_default,
    lineage,
    not_null,
    row_type,
    storage_parameters,
    typed,
)
from driftwatch.kinds.parts.column_writing import clause, extras, key, table_key, unlike_new
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.letters import COMPRESSION, STORAGE, or_default, words
from driftwatch.model.edges import Tie
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore
from driftwatch.model.statement import Danger, Hazard, Implied, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class Column(NamedTuple):
    """A column; what is at its type's or PostgreSQL's default is None."""

    schema: str
    table: str
    name: str
    position: int
    relation: str
    type: str
    collation: str | None
    identity: str
    identity_sequence: tuple[str, ...]
    generated: str
    expression: str | None
    not_null: bool
    not_null_name: str | None
    not_null_constraint: str | None
    not_null_valid: bool
    not_null_no_inherit: bool
    not_null_local: bool
    storage: str | None
    type_storage: str
    compression: str | None
    statistics: int | None
    options: tuple[str, ...]
    fdw_options: tuple[str, ...]
    local: bool
    inherited_from: tuple[tuple[str, str], ...]


_PARENTS = """
    CASE WHEN a.attinhcount > 0 THEN
        array(SELECT ARRAY[pn.nspname, p.relname]::text[] FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
              JOIN pg_namespace pn ON pn.oid = p.relnamespace
              JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attname = a.attname AND NOT pa.attisdropped
              WHERE i.inhrelid = a.attrelid ORDER BY i.inhseqno) END"""


def query(version: int) -> str:
    """Every column of every table; 18 knows not-null constraints by name."""
    if version >= not_null.NAMED:
        named = """LEFT JOIN pg_constraint k ON a.attnotnull AND k.conrelid = a.attrelid AND k.contype = 'n'
                   AND k.conkey[1] = a.attnum"""
        states = """CASE WHEN right(rtrim(k.conname, '0123456789'), 9) <> '_not_null' THEN k.conname END
            AS not_null_name, k.conname AS not_null_constraint,
            coalesce(k.convalidated, true) AS not_null_valid, coalesce(k.connoinherit, false) AS not_null_no_inherit,
            coalesce(k.conislocal, true) AS not_null_local"""
    else:
        named = ""
        states = """NULL::name AS not_null_name, NULL::name AS not_null_constraint,
            true AS not_null_valid, false AS not_null_no_inherit,
            true AS not_null_local"""
    return f"""
        SELECT a.attrelid AS objid, a.attnum AS objsubid,
            n.nspname AS schema, c.relname AS "table", a.attname AS name, a.attnum AS position,
            CASE c.relkind WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS relation,
            format_type(a.atttypid, a.atttypmod) AS type,
            CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS collation,
            -- A partition's column has its parent's identity (17), which ATTACH PARTITION brings, and no sequence.
            CASE WHEN s.options IS NULL THEN '' ELSE a.attidentity END AS identity,
            s.options AS identity_sequence,
            a.attgenerated AS generated,
            -- Looked up where there is one: joined, the server would hash every default there is.
            CASE WHEN a.attgenerated <> '' THEN (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
                 WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END AS expression,
            a.attnotnull AS not_null, {states},
            CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage, t.typstorage AS type_storage,
            nullif(a.attcompression, '') AS compression, nullif(a.attstattarget, -1) AS statistics,
            CASE WHEN a.attoptions IS NOT NULL THEN
                array(SELECT o FROM unnest(a.attoptions) o WHERE o ~ '^n_distinct(_inherited)?=' ORDER BY 1) END
                AS options,
            CASE WHEN a.attfdwoptions IS NOT NULL THEN {foreign_options.reading("a.attfdwoptions")} END AS fdw_options,
            a.attislocal AS local, {_PARENTS} AS inherited_from
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_type t ON t.oid = a.atttypid
        {named} {identity.sequences(version)}
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f')
          AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def create(column: Column, context: Context) -> Writing:
    """ADD COLUMN, or what is its own in a column that a parent's new one or the type of a typed table brings."""
    if brought := _brought(column, context):
        own = [*unlike_new(column, brought, context), *storage_parameters.with_toast_table(column, context)]
        return own or Implied(by=brought)
    # With children it can't be an identity at once (42P16); afterwards it is one here alone.
    late = bool(column.identity) and lineage.has_children(table_key(column), context)
    said = column._replace(identity="", identity_sequence=()) if late else column
    hazards = () if table_key(column) in context.made else column_changes.add_hazards(said, context)
    toast = storage_parameters.with_toast_table(column, context)
    has_default = any(child.kind == "default" for child in context.folded.get(key(column), ()))
    if has_default and row_type.is_stored(table_key(column), context):
        return [*late_default.add_column(column, clause, hazards, context), *extras(column, context), *toast]
    # The name of a partition's parent would be refused here, but those are attached afterwards.
    table = f"ALTER TABLE {qualify(column.schema, column.table)}"
    head = table if any(hazard.danger is Danger.REWRITE for hazard in hazards) else ""
    added = Statement(f"{table} ADD COLUMN {clause(said, context)}", Lock.ACCESS_EXCLUSIVE, hazards, head=head)
    numbered = identity.add(column, context) if late else []
    rewriting = row_type.around(added, [table_key(column)], context, gained=column.name) if head else [added]
    return [*rewriting, *numbered, *extras(column, context), *toast]


def drop(column: Column, context: Context) -> Writing:
    """DROP COLUMN, unless the column goes with its parent's or its type's."""
    if (by_type := typed.changed_type(column, context)) is not None:
        return Implied(by=by_type)
    for path in () if column.local else lineage.steady_parents(column, context):
        parent = Key("column", (*path, column.name))
        if parent in context.ended and not context.once(_dropped_alone, parent):
            return Implied(by=parent)
    hazard = Hazard(Danger.DATA_LOSS, f"the values of {column.table}.{column.name} are lost; code that reads it fails")
    wanted = context.new.get(key(column))
    if column.generated and (wanted is None or wanted.generated):
        hazard = Hazard(Danger.BREAKS_CODE, f"code that reads {column.table}.{column.name} fails")
    only = "ONLY " if context.once(_dropped_alone, key(column)) else ""
    # Whether the child declared the column as well is not migrated: the parent's may have taken it along already.
    above = (Key("column", (*path, column.name)) for path in lineage.steady_parents(column, context))
    gone = any(parent in context.ended for parent in above)
    name = f"{'IF EXISTS ' if gone else ''}{quote(column.name)}"
    sql = f"ALTER TABLE {only}{qualify(column.schema, column.table)} DROP COLUMN {name}"
    loosened = [] if gone else not_null.dropped_with_column(column, context)
    return [*loosened, Statement(sql, Lock.ACCESS_EXCLUSIVE, (hazard,))]


def _dropped_alone(parent: Key, context: Context) -> bool:
    """Whether some child keeps, with its values, the column that it only has from its parents."""
    return any(
        key(heir) not in context.ended
        and not heir.local
        and all(Key("column", (*path, heir.name)) in context.ended for path in heir.inherited_from)
        for heir in lineage.heirs(parent, context)
    )


def _brought(column: Column, context: Context) -> Key | None:
    """What brings the column: a parent's new one, or an attribute of the typed table's type."""
    for path in lineage.steady_parents(column, context):
        if (parent := Key("column", (*path, column.name))) in context.made:
            return parent
    return typed.changed_type(column, context)


def inherits(column: Column, _snapshot: Snapshot) -> Iterable[tuple[Key, Tie]]:
    """The columns of the same name in the parents."""
    if not column.inherited_from:
        return ()
    return [(Key("column", (*path, column.name)), Tie.INHERITED) for path in column.inherited_from]


def follows(column: Column, snapshot: Snapshot) -> Iterable[Key]:
    """The type that brings it to a typed table, and the columns of a table whose row it holds."""
    if "." not in column.type and "typed_table" not in snapshot.by_kind:
        return ()  # as of most, and there are more columns than of anything else: each is asked
    return [*typed.column_follows(column, snapshot), *row_type.columns(column, snapshot)]


def clears(column: Column, snapshot: Snapshot) -> Iterable[Key]:
    """Its table's place in another and its type, which both let no column of its own in, and the ties of children.

    Columns elsewhere that hold the table's rows, too: they would keep it from being rewritten for this one.
    """
    yield Key("partition", (column.schema, column.table))
    yield Key("typed_table", (column.schema, column.table))
    yield from lineage.ties_below(column, snapshot)
    yield from snapshot.once(row_type.holders, table_key(column))


def slots(column: Column) -> list[tuple[str, ...]]:
    """The name of its identity sequence, and that of its not-null constraint within the table (18)."""
    found: list[tuple[str, ...]] = []
    if column.identity_sequence:
        found += [(space, *column.identity_sequence[:2]) for space in ("relation", "type")]
    if column.not_null_constraint:
        found.append(("constraint", column.schema, column.table, column.not_null_constraint))
    return found


def rename(column: Column, name: str) -> Statement:
    """ALTER TABLE … RENAME COLUMN."""
    hazard = Hazard(Danger.BREAKS_CODE, "code that uses the old name fails")
    sql = f"ALTER TABLE {qualify(column.schema, column.table)} RENAME COLUMN {quote(column.name)} TO {quote(name)}"
    return Statement(sql, Lock.ACCESS_EXCLUSIVE, (hazard,))


_FOLLOWS_TABLE = Ignore("the table itself is replaced then", told=False)
_FOLLOWS_TYPE = Ignore("follows from the type", told=False)
# PostgreSQL refuses to retype a column under these: error 0A000 of ALTER TYPE.
_RETYPE = Alter(
    column_changes.alter,
    replace_if=column_changes.computed_anew,
    bars=lambda *tied: (
        lineage.bars_retyping(*tied) or not_null.bars_retyping(*tied) or column_changes.bars_retyping(*tied)
    ),
    rebuilds=frozenset(
        {"view", "materialized_view", "rule", "policy", "trigger", "column", "function", "procedure",
         "publication_table", "constraint", "statistics"}
    ),
    unseats=column_changes.unseats,
)  # fmt: skip
_CHANGE = Alter(column_changes.alter)
_LOCAL = {True: "declared here", False: "inherited only"}
_NAMED_STATES = (
    "not_null_name", "not_null_constraint", "not_null_valid", "not_null_no_inherit", "not_null_local"
)  # fmt: skip

KIND = Kind(
    name="column",
    model=Column,
    identity=("schema", "table", "name"),
    catalog="pg_class",
    query=query,
    runs=True,
    create=create,
    drop=drop,
    alter={
        "position": Ignore("the order of columns is not migrated"),
        "relation": _FOLLOWS_TABLE,
        "type": _RETYPE,
        "collation": _RETYPE,
        "identity": _CHANGE,
        "identity_sequence": _CHANGE,
        "generated": Alter(column_changes.alter, replace_if=column_changes.regenerated),
        "expression": Alter(
            column_changes.alter, replace_if=column_changes.regenerated, unseats=column_changes.unseats
        ),
        "not_null": _CHANGE,
        "not_null_name": Alter(column_changes.alter, bars=not_null.bars_rename),
        "not_null_constraint": Ignore("PostgreSQL made the name up"),
        "not_null_valid": Alter(column_changes.alter, bars=not_null.bars_loosening),
        "not_null_no_inherit": _CHANGE,
        "not_null_local": Ignore("follows from the parents' constraints"),
        "storage": _CHANGE,
        "type_storage": _FOLLOWS_TYPE,
        "compression": _CHANGE,
        "statistics": _CHANGE,
        "options": _CHANGE,
        "fdw_options": _CHANGE,
        "local": Ignore("NO INHERIT and INHERIT make all columns the child's own; nothing takes that back"),
        "inherited_from": Ignore("the tie between the tables is an object of its own", told=False),
    },
    in_words={
        "collation": or_default,
        "identity": words({"a": "ALWAYS", "d": "BY DEFAULT", "": "none"}),
        "identity_sequence": identity.in_words,
        "generated": words({"s": "STORED", "v": "VIRTUAL", "": "none"}),
        "storage": words({**STORAGE, None: "default"}),
        "type_storage": words(STORAGE),
        "compression": words(COMPRESSION),
        "statistics": or_default,
        "local": words(_LOCAL),
        "not_null_local": words(_LOCAL),
    },
    since=dict.fromkeys(_NAMED_STATES, not_null.NAMED),
    reference=lambda column: f"COLUMN {qualify(column.schema, column.table, column.name)}",
    parent=table_key,
    inherits=inherits,
    follows=follows,
    reaches=frozenset({"composite_type", "column"}),
    link=lineage.column_link,
    holders=lineage.column_holders,
    folds_into=table_key,
    slots=slots,
    clears=clears,
    # A generated column stands in the way of retyping the columns it is computed from.
    yields=lambda column, altered: bool(column.generated) and altered.path[:2] == (column.schema, column.table),
    on_replaced=dict.fromkeys(("enum", "domain", "composite_type", "range_type", "base_type", "collation"), "type"),
    code=frozenset({"generated", "expression"}),
    rename=rename,
    step_aside=identity.step_aside,
)
