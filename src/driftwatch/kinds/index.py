"""Indexes (pg_index) that serve no constraint."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import (
    calls,
    empty_columns,
    index_options,
    index_statistics,
    index_twins,
    lineage,
    neighbours,
    placement,
    printing,
)
from driftwatch.kinds.parts.constraint_changes import clustered_elsewhere
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member, tablespace
from driftwatch.kinds.parts.letters import or_default
from driftwatch.kinds.parts.user_type import aside_name
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore, Replace
from driftwatch.model.statement import PLACE, Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class Index(NamedTuple):
    """An index.

    `definition` is what follows the table, without options and predicate; `statistics` holds `column number=target` of
    its expressions.
    """

    schema: str
    name: str
    table: str
    relation: str
    definition: str
    options: tuple[str, ...]
    predicate: str | None
    unique: bool
    valid: bool
    tablespace: str | None
    clustered: bool
    replica_identity: bool
    statistics: tuple[str, ...]


def query(version: int) -> str:
    """Every index without a constraint; a partitioned one is valid when all of its parts are: no attribute."""
    return f"""
        WITH {printing.COLUMNS},
        found AS MATERIALIZED (
            SELECT c.oid, n.nspname, c.relname, t.relname AS "table", t.relkind AS of, c.relkind, c.reloptions,
                   c.reltablespace, {printing.HEAD} AS head, {printing.same_index(version)} AS same
            FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class t ON t.oid = x.indrelid {printing.COLUMNS_JOINED}
            WHERE t.relkind IN ('r', 'p', 'm') AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}
              AND {no_member("pg_class", "t.oid")}
              AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))),
        {printing.PRINTED_INDEXES}
        SELECT f.oid AS objid, f.nspname AS schema, f.relname AS name, f."table",
               CASE f.of WHEN 'm' THEN 'materialized_view' ELSE 'table' END AS relation,
               p.definition,
               {index_options.sorted_options("f.reloptions")} AS options,
               p.predicate, x.indisunique AS "unique",
               (x.indisvalid AND x.indisready) OR f.relkind = 'I' AS valid,
               {tablespace("f.reltablespace")} AS tablespace,
               x.indisclustered AS clustered, x.indisreplident AS replica_identity,
               {index_statistics.TARGETS} AS statistics
        FROM found f JOIN printed p ON p.same = f.same JOIN pg_index x ON x.indexrelid = f.oid"""


def table_key(index: Index) -> Key:
    """The table or materialized view the index is on."""
    return Key(index.relation, (index.schema, index.table))


def create(index: Index, context: Context) -> Writing:
    """CREATE INDEX; ON ONLY for a partitioned table, whose partitions' own indexes are attached to it."""
    hazards: tuple[Hazard, ...] = ()
    if table_key(index) not in context.made:
        hazards = (Hazard(Danger.LOCK, "writes wait for the whole build; CONCURRENTLY lets them pass"),)
        if index.unique and not _holds_no_duplicate(index, context):
            hazards += (Hazard(Danger.MAY_FAIL, "a duplicate makes it fail, and later inserts of one"),)
    made = Statement(_definition(index, context.new), Lock.SHARE, hazards, heeds=PLACE)
    return [made, *settings(None, index, context)]


def _holds_no_duplicate(index: Index, context: Context) -> bool:
    own = Key("index", (index.schema, index.name))
    return empty_columns.hold_no_duplicate(own, table_key(index), "USING btree", index.definition, context)


def _definition(index: Index, snapshot: Snapshot) -> str:
    table = table_key(index)
    only = "ONLY " if lineage.is_partitioned(table, snapshot) and lineage.is_whole(table, snapshot) else ""
    head = f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {quote(index.name)} ON {only}{qualify(*table.path)}"
    where = f" WHERE {index.predicate}" if index.predicate else ""
    return f"{head} {index.definition}{index_options.clause(index.options)}{placement.clause(index.tablespace)}{where}"


def _alter_table(index: Index, action: str) -> Statement:
    kind = "MATERIALIZED VIEW" if index.relation == "materialized_view" else "TABLE"
    return Statement(f"ALTER {kind} {qualify(index.schema, index.table)} {action}", Lock.ACCESS_EXCLUSIVE)


def _alter_index(index: Index, action: str, lock: Lock, hazards: tuple[Hazard, ...] = ()) -> Statement:
    return Statement(f"ALTER INDEX {qualify(index.schema, index.name)} {action}", lock, hazards)


def settings(old: Index | None, new: Index, context: Context) -> list[Statement]:
    """Options, tablespace, statistics targets, CLUSTER ON and REPLICA IDENTITY."""
    name = qualify(new.schema, new.name)
    statements = index_options.change(name, old.options, new.options) if old else []
    if old and new.tablespace != old.tablespace:
        hazards = () if lineage.is_partitioned(table_key(new), context.new) else placement.moving("index")
        statements.append(_alter_index(new, placement.move(new.tablespace, context), Lock.ACCESS_EXCLUSIVE, hazards))
    targets = old.statistics if old else ()
    statements += index_statistics.change(name, targets, new.statistics)
    if new.clustered and not (old and old.clustered):
        statements.append(_alter_table(new, f"CLUSTER ON {quote(new.name)}"))
    if old and old.clustered and not clustered_elsewhere(table_key(new), context):
        statements.append(_alter_table(new, "SET WITHOUT CLUSTER"))
    if new.replica_identity and not (old and old.replica_identity):
        statements.append(_alter_table(new, f"REPLICA IDENTITY USING INDEX {quote(new.name)}"))
    return statements


def drop(index: Index, context: Context) -> Writing:
    """DROP INDEX; of a partitioned table's with CASCADE where keys of partitions serve it, which can't go before."""
    lost = "queries lose their plan" if index.valid else "no query uses it, since it is INVALID"
    hazard = Hazard(Danger.LOCK, f"{lost}; CONCURRENTLY spares the exclusive lock")
    if index.unique:
        hazard = Hazard(Danger.BEHAVIOUR, "duplicates that the index refused are let in")
    cascade = " CASCADE" if _served_by_keys(index, context) else ""
    return [Statement(f"DROP INDEX {qualify(index.schema, index.name)}{cascade}", Lock.ACCESS_EXCLUSIVE, (hazard,))]


def _served_by_keys(index: Index, context: Context) -> bool:
    """Whether the index of a constraint is attached to this one, at whatever depth, and goes with it."""
    old = context.old
    parts = [old.objects[key] for key in old.beneath("index_partition", (index.schema, index.name))]
    keys = (Key("constraint", (part.schema, part.table, part.name)) for part in parts if part.constraint)
    return any(key in context.ended for key in keys)


def alter(old: Index, new: Index, context: Context) -> Writing:
    """What ALTER INDEX and ALTER TABLE can set."""
    return settings(old, new, context)


def follows(index: Index, snapshot: Snapshot) -> Iterable[Key]:
    """The partitions of the index's table: one that is attached later would get an index under a name of its own.

    Where it reaches partitions by itself, also the indexes of those that are here: it takes them for its parts then.
    And the table's own place, where that would take this index for another one.
    """
    table = index.schema, index.table
    yield from snapshot.below("partition", table)
    if not lineage.is_whole(table_key(index), snapshot):
        yield from lineage.attached(index, snapshot)
    if Key("index", (index.schema, index.name)) in index_twins.of(table, snapshot):
        yield Key("partition", table)


def rename(index: Index, name: str) -> Statement:
    """ALTER INDEX … RENAME TO, which does not block reads or writes."""
    return _alter_index(index, f"RENAME TO {quote(name)}", Lock.SHARE_UPDATE_EXCLUSIVE)


def _broken(_old: Index, new: Index) -> str:
    """An INVALID index is made anew; a valid one is never made INVALID."""
    if new.valid:
        return ""
    mended = f"REINDEX INDEX CONCURRENTLY {qualify(new.schema, new.name)}"
    return f"it is INVALID on the desired side, where its build failed, and no migration makes one so: {mended} there"


_SETTINGS = Alter(alter)


def rights_first(index: Index, context: Context) -> bool:
    """Whether the table's owner builds it, and calls functions of the user's for that."""
    return table_key(index) not in context.made and calls.functions(Key("index", (index.schema, index.name)), context)


KIND = Kind(
    name="index",
    model=Index,
    identity=("schema", "name"),
    catalog="pg_class",
    query=query,
    runs=True,
    create=create,
    drop=drop,
    alter={
        "table": Replace(),
        "relation": Ignore("the table itself is replaced then", told=False),
        "definition": Replace(),
        "options": _SETTINGS,
        "predicate": Replace(),
        "unique": Replace(),
        "valid": Alter(alter, replace_if=lambda old, new, _context: new.valid and not old.valid, leaves=_broken),
        "tablespace": _SETTINGS,
        "clustered": _SETTINGS,
        "replica_identity": _SETTINGS,
        "statistics": _SETTINGS,
    },
    in_words={"tablespace": or_default, "statistics": lambda targets: tuple(f"column {target}" for target in targets)},
    rebuilt=lambda index: index._replace(valid=True),
    reference=lambda index: f"INDEX {qualify(index.schema, index.name)}",
    parent=table_key,
    follows=follows,
    reaches=frozenset({"partition", "index", "constraint"}),
    neighbours=neighbours.indexes,
    link=lineage.partition_link,
    placed=True,
    slots=lambda index: [("relation", index.schema, index.name)],
    code=frozenset({"definition", "predicate"}),
    rename=rename,
    rights_first=rights_first,
    step_aside=lambda index: [rename(index, aside_name(index.name))],
)
