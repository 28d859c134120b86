"""Table constraints (pg_constraint): primary keys, unique, exclusion, check and foreign keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import (
    calls,
    constraint_changes,
    handed_down,
    index_options,
    index_statistics,
    neighbours,
    printing,
)
from driftwatch.kinds.parts.constraint_changes import WITH_INDEX, rename, step_aside, table_key
from driftwatch.kinds.parts.constraint_ties import (
    clears,
    displaces,
    follows,
    holders,
    inherits,
    leans_on_first,
    link,
    needs,
    stands_apart,
)
from driftwatch.kinds.parts.constraint_writing import create, drop, goes_before, unchecked
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member, tablespace
from driftwatch.kinds.parts.letters import or_default, words
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore, Replace
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context

ENFORCED = 180000
"""The first server_version_num with NOT ENFORCED constraints."""


class Constraint(NamedTuple):
    """A constraint.

    `definition` is without an exclusion's predicate and the words for the states that follow as attributes;
    `inherited_from` holds schema, table and name of the parents' constraints that it comes from; `usual_name` is false
    where such an exclusion or temporal key (WITHOUT OVERLAPS) bears another name than its partition would be given
    with it.
    """

    schema: str
    table: str
    name: str
    relation: str
    type: str
    definition: str
    predicate: str | None
    deferrable: bool
    deferred: bool
    enforced: bool
    validated: bool
    local: bool
    inherited_from: tuple[tuple[str, str, str], ...]
    index_options: tuple[str, ...]
    index_statistics: tuple[str, ...]
    tablespace: str | None
    clustered: bool
    replica_identity: bool
    usual_name: bool
    temporal: bool
    referenced: tuple[str, ...]


# pg_get_constraintdef ends in these words for these states (ruleutils.c); they are cut off by their length.
_STATES = """length(concat(
    CASE WHEN k.condeferrable THEN ' DEFERRABLE' END, CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' END,
    CASE WHEN NOT {enforced} THEN ' NOT ENFORCED' WHEN NOT k.convalidated THEN ' NOT VALID' END))"""

# An exclusion's definition ends before them in its index's options and predicate.
_INDEX_PART = f"""CASE k.contype WHEN 'x' THEN
    {index_options.printed_length("ic.reloptions", "'(' || pg_get_expr(x.indpred, x.indrelid) || ')'")} ELSE 0 END"""

# Checks are inherited by name; a partition's foreign key may bear another name than that it comes from.
_PARENTS = """
    CASE WHEN k.contype = 'c' AND k.coninhcount > 0 THEN
        array(SELECT ARRAY[pn.nspname, p.relname, k.conname]::text[] FROM pg_inherits i
              JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
              JOIN pg_constraint pk ON pk.conrelid = p.oid AND pk.conname = k.conname AND pk.contype = 'c'
              WHERE i.inhrelid = k.conrelid ORDER BY i.inhseqno)
    WHEN (k.contype IN ('f', 'x') OR {temporal}) AND k.conparentid <> 0 THEN
        array(SELECT ARRAY[pn.nspname, p.relname, pk.conname]::text[] FROM pg_constraint pk
              JOIN pg_class p ON p.oid = pk.conrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
              WHERE pk.oid = k.conparentid) END"""

# A partition's foreign key is worded like that it comes from. What the server itself has written down of a clone may be
# wrong: `SET NULL (column)` keeps the number that the column has in the parent, which nothing may stand at here.
_REFERRING = """
    referring AS (
        SELECT k.oid, left(def, length(def) - {states}) AS definition
        FROM pg_constraint k CROSS JOIN LATERAL pg_get_constraintdef(k.oid) def
        WHERE k.contype = 'f' AND k.conparentid = 0
        UNION ALL SELECT k.oid, r.definition FROM referring r JOIN pg_constraint k ON k.conparentid = r.oid)"""

# A foreign key to a partitioned table has a shadow of itself for each partition there.
_SHADOW = "EXISTS (SELECT FROM pg_constraint up WHERE up.oid = k.conparentid AND up.conrelid = k.conrelid)"


def query(version: int) -> str:
    """Every table constraint; 18 knows NOT ENFORCED."""
    enforced = "k.conenforced" if version >= ENFORCED else "true"
    temporal = handed_down.temporal(version)
    states = _STATES.format(enforced=enforced)
    return f"""
        WITH RECURSIVE {printing.printed_checks(states)}, {_REFERRING.format(states=states)}
        SELECT k.oid AS objid, n.nspname AS schema, c.relname AS "table", k.conname AS name,
               CASE c.relkind WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS relation, k.contype AS type,
               CASE k.contype WHEN 'c' THEN d.definition WHEN 'f' THEN r.definition ELSE
                    (SELECT left(def, length(def) - {states} - {_INDEX_PART}) FROM pg_get_constraintdef(k.oid) def)
                    END AS definition,
               CASE k.contype WHEN 'x' THEN pg_get_expr(x.indpred, x.indrelid) END AS predicate,
               k.condeferrable AS deferrable, k.condeferred AS deferred, {enforced} AS enforced,
               k.convalidated AS validated, k.conislocal AS local,
               {_PARENTS.format(temporal=temporal)} AS inherited_from,
               {index_options.sorted_options("ic.reloptions")} AS index_options,
               {index_statistics.TARGETS} AS index_statistics,
               {tablespace("ic.reltablespace")} AS tablespace,
               coalesce(x.indisclustered, false) AS clustered, coalesce(x.indisreplident, false) AS replica_identity,
               {handed_down.USUAL_NAME.format(temporal=temporal)} AS usual_name, {temporal} AS temporal,
               (SELECT ARRAY[rn.nspname, r.relname]::text[] FROM pg_class r
                JOIN pg_namespace rn ON rn.oid = r.relnamespace WHERE k.contype = 'f' AND r.oid = k.confrelid)
                    AS referenced
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        -- Predicates and expressions are long, and of constraints only exclusions have any: all would be hashed.
        LEFT JOIN (SELECT x.indexrelid, x.indrelid, x.indisclustered, x.indisreplident,
                          CASE WHEN x.indisexclusion THEN x.indpred END AS indpred,
                          CASE WHEN x.indisexclusion THEN x.indexprs END AS indexprs FROM pg_index x OFFSET 0) x
            ON x.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
        LEFT JOIN pg_class ic ON ic.oid = x.indexrelid
        LEFT JOIN checks d ON d.oid = k.oid LEFT JOIN referring r ON r.oid = k.oid
        WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND (k.conparentid = 0 OR NOT {_SHADOW})
          AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def _no_foreign_key(_old: Constraint, new: Constraint, _context: Context) -> bool:
    return new.type != "f"


def _not_enforceable(old: Constraint, new: Constraint, context: Context) -> bool:
    """Whether ALTER CONSTRAINT … [NOT] ENFORCED won't do: it is for foreign keys, and ENFORCED validates them."""
    return _no_foreign_key(old, new, context) or _not_validated(old, new, context)


def _not_validated(_old: Constraint, new: Constraint, _context: Context) -> bool:
    return new.enforced and not new.validated


def slots(constraint: Constraint) -> list[tuple[str, ...]]:
    """The name within the table, that of the index, and the place of the one primary key."""
    own = ("constraint", constraint.schema, constraint.table, constraint.name)
    if constraint.type not in WITH_INDEX:
        return [own]
    only_one = [("primary key", constraint.schema, constraint.table)] if constraint.type == "p" else []
    return [own, ("relation", constraint.schema, constraint.name), *only_one]


def folds_into(constraint: Constraint) -> Key | None:
    """The table, for primary keys and checks.

    Foreign keys stand apart, since tables may refer to each other; of two keys on the same columns CREATE TABLE makes
    one; and it takes NOT VALID for valid. A temporal key waits for the partitions that are given it.
    """
    if constraint.type == "c":
        return None if unchecked(constraint) else table_key(constraint)
    return table_key(constraint) if constraint.type == "p" and not constraint.temporal else None


def rights_first(constraint: Constraint, context: Context) -> bool:
    """Whether the table's owner builds its index, and calls functions of the user's for that."""
    key = Key("constraint", (constraint.schema, constraint.table, constraint.name))
    return constraint.type == "x" and table_key(constraint) not in context.made and calls.functions(key, context)


KIND = Kind(
    name="constraint",
    model=Constraint,
    identity=("schema", "table", "name"),
    catalog="pg_constraint",
    query=query,
    runs=True,
    create=create,
    drop=drop,
    alter={
        "relation": Ignore("the table itself is replaced then", told=False),
        "type": Ignore("the definition says it", told=False),
        "definition": Replace(),
        "predicate": Replace(),
        "deferrable": Alter(constraint_changes.alter, replace_if=_no_foreign_key),
        "deferred": Alter(constraint_changes.alter, replace_if=_no_foreign_key),
        "enforced": Alter(constraint_changes.alter, replace_if=_not_enforceable),
        "validated": Alter(constraint_changes.alter, replace_if=_not_validated),
        "local": Ignore("NO INHERIT and INHERIT make all of a child's checks its own; nothing takes that back"),
        "inherited_from": Ignore("the tie between the tables is an object of its own", told=False),
        "index_options": Alter(constraint_changes.alter),
        "index_statistics": Alter(constraint_changes.alter),
        "tablespace": Alter(constraint_changes.alter),
        "clustered": Alter(constraint_changes.alter),
        "replica_identity": Alter(constraint_changes.alter),
        "temporal": Ignore("the definition says it", told=False),
        "usual_name": Ignore("follows from the name", told=False),
        "referenced": Ignore("the definition says it", told=False),
    },
    in_words={
        "tablespace": or_default,
        "local": words({True: "declared here", False: "inherited only"}),
        "index_statistics": lambda targets: tuple(f"column {target}" for target in targets),
    },
    reference=lambda item: f"CONSTRAINT {quote(item.name)} ON {qualify(item.schema, item.table)}",
    parent=table_key,
    code=frozenset({"definition", "predicate"}),
    placed=True,
    needs=needs,
    inherits=inherits,
    link=link,
    holders=holders,
    goes_before=goes_before,
    follows=follows,
    reaches=frozenset({"table", "partition", "constraint", "index", "index_partition"}),
    neighbours=neighbours.constraints,
    folds_into=folds_into,
    stands_apart=stands_apart,
    slots=slots,
    rights_first=rights_first,
    clears=clears,
    displaces=displaces,
    leans_on_first=leans_on_first,
    # PostgreSQL retypes the others along with their column; a foreign key would meanwhile compare two types.
    yields=lambda constraint, _altered: constraint.type == "f",
    rename=rename,
    step_aside=step_aside,
    rows_first=lambda constraint: constraint.type == "f",
)
