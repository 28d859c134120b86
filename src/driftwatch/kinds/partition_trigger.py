"""The state of a trigger's clone on a partition (pg_trigger.tgparentid), where it is not that of the trigger itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.letters import STATES, words
from driftwatch.kinds.parts.on_relation import FOLLOWS_RELATION, RELATION
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore, Replace
from driftwatch.model.statement import Danger, Hazard, Implied, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class PartitionTrigger(NamedTuple):
    """A clone that was enabled or disabled by itself; `usual` is the state of the trigger that it was cloned from."""

    schema: str
    table: str
    name: str
    relation: str
    enabled: str
    usual: str
    origin_schema: str
    origin_table: str
    origin_name: str


def query(_version: int) -> str:
    """Every clone in another state than its origin, however many partitioned tables lie between."""
    return f"""
        WITH RECURSIVE clones AS (
            SELECT g.oid, g.tgrelid, g.tgname, g.tgenabled, o.oid AS origin
            FROM pg_trigger g JOIN pg_trigger o ON o.oid = g.tgparentid
            WHERE NOT o.tgisinternal AND o.tgparentid = 0
            UNION ALL
            SELECT g.oid, g.tgrelid, g.tgname, g.tgenabled, o.origin
            FROM pg_trigger g JOIN clones o ON o.oid = g.tgparentid
        )
        SELECT g.oid AS objid, n.nspname AS schema, c.relname AS "table", g.tgname AS name, {RELATION},
               g.tgenabled AS enabled, o.tgenabled AS usual, pn.nspname AS origin_schema, p.relname AS origin_table,
               o.tgname AS origin_name
        FROM clones g JOIN pg_trigger o ON o.oid = g.origin AND o.tgenabled <> g.tgenabled
        JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_class p ON p.oid = o.tgrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
        WHERE {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def _set(clone: PartitionTrigger, state: str) -> Writing:
    """ONLY: else the state would go down to the partitions of a partition."""
    hazard = Hazard(Danger.BEHAVIOUR, f"whether {clone.name} fires on writes to {clone.table} changes")
    sql = f"ALTER TABLE ONLY {qualify(clone.schema, clone.table)} {STATES[state]} TRIGGER {quote(clone.name)}"
    return [Statement(sql, Lock.SHARE_ROW_EXCLUSIVE, (hazard,))]


def create(clone: PartitionTrigger, _context: Context) -> Writing:
    """ALTER TABLE ONLY … ENABLE | DISABLE TRIGGER."""
    return _set(clone, clone.enabled)


def drop(clone: PartitionTrigger, context: Context) -> Writing:
    """The state of its origin, unless the clone goes with that or with its place among the partitions."""
    for owner in (_tie(clone), origin(clone)):
        if owner in context.ended:
            return Implied(by=owner)
    return _set(clone, clone.usual)


def origin(clone: PartitionTrigger) -> Key:
    """The trigger that the clone was made from."""
    return Key("trigger", (clone.origin_schema, clone.origin_table, clone.origin_name))


def needs(clone: PartitionTrigger, _snapshot: Snapshot) -> Iterable[Key]:
    """The origin, and the partition's tie to it."""
    return [origin(clone), _tie(clone)]


def _tie(clone: PartitionTrigger) -> Key:
    return Key("partition", (clone.schema, clone.table))


KIND = Kind(
    name="partition_trigger",
    model=PartitionTrigger,
    identity=("schema", "table", "name"),
    catalog="pg_trigger",
    query=query,
    create=create,
    drop=drop,
    alter={
        "relation": FOLLOWS_RELATION,
        "enabled": Alter(lambda _old, new, context: create(new, context)),
        "usual": Ignore("the origin's own state is compared there", told=False),
        "origin_schema": Replace(),
        "origin_table": Replace(),
        "origin_name": Replace(),
    },
    in_words={"enabled": words(STATES)},
    parent=lambda clone: Key(clone.relation, (clone.schema, clone.table)),
    needs=needs,
    # pg_depend binds a clone to its origin, which does not say that the origin comes first.
    follows=lambda clone, _snapshot: [origin(clone)],
    reaches=frozenset({"trigger", "partition"}),
    # Its table being let go, it is gone, whatever happens to its origin; and no state comes from the clone above it.
    goes_before=lambda clone, context: _tie(clone) in context.ended or origin(clone) not in context.ended,
)
