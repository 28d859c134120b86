"""Table constraints (pg_constraint): primary keys, unique, exclusion, check and foreign keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds import index_statistics
from driftwatch.kinds.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import Alter, Ignore, Kind, Replace
from driftwatch.model.statement import Danger, Hazard, Implied, Lock, Statement
from driftwatch.sql import literal, qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.kind import Context, Writing
    from driftwatch.model.snapshot import Snapshot

ENFORCED = 180000
"""The first server_version_num with NOT ENFORCED constraints."""

_WITH_INDEX = "pux"


class Constraint(NamedTuple):
    """A constraint; `definition` without the words for the states that follow it as attributes."""

    schema: str
    table: str
    name: str
    relation: str
    type: str
    definition: str
    deferrable: bool
    deferred: bool
    enforced: bool
    validated: bool
    local: bool
    inherited_from: tuple[tuple[str, str], ...]
    index_options: tuple[str, ...]
    index_statistics: tuple[str, ...]
    tablespace: str | None
    clustered: bool
    replica_identity: bool
    referenced: tuple[str, ...]


# pg_get_constraintdef ends in these words for these states (ruleutils.c); they are cut off by their length.
_STATES = """length(concat(
    CASE WHEN k.condeferrable THEN ' DEFERRABLE' END, CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' END,
    CASE WHEN NOT {enforced} THEN ' NOT ENFORCED' WHEN NOT k.convalidated THEN ' NOT VALID' END))"""

_PARENTS = """
    CASE WHEN k.coninhcount > 0 THEN
        array(SELECT ARRAY[pn.nspname, p.relname]::text[] FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
              JOIN pg_namespace pn ON pn.oid = p.relnamespace
              JOIN pg_constraint pk ON pk.conrelid = p.oid AND pk.conname = k.conname AND pk.contype = k.contype
              WHERE i.inhrelid = k.conrelid ORDER BY i.inhseqno)
    ELSE '{}'::text[] END"""


def query(version: int) -> str:
    """Every table constraint, but foreign keys that a partition has from its parent (conparentid)."""
    enforced = "k.conenforced" if version >= ENFORCED else "true"
    states = _STATES.format(enforced=enforced)
    return f"""
        SELECT k.oid AS objid, n.nspname AS schema, c.relname AS "table", k.conname AS name,
               CASE c.relkind WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS relation, k.contype AS type,
               (SELECT left(def, length(def) - {states}) FROM pg_get_constraintdef(k.oid) def) AS definition,
               k.condeferrable AS deferrable, k.condeferred AS deferred, {enforced} AS enforced,
               k.convalidated AS validated, k.conislocal AS local, {_PARENTS} AS inherited_from,
               coalesce(ic.reloptions, '{{}}')::text[] AS index_options,
               {index_statistics.TARGETS} AS index_statistics,
               (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = ic.reltablespace) AS tablespace,
               coalesce(x.indisclustered, false) AS clustered, coalesce(x.indisreplident, false) AS replica_identity,
               CASE WHEN k.contype = 'f' THEN array(SELECT unnest(ARRAY[rn.nspname, r.relname]) FROM pg_class r
                    JOIN pg_namespace rn ON rn.oid = r.relnamespace WHERE r.oid = k.confrelid) ELSE '{{}}' END::text[]
                    AS referenced
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_index x ON x.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
        LEFT JOIN pg_class ic ON ic.oid = x.indexrelid
        WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND (k.contype <> 'f' OR k.conparentid = 0)
          AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def table_key(constraint: Constraint) -> Key:
    """The table the constraint is on."""
    return Key(constraint.relation, (constraint.schema, constraint.table))


def clause(constraint: Constraint) -> str:
    """The constraint as CREATE TABLE and ADD CONSTRAINT write it."""
    words = [f"CONSTRAINT {quote(constraint.name)} {constraint.definition}"]
    if constraint.index_options:
        options = (option.partition("=") for option in constraint.index_options)
        words.append(f"WITH ({', '.join(f'{quote(name)}={literal(value)}' for name, _, value in options)})")
    if constraint.tablespace:
        words.append(f"USING INDEX TABLESPACE {quote(constraint.tablespace)}")
    words.append(_deferral(constraint))
    if not constraint.enforced:
        words.append("NOT ENFORCED")
    elif not constraint.validated:
        words.append("NOT VALID")
    return " ".join(filter(None, words))


def _deferral(constraint: Constraint) -> str:
    if not constraint.deferrable:
        return ""
    return "DEFERRABLE INITIALLY DEFERRED" if constraint.deferred else "DEFERRABLE"


def _alter(constraint: Constraint, action: str, hazards: tuple[Hazard, ...] = (), *, only: bool = False) -> Statement:
    kind = "FOREIGN TABLE" if constraint.relation == "foreign_table" else "TABLE"
    lock = Lock.SHARE_ROW_EXCLUSIVE if constraint.type == "f" else Lock.ACCESS_EXCLUSIVE
    name = qualify(constraint.schema, constraint.table)
    return Statement(f"ALTER {kind} {'ONLY ' if only else ''}{name} {action}", lock, hazards)


def extras(old: Constraint | None, new: Constraint, context: Context) -> list[Statement]:
    """What is said of a constraint's index: statistics targets, CLUSTER ON and REPLICA IDENTITY."""
    targets = old.index_statistics if old else ()
    statements = index_statistics.change(qualify(new.schema, new.name), targets, new.index_statistics)
    if new.clustered and not (old and old.clustered):
        statements.append(_alter(new, f"CLUSTER ON {quote(new.name)}"))
    if old and old.clustered and not clustered_elsewhere(table_key(new), context):
        statements.append(_alter(new, "SET WITHOUT CLUSTER"))
    if new.replica_identity and not (old and old.replica_identity):
        statements.append(_alter(new, f"REPLICA IDENTITY USING INDEX {quote(new.name)}"))
    return statements


def clustered_elsewhere(table: Key, context: Context) -> bool:
    """Whether the new table is clustered on any index: then CLUSTER ON that one is what moves it."""
    return any(item.clustered for kind in ("index", "constraint") for item in context.new.parts(table, kind))


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
    if not constraint.local and (parent := _steady_parent(constraint, context)) in context.made:
        return Implied(by=parent)
    # A partitioned table's key is added to it alone: those of the partitions are objects of their own, attached later.
    only = constraint.type in _WITH_INDEX
    added = _alter(constraint, f"ADD {clause(constraint)}", _hazards(constraint, context), only=only)
    return [added, *extras(None, constraint, context)]


def drop(constraint: Constraint, context: Context) -> Writing:
    """DROP CONSTRAINT, unless it goes with the parent's."""
    if not constraint.local and (parent := _steady_parent(constraint, context)) in context.ended:
        return Implied(by=parent)
    hazard = Hazard(Danger.BEHAVIOUR, f"rows that {constraint.name} refused are let in")
    return [_alter(constraint, f"DROP CONSTRAINT {quote(constraint.name)}", (hazard,))]


def _steady_parent(constraint: Constraint, context: Context) -> Key:
    """The parent's constraint, where the tie between the tables stands throughout; else the constraint itself."""
    for path in constraint.inherited_from:
        ties = (
            Key("partition", (constraint.schema, constraint.table)),
            Key("inheritance", (constraint.schema, constraint.table, *path)),
        )
        stands = any(tie in context.old.objects and tie not in context.ended for tie in ties)
        if stands or ties[1] in context.folded.get(table_key(constraint), ()):
            return Key("constraint", (*path, constraint.name))
    return Key("", ())


def alter(old: Constraint, new: Constraint, context: Context) -> Writing:
    """Deferral and enforcement of foreign keys, validation, and what is said of the index."""
    attributes = context.altered[Key("constraint", (new.schema, new.table, new.name))]
    name, statements = quote(new.name), []
    if attributes & {"deferrable", "deferred"}:
        statements.append(_alter(new, f"ALTER CONSTRAINT {name} {_deferral(new) or 'NOT DEFERRABLE'}"))
    if "enforced" in attributes:
        statements.append(_alter(new, f"ALTER CONSTRAINT {name} {'' if new.enforced else 'NOT '}ENFORCED"))
    elif "validated" in attributes:
        hazards = (
            Hazard(Danger.MAY_FAIL, "a violating row makes it fail"),
            Hazard(Danger.SCAN, "the table is scanned, under a lock that lets reads and writes pass"),
        )
        statements.append(_alter(new, f"VALIDATE CONSTRAINT {name}", hazards))
    if "tablespace" in attributes:
        sql = f"ALTER INDEX {qualify(new.schema, new.name)} SET TABLESPACE {quote(new.tablespace or 'pg_default')}"
        statements.append(Statement(sql, Lock.ACCESS_EXCLUSIVE))
    if "index_options" in attributes:
        statements += _index_options(old, new)
    return [*statements, *extras(old, new, context)]


def _index_options(old: Constraint, new: Constraint) -> list[Statement]:
    before, after = (dict(o.split("=", 1) for o in item.index_options) for item in (old, new))
    reset = [quote(name) for name in before if name not in after]
    changed = [f"{quote(name)}={literal(value)}" for name, value in after.items() if before.get(name) != value]
    words = ([f"RESET ({', '.join(reset)})"] if reset else []) + ([f"SET ({', '.join(changed)})"] if changed else [])
    name = qualify(new.schema, new.name)
    return [Statement(f"ALTER INDEX {name} {word}", Lock.SHARE_UPDATE_EXCLUSIVE) for word in words]


def _no_foreign_key(_old: Constraint, new: Constraint, _context: Context) -> bool:
    return new.type != "f"


def _not_validated(_old: Constraint, new: Constraint, _context: Context) -> bool:
    return new.enforced and not new.validated


def needs(constraint: Constraint, _snapshot: Snapshot) -> Iterable[Key]:
    """The same constraint of the parents, and the table that a foreign key refers to."""
    parents = [Key("constraint", (*path, constraint.name)) for path in constraint.inherited_from]
    return [*parents, Key("table", constraint.referenced)]


def follows(constraint: Constraint, snapshot: Snapshot) -> Iterable[Key]:
    """Of a key the partitions, which attached later would get indexes under names of their own.

    Of a foreign key the parts of the key it refers to, which is not valid before they are attached.
    """
    if constraint.type in _WITH_INDEX:
        return snapshot.below("partition", (constraint.schema, constraint.table))
    if constraint.type != "f":
        return []
    keys = [item for item in snapshot.parts(Key("table", constraint.referenced), "constraint") if item.type in "pu"]
    return [part for item in keys for part in snapshot.below("index_partition", (item.schema, item.name))]


def rename(constraint: Constraint, name: str) -> Statement:
    """ALTER TABLE … RENAME CONSTRAINT."""
    return _alter(constraint, f"RENAME CONSTRAINT {quote(constraint.name)} TO {quote(name)}")


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
    create=create,
    drop=drop,
    alter={
        "relation": Ignore("the table itself is replaced then", told=False),
        "type": Replace(),
        "definition": Replace(),
        "deferrable": Alter(alter, replace_if=_no_foreign_key),
        "deferred": Alter(alter, replace_if=_no_foreign_key),
        "enforced": Alter(alter, replace_if=_no_foreign_key),
        "validated": Alter(alter, replace_if=_not_validated),
        "local": Ignore("whether a check was declared in the child as well can't be altered"),
        "inherited_from": Ignore("the tie between the tables is an object of its own", told=False),
        "index_options": Alter(alter),
        "index_statistics": Alter(alter),
        "tablespace": Alter(alter),
        "clustered": Alter(alter),
        "replica_identity": Alter(alter),
        "referenced": Ignore("the definition says it", told=False),
    },
    reference=lambda item: f"CONSTRAINT {quote(item.name)} ON {qualify(item.schema, item.table)}",
    parent=table_key,
    needs=needs,
    follows=follows,
    folds_into=folds_into,
    slots=slots,
    # PostgreSQL retypes the others along with their column; a foreign key would meanwhile compare two types.
    yields=lambda constraint, _altered: constraint.type == "f",
    rename=rename,
)
