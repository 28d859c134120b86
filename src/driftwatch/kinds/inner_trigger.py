"""Triggers that do a constraint's work (pg_trigger.tgisinternal), where they do not fire as they were made to.

`ALTER TABLE … DISABLE TRIGGER ALL` leaves a foreign key standing that is no longer checked; no dump shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.letters import STATES, words
from driftwatch.kinds.parts.on_relation import FOLLOWS_RELATION, RELATION
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Danger, Hazard, Implied, Lock, Statement
from driftwatch.sql import dollar_quote, literal, qualify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class InnerTrigger(NamedTuple):
    """One trigger on a table, for a constraint of that table or of one that refers to it.

    Its own name holds an oid; the function says which of the constraint's triggers it is.
    """

    schema: str
    table: str
    constraint_schema: str
    constraint_table: str
    constraint: str
    function: str
    relation: str
    enabled: str


def query(_version: int) -> str:
    """Every inner trigger that is not in the state it is born with."""
    return f"""
        SELECT g.oid AS objid, n.nspname AS schema, c.relname AS "table", kn.nspname AS constraint_schema,
               kc.relname AS constraint_table, k.conname AS "constraint", f.proname AS function, {RELATION},
               g.tgenabled AS enabled
        FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_constraint k ON k.oid = g.tgconstraint JOIN pg_class kc ON kc.oid = k.conrelid
        JOIN pg_namespace kn ON kn.oid = kc.relnamespace JOIN pg_proc f ON f.oid = g.tgfoid
        WHERE g.tgisinternal AND g.tgenabled <> 'O' AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def _set(trigger: InnerTrigger, state: str) -> Writing:
    """The name is looked up where the statement runs; only a superuser may do this (42501 otherwise)."""
    table = literal(qualify(trigger.schema, trigger.table))
    constrained = literal(qualify(trigger.constraint_schema, trigger.constraint_table))
    body = f"""BEGIN
    EXECUTE (
        SELECT format('ALTER TABLE ONLY %s {STATES[state]} TRIGGER %I', g.tgrelid::regclass, g.tgname)
        FROM pg_trigger g JOIN pg_constraint k ON k.oid = g.tgconstraint JOIN pg_proc f ON f.oid = g.tgfoid
        WHERE g.tgisinternal AND g.tgrelid = {table}::regclass AND k.conrelid = {constrained}::regclass
          AND k.conname = {literal(trigger.constraint)} AND f.proname = {literal(trigger.function)});
END"""
    hazard = Hazard(
        Danger.BEHAVIOUR,
        f"whether {trigger.constraint} is checked on writes to {trigger.table} changes; rows written meanwhile are not",
    )
    return [Statement(f"DO {dollar_quote(body)}", Lock.SHARE_ROW_EXCLUSIVE, (hazard,))]


def create(trigger: InnerTrigger, _context: Context) -> Writing:
    """The state that is not the usual one."""
    return _set(trigger, trigger.enabled)


def drop(trigger: InnerTrigger, context: Context) -> Writing:
    """Enabled as it was made, unless the trigger goes with its constraint."""
    if constraint(trigger) in context.ended:
        return Implied(by=constraint(trigger))
    return _set(trigger, "O")


def constraint(trigger: InnerTrigger) -> Key:
    """The constraint that the trigger works for."""
    return Key("constraint", (trigger.constraint_schema, trigger.constraint_table, trigger.constraint))


def needs(trigger: InnerTrigger, _snapshot: Snapshot) -> Iterable[Key]:
    """The constraint, which makes the trigger."""
    return [constraint(trigger)]


KIND = Kind(
    name="inner_trigger",
    model=InnerTrigger,
    identity=("schema", "table", "constraint_schema", "constraint_table", "constraint", "function"),
    query=query,
    needs_superuser=lambda _item, _version: True,
    create=create,
    drop=drop,
    alter={
        "relation": FOLLOWS_RELATION,
        "enabled": Alter(lambda _old, new, context: create(new, context)),
    },
    in_words={"enabled": words(STATES)},
    parent=lambda trigger: Key(trigger.relation, (trigger.schema, trigger.table)),
    needs=needs,
    reaches=frozenset({"constraint"}),
)
