"""Table constraints (pg_constraint): how primary keys, unique, exclusion, check and foreign keys are read and made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds import constraint_changes, handed_down, index_options, index_statistics, lineage, printing
from driftwatch.kinds.fragments import USER_SCHEMA, no_member, tablespace
from driftwatch.model.edges import Tie
from driftwatch.model.key import Key
from driftwatch.model.kind import Alter, Ignore, Kind, Replace
from driftwatch.model.statement import Danger, Hazard, Implied
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.model.kind import Context, Writing
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Statement

ENFORCED = 180000
"""The first server_version_num with NOT ENFORCED constraints."""

_WITH_INDEX = "pux"


class Constraint(NamedTuple):
    """A constraint.

    `definition` is without an exclusion's predicate and the words for the states that follow as attributes;
    `inherited_from` holds schema, table and name of the parents' constraints that it comes from; `usual_name` is false
    where such an exclusion bears another name than its partition would be given with it.
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
    WHEN k.contype IN ('f', 'x') AND k.conparentid <> 0 THEN
        array(SELECT ARRAY[pn.nspname, p.relname, pk.conname]::text[] FROM pg_constraint pk
              JOIN pg_class p ON p.oid = pk.conrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
              WHERE pk.oid = k.conparentid) END"""

# A foreign key to a partitioned table has a shadow of itself for each partition there.
_SHADOW = "EXISTS (SELECT FROM pg_constraint up WHERE up.oid = k.conparentid AND up.conrelid = k.conrelid)"


def query(version: int) -> str:
    """Every table constraint; 18 knows NOT ENFORCED."""
    enforced = "k.conenforced" if version >= ENFORCED else "true"
    states = _STATES.format(enforced=enforced)
    return f"""
        WITH {printing.printed_checks(states)}
        SELECT k.oid AS objid, n.nspname AS schema, c.relname AS "table", k.conname AS name,
               CASE c.relkind WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS relation, k.contype AS type,
               CASE k.contype WHEN 'c' THEN d.definition ELSE
                    (SELECT left(def, length(def) - {states} - {_INDEX_PART}) FROM pg_get_constraintdef(k.oid) def)
                    END AS definition,
               CASE k.contype WHEN 'x' THEN pg_get_expr(x.indpred, x.indrelid) END AS predicate,
               k.condeferrable AS deferrable, k.condeferred AS deferred, {enforced} AS enforced,
               k.convalidated AS validated, k.conislocal AS local, {_PARENTS} AS inherited_from,
               {index_options.sorted_options("ic.reloptions")} AS index_options,
               {index_statistics.TARGETS} AS index_statistics,
               {tablespace("ic.reltablespace")} AS tablespace,
               coalesce(x.indisclustered, false) AS clustered, coalesce(x.indisreplident, false) AS replica_identity,
               {handed_down.USUAL_NAME} AS usual_name,
               (SELECT ARRAY[rn.nspname, r.relname]::text[] FROM pg_class r
                JOIN pg_namespace rn ON rn.oid = r.relnamespace WHERE k.contype = 'f' AND r.oid = k.confrelid)
                    AS referenced
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_index x ON x.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
        LEFT JOIN pg_class ic ON ic.oid = x.indexrelid
        LEFT JOIN checks d ON d.oid = k.oid
        WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND (k.conparentid = 0 OR NOT {_SHADOW})
          AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def table_key(constraint: Constraint) -> Key:
    """The table the constraint is on."""
    return Key(constraint.relation, (constraint.schema, constraint.table))


def key(constraint: Constraint) -> Key:
    """The constraint's identity."""
    return Key("constraint", (constraint.schema, constraint.table, constraint.name))


def clause(constraint: Constraint) -> str:
    """The constraint as CREATE TABLE and ADD CONSTRAINT write it."""
    head = f"CONSTRAINT {quote(constraint.name)} {constraint.definition}"
    words = [head + index_options.clause(constraint.index_options)]
    if constraint.tablespace:
        words.append(f"USING INDEX TABLESPACE {quote(constraint.tablespace)}")
    if constraint.predicate:
        words.append(f"WHERE ({constraint.predicate})")
    words.append(constraint_changes.deferral(constraint))
    if not constraint.enforced:
        words.append("NOT ENFORCED")
    elif not constraint.validated:
        words.append("NOT VALID")
    return " ".join(filter(None, words))


def _hazards(constraint: Constraint, context: Context) -> tuple[Hazard, ...]:
    """What adding the constraint to a table that may hold rows brings."""
    if table_key(constraint) in context.made or not constraint.enforced:
        return ()
    behaviour = Hazard(Danger.BEHAVIOUR, f"{constraint.name} refuses rows that were welcome before")
    if not constraint.validated:
        return (behaviour,)
    scan = {
        "c": "the table is scanned under an exclusive lock; NOT VALID, then VALIDATE spares that",
        "f": "both tables are locked against writes during the scan; NOT VALID, then VALIDATE spares that",
        "x": "the index is built under an exclusive lock, and there is no online way",
    }.get(constraint.type, "the index is built under an exclusive lock; CONCURRENTLY and USING INDEX spare that")
    fails = {"c": "a violating row", "f": "an orphaned row", "x": "conflicting rows"}.get(
        constraint.type, "a duplicate"
    )
    return (Hazard(Danger.MAY_FAIL, f"{fails} makes it fail"), Hazard(Danger.SCAN, scan))


def create(constraint: Constraint, context: Context) -> Writing:
    """ADD CONSTRAINT, unless it comes with the parent's."""
    if (old := handed_down.before(constraint, context)) is not None:
        return handed_down.take_over(old, constraint, context)
    if brought := _brought(constraint, context):
        return Implied(by=brought) if constraint.usual_name else [handed_down.named(constraint)]
    # A partitioned table's key is added to it alone: those of the partitions are objects of their own, attached later.
    only = constraint.type in _WITH_INDEX and constraint.type not in handed_down.TYPES
    added = constraint_changes.action(constraint, f"ADD {clause(constraint)}", _hazards(constraint, context), only=only)
    return [added, *constraint_changes.extras(None, constraint, context)]


def _brought(constraint: Constraint, context: Context) -> Key | None:
    """What brings the constraint: a parent's new one, or the place among its partitions."""
    if constraint.local:
        return None
    folded = context.folded.get(table_key(constraint), ())
    for path in constraint.inherited_from:
        if constraint.type == "f" and path[2] != constraint.name:
            continue  # a foreign key of another name is made before its parent's, which takes it over
        tie = lineage.tie((constraint.schema, constraint.table), path[:2], context.new)
        parent = Key("constraint", path)
        comes_now = lineage.steady(constraint, path[:2], context) or tie in folded
        if parent in context.made and (comes_now or constraint.type in handed_down.TYPES):
            return parent
        if tie in folded or (constraint.type in handed_down.TYPES and tie in context.made):
            return tie
    return None


def comes_by_attaching(constraint: Constraint) -> bool:
    """Whether a partition is given it with its place: a foreign key of another name is there before."""
    if constraint.local or constraint.type not in handed_down.TYPES:
        return False
    return constraint.type == "x" or any(path[2] == constraint.name for path in constraint.inherited_from)


def drop(constraint: Constraint, context: Context) -> Writing:
    """DROP CONSTRAINT, unless it goes with the parent's, or stays under another name."""
    if (new := handed_down.after(constraint, context)) is not None:
        return Implied(by=key(new))
    for path in () if constraint.local else lineage.steady_parents(constraint, context):
        parent = Key("constraint", path)
        if parent in context.ended and not _dropped_alone(parent, context):
            return Implied(by=parent)
    hazard = Hazard(Danger.BEHAVIOUR, f"rows that {constraint.name} refused are let in")
    only = _dropped_alone(key(constraint), context)
    return [constraint_changes.action(constraint, f"DROP CONSTRAINT {quote(constraint.name)}", (hazard,), only=only)]


def goes_before(constraint: Constraint, context: Context) -> bool:
    """Whether children keep the column that it would go along with: DROP COLUMN would leave them its check as well."""
    if constraint.type != "c":
        return False
    heirs = (context.old.needs[key(heir)] for heir in lineage.heirs(key(constraint), context))
    return any(edge.needs.kind == "column" and edge.needs not in context.ended for needs in heirs for edge in needs)


def _dropped_alone(parent: Key, context: Context) -> bool:
    """Whether some child keeps the check that it only has from its parents; a partition can't (42P16)."""
    return any(
        key(heir) not in context.ended
        and not heir.local
        and all(Key("constraint", path) in context.ended for path in heir.inherited_from)
        for heir in lineage.heirs(parent, context)
    )


def _no_foreign_key(_old: Constraint, new: Constraint, _context: Context) -> bool:
    return new.type != "f"


def _not_enforceable(old: Constraint, new: Constraint, context: Context) -> bool:
    """Whether ALTER CONSTRAINT … [NOT] ENFORCED won't do: it is for foreign keys, and ENFORCED validates them."""
    return _no_foreign_key(old, new, context) or _not_validated(old, new, context)


def _not_validated(_old: Constraint, new: Constraint, _context: Context) -> bool:
    return new.enforced and not new.validated


def needs(constraint: Constraint, _snapshot: Snapshot) -> Iterable[Key]:
    """The table that a foreign key refers to."""
    return [Key("table", constraint.referenced)] if constraint.referenced else ()


def inherits(constraint: Constraint, snapshot: Snapshot) -> Iterable[tuple[Key, Tie]]:
    """The parents' constraints; a partition can't keep what is dropped above it."""
    if not constraint.inherited_from:
        return ()
    how = Tie.BOUND if lineage.is_partition(constraint, snapshot) else Tie.INHERITED
    return [(Key("constraint", path), how) for path in constraint.inherited_from]


def follows(constraint: Constraint, snapshot: Snapshot) -> Iterable[Key]:
    """Of what is passed on to partitions: these, which attached later would get theirs under names of their choice.

    Of a foreign key also those of partitions that it takes over under other names, and the parts of the key it refers
    to, which is not valid before they are attached. An exclusion that is given another name: the parent's, which
    brings it.
    """
    if constraint.type == "c":
        return
    if not constraint.usual_name:
        yield Key("partition", (constraint.schema, constraint.table))
        yield from (Key("constraint", path) for path in constraint.inherited_from)
    partitions = list(snapshot.beneath("partition", (constraint.schema, constraint.table)))
    yield from partitions
    if constraint.type != "f":
        return
    for item in (item for path in partitions for item in snapshot.parts(path, "constraint")):
        if item.type == "f" and (*key(constraint).path,) in item.inherited_from and item.name != constraint.name:
            yield key(item)
    if not snapshot.below("partition", constraint.referenced):
        return  # its indexes have no parts
    for target in _possible_targets(constraint, snapshot):
        yield from snapshot.beneath("index_partition", target)


def _possible_targets(constraint: Constraint, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """The unique indexes, also those behind constraints, of the table that a foreign key refers to."""
    table = Key("table", constraint.referenced)
    yield from ((item.schema, item.name) for item in snapshot.parts(table, "constraint") if item.type in "pu")
    yield from ((item.schema, item.name) for item in snapshot.parts(table, "index") if item.unique)


def link(constraint: Constraint, other: Key, snapshot: Snapshot) -> Key | None:
    """The tie of the tables: what happens to a parent's constraint reaches this one only over it."""
    if constraint.type == "c":
        return lineage.link(constraint, other, snapshot)
    return lineage.partition_link(constraint, other, snapshot)


def rename(constraint: Constraint, name: str) -> Statement:
    """ALTER TABLE … RENAME CONSTRAINT."""
    return constraint_changes.rename(constraint, name)


def slots(constraint: Constraint) -> list[tuple[str, ...]]:
    """The name within the table, that of the index, and the place of the one primary key."""
    own = ("constraint", constraint.schema, constraint.table, constraint.name)
    if constraint.type not in _WITH_INDEX:
        return [own]
    only_one = [("primary key", constraint.schema, constraint.table)] if constraint.type == "p" else []
    return [own, ("relation", constraint.schema, constraint.name), *only_one]


def folds_into(constraint: Constraint) -> Key | None:
    """The table, for primary keys and checks.

    Foreign keys stand apart, since tables may refer to each other; of two keys on the same columns CREATE TABLE makes
    one; and it takes NOT VALID for valid.
    """
    unchecked = constraint.enforced and not constraint.validated
    return table_key(constraint) if constraint.type in "pc" and not unchecked else None


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
        "usual_name": Ignore("follows from the name", told=False),
        "referenced": Ignore("the definition says it", told=False),
    },
    reference=lambda item: f"CONSTRAINT {quote(item.name)} ON {qualify(item.schema, item.table)}",
    parent=table_key,
    needs=needs,
    inherits=inherits,
    link=link,
    goes_before=goes_before,
    follows=follows,
    folds_into=folds_into,
    slots=slots,
    clears=lineage.ties_below,
    # PostgreSQL retypes the others along with their column; a foreign key would meanwhile compare two types.
    yields=lambda constraint, _altered: constraint.type == "f",
    rename=rename,
)
