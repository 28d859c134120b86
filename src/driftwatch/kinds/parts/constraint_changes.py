"""What a table constraint is called, and how it is altered in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds.parts import index_options, index_statistics, lineage, placement
from driftwatch.kinds.parts.user_type import aside_name
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard, Implied, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.kinds.constraint import Constraint
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing

WITH_INDEX = "pux"
"""Types that stand on an index."""

# What ALTER CONSTRAINT and VALIDATE CONSTRAINT do to the constraints of partitions and children, too.
_RECURSING = frozenset({"deferrable", "deferred", "enforced", "validated"})


def table_key(constraint: Constraint) -> Key:
    """The table the constraint is on."""
    return Key(constraint.relation, (constraint.schema, constraint.table))


def key(constraint: Constraint) -> Key:
    """The constraint's identity."""
    return Key("constraint", (constraint.schema, constraint.table, constraint.name))


def action(constraint: Constraint, words: str, hazards: tuple[Hazard, ...] = (), *, only: bool = False) -> Statement:
    """ALTER TABLE for a constraint's sake."""
    kind = "FOREIGN TABLE" if constraint.relation == "foreign_table" else "TABLE"
    lock = Lock.SHARE_ROW_EXCLUSIVE if constraint.type == "f" else Lock.ACCESS_EXCLUSIVE
    name = qualify(constraint.schema, constraint.table)
    return Statement(f"ALTER {kind} {'ONLY ' if only else ''}{name} {words}", lock, hazards)


def rename(constraint: Constraint, name: str) -> Statement:
    """ALTER TABLE … RENAME CONSTRAINT."""
    return action(constraint, f"RENAME CONSTRAINT {quote(constraint.name)} TO {quote(name)}")


def step_aside(constraint: Constraint) -> list[Statement]:
    """ALTER INDEX … RENAME TO: of a partition that does what RENAME CONSTRAINT refuses (42P16)."""
    if constraint.type not in WITH_INDEX:
        return []
    name = qualify(constraint.schema, constraint.name)
    return [
        Statement(f"ALTER INDEX {name} RENAME TO {quote(aside_name(constraint.name))}", Lock.SHARE_UPDATE_EXCLUSIVE)
    ]


def deferral(constraint: Constraint) -> str:
    """DEFERRABLE and when, or nothing."""
    if not constraint.deferrable:
        return ""
    return "DEFERRABLE INITIALLY DEFERRED" if constraint.deferred else "DEFERRABLE"


def extras(old: Constraint | None, new: Constraint, context: Context) -> list[Statement]:
    """What is said of a constraint's index: statistics targets, CLUSTER ON and REPLICA IDENTITY."""
    targets = old.index_statistics if old else ()
    statements = index_statistics.change(qualify(new.schema, new.name), targets, new.index_statistics)
    if new.clustered and not (old and old.clustered):
        statements.append(action(new, f"CLUSTER ON {quote(new.name)}"))
    if old and old.clustered and not clustered_elsewhere(table_key(new), context):
        statements.append(action(new, "SET WITHOUT CLUSTER"))
    if new.replica_identity and not (old and old.replica_identity):
        statements.append(action(new, f"REPLICA IDENTITY USING INDEX {quote(new.name)}"))
    return statements


def clustered_elsewhere(table: Key, context: Context) -> bool:
    """Whether the new table is clustered on any index: then CLUSTER ON that one is what moves it."""
    return any(item.clustered for kind in ("index", "constraint") for item in context.new.parts(table, kind))


def alter(old: Constraint, new: Constraint, context: Context) -> Writing:
    """Deferral and enforcement of foreign keys, validation, and what is said of the index."""
    attributes = set(context.altered[key(new)])
    for parent in (Key("constraint", path) for path in lineage.steady_parents(new, context)):
        attributes -= context.altered.get(parent, frozenset()) & _RECURSING
        if not attributes:
            return Implied(by=parent)
    name, statements = quote(new.name), []
    if attributes & {"deferrable", "deferred"}:
        statements.append(action(new, f"ALTER CONSTRAINT {name} {deferral(new) or 'NOT DEFERRABLE'}"))
    if "enforced" in attributes:
        statements.append(action(new, f"ALTER CONSTRAINT {name} {'' if new.enforced else 'NOT '}ENFORCED"))
    elif "validated" in attributes:
        statements.append(validate(new))
    if "tablespace" in attributes:
        sql = f"ALTER INDEX {qualify(new.schema, new.name)} {placement.move(new.tablespace, context)}"
        hazards = () if lineage.is_partitioned(table_key(new), context.new) else placement.moving("index")
        statements.append(Statement(sql, Lock.ACCESS_EXCLUSIVE, hazards))
    if "index_options" in attributes:
        statements += index_options.change(qualify(new.schema, new.name), old.index_options, new.index_options)
    return [*statements, *extras(old, new, context)]


def validate(constraint: Constraint) -> Statement:
    """VALIDATE CONSTRAINT."""
    hazards = (
        Hazard(Danger.MAY_FAIL, "a violating row makes it fail"),
        Hazard(Danger.SCAN, "the table is scanned, under a lock that lets reads and writes pass"),
    )
    return action(constraint, f"VALIDATE CONSTRAINT {quote(constraint.name)}", hazards)
