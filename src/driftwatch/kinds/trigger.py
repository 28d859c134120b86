"""Triggers of users (pg_trigger): those inside of constraints and the clones on partitions are not objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.letters import STATES, words
from driftwatch.kinds.parts.on_relation import FOLLOWS_RELATION, RELATION, rebuilt
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class Trigger(NamedTuple):
    """A trigger: `definition` is what follows its name in CREATE TRIGGER, `enabled` as in tgenabled."""

    schema: str
    table: str
    name: str
    relation: str
    constraint: bool
    definition: str
    enabled: str


# What comes before the definition has a known length: CREATE [CONSTRAINT] TRIGGER and the quoted name.
_DEFINITION = """
    substr(pg_get_triggerdef(g.oid),
           length('CREATE ' || CASE WHEN g.tgconstraint <> 0 THEN 'CONSTRAINT ' ELSE '' END || 'TRIGGER '
                  || quote_ident(g.tgname)) + 2)"""


def query(_version: int) -> str:
    """Every trigger that somebody created on its very relation."""
    return f"""
        SELECT g.oid AS objid, n.nspname AS schema, c.relname AS "table", g.tgname AS name, {RELATION},
               g.tgconstraint <> 0 AS "constraint", {_DEFINITION} AS definition, g.tgenabled AS enabled
        FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND {USER_SCHEMA}
          AND {no_member("pg_class", "c.oid")} AND {no_member("pg_trigger", "g.oid")}"""


def key(trigger: Trigger) -> Key:
    """The trigger's identity."""
    return Key("trigger", (trigger.schema, trigger.table, trigger.name))


def parent(trigger: Trigger) -> Key:
    """The table, foreign table or view."""
    return Key(trigger.relation, (trigger.schema, trigger.table))


def _on(trigger: Trigger) -> str:
    return f"{quote(trigger.name)} ON {qualify(trigger.schema, trigger.table)}"


def _set_state(trigger: Trigger) -> Statement:
    action = f"{STATES[trigger.enabled]} TRIGGER {quote(trigger.name)}"
    hazard = Hazard(Danger.BEHAVIOUR, f"whether {trigger.name} fires on writes changes")
    sql = f"ALTER TABLE {qualify(trigger.schema, trigger.table)} {action}"
    return Statement(sql, Lock.SHARE_ROW_EXCLUSIVE, (hazard,))


def _quietly(statement: Statement) -> Statement:
    return Statement(statement.sql, statement.lock)


def create(trigger: Trigger, context: Context) -> Writing:
    """CREATE [CONSTRAINT] TRIGGER, then its state: it is born enabled."""
    head = "CREATE CONSTRAINT TRIGGER" if trigger.constraint else "CREATE TRIGGER"
    quiet = parent(trigger) in context.made or rebuilt(key(trigger), context)
    hazards = () if quiet else _changes_writes(trigger)
    statements = [Statement(f"{head} {quote(trigger.name)} {trigger.definition}", Lock.SHARE_ROW_EXCLUSIVE, hazards)]
    return statements if trigger.enabled == "O" else [*statements, _quietly(_set_state(trigger))]


def _changes_writes(trigger: Trigger) -> tuple[Hazard, ...]:
    return (
        Hazard(Danger.BEHAVIOUR, f"every write to {trigger.table} that it fires on does something else from then on"),
    )


def drop(trigger: Trigger, context: Context) -> Writing:
    """DROP TRIGGER."""
    hazards = () if rebuilt(key(trigger), context) else _changes_writes(trigger)
    return [Statement(f"DROP TRIGGER {_on(trigger)}", Lock.ACCESS_EXCLUSIVE, hazards)]


def alter_definition(_old: Trigger, new: Trigger, _context: Context) -> Writing:
    """CREATE OR REPLACE TRIGGER (14), then its state, which that sets back to enabled."""
    sql = f"CREATE OR REPLACE TRIGGER {quote(new.name)} {new.definition}"
    statements = [Statement(sql, Lock.SHARE_ROW_EXCLUSIVE, _changes_writes(new))]
    return statements if new.enabled == "O" else [*statements, _quietly(_set_state(new))]


def alter_enabled(old: Trigger, new: Trigger, _context: Context) -> Writing:
    """ALTER TABLE … ENABLE | DISABLE TRIGGER, unless a new definition brings the new state with it."""
    return [_set_state(new)] if old.definition == new.definition else []


def rename(trigger: Trigger, name: str) -> Statement:
    """ALTER TRIGGER … RENAME TO; triggers of one event fire in the order of their names."""
    hazard = Hazard(Danger.BEHAVIOUR, "triggers fire in the order of their names: it may change")
    return Statement(f"ALTER TRIGGER {_on(trigger)} RENAME TO {quote(name)}", Lock.ACCESS_EXCLUSIVE, (hazard,))


def slots(trigger: Trigger) -> list[tuple[str, ...]]:
    """A constraint trigger has a row in pg_constraint and takes the name there, too."""
    return [("constraint", trigger.schema, trigger.table, trigger.name)] if trigger.constraint else []


def clears(trigger: Trigger, snapshot: Snapshot) -> Iterable[Key]:
    """Of the same name: what is cloned to this table, by way of which partition, and what stands on its partitions."""
    path = (trigger.schema, trigger.table)
    while tie := snapshot.get(Key("partition", path)):
        yield Key("partition", path)
        path = (tie.parent_schema, tie.parent)
        yield Key("trigger", (*path, trigger.name))
    for below in snapshot.beneath("partition", (trigger.schema, trigger.table)):
        yield Key("trigger", (*below.path, trigger.name))


# Both set the clones on all partitions to the trigger's own state.
_PARTITIONS = frozenset({"partition_trigger"})

KIND = Kind(
    name="trigger",
    model=Trigger,
    identity=("schema", "table", "name"),
    catalog="pg_trigger",
    query=query,
    create=create,
    drop=drop,
    alter={
        "relation": FOLLOWS_RELATION,
        "constraint": Replace(),
        # CREATE OR REPLACE knows no constraint triggers (0A000).
        "definition": Alter(
            alter_definition, replace_if=lambda _old, new, _context: new.constraint, rebuilds=_PARTITIONS
        ),
        "enabled": Alter(alter_enabled, rebuilds=_PARTITIONS),
    },
    in_words={"enabled": words(STATES)},
    reference=lambda trigger: f"TRIGGER {_on(trigger)}",
    code=frozenset({"definition"}),
    parent=parent,
    slots=slots,
    clears=clears,
    rename=rename,
    rows_first=lambda _item: True,
)
