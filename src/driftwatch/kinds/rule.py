"""Rewrite rules (pg_rewrite); a view's rule _RETURN is the view itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.letters import STATES, words
from driftwatch.kinds.parts.on_relation import FOLLOWS_RELATION, RELATION, rebuilt
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class Rule(NamedTuple):
    """A rule: `definition` is what follows its name in CREATE RULE, `enabled` as in ev_enabled."""

    schema: str
    table: str
    name: str
    relation: str
    definition: str
    enabled: str


def query(_version: int) -> str:
    """Every rule but those ON SELECT."""
    return f"""
        SELECT r.oid AS objid, n.nspname AS schema, c.relname AS "table", r.rulename AS name, {RELATION},
               rtrim(substr(pg_get_ruledef(r.oid), length('CREATE RULE ' || quote_ident(r.rulename)) + 2), ';')
                   AS definition,
               r.ev_enabled AS enabled
        FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE r.ev_type <> '1' AND {USER_SCHEMA}
          AND {no_member("pg_class", "c.oid")} AND {no_member("pg_rewrite", "r.oid")}"""


def key(rule: Rule) -> Key:
    """The rule's identity."""
    return Key("rule", (rule.schema, rule.table, rule.name))


def parent(rule: Rule) -> Key:
    """The table or view."""
    return Key(rule.relation, (rule.schema, rule.table))


def _on(rule: Rule) -> str:
    return f"{quote(rule.name)} ON {qualify(rule.schema, rule.table)}"


def _changes_writes(rule: Rule) -> tuple[Hazard, ...]:
    return (
        Hazard(Danger.BEHAVIOUR, f"the writes to {rule.table} that it is for are rewritten otherwise from then on"),
    )


def _set_state(rule: Rule, hazards: tuple[Hazard, ...]) -> Statement:
    action = f"{STATES[rule.enabled]} RULE {quote(rule.name)}"
    return Statement(f"ALTER TABLE {qualify(rule.schema, rule.table)} {action}", Lock.ACCESS_EXCLUSIVE, hazards)


def create(rule: Rule, context: Context) -> Writing:
    """CREATE RULE, then its state: it is born enabled."""
    quiet = parent(rule) in context.made or rebuilt(key(rule), context)
    hazards = () if quiet else _changes_writes(rule)
    statements = [Statement(f"CREATE RULE {quote(rule.name)} {rule.definition}", Lock.ACCESS_EXCLUSIVE, hazards)]
    return statements if rule.enabled == "O" else [*statements, _set_state(rule, ())]


def drop(rule: Rule, context: Context) -> Writing:
    """DROP RULE."""
    hazards = () if rebuilt(key(rule), context) else _changes_writes(rule)
    return [Statement(f"DROP RULE {_on(rule)}", Lock.ACCESS_EXCLUSIVE, hazards)]


def alter_definition(_old: Rule, new: Rule, _context: Context) -> Writing:
    """CREATE OR REPLACE RULE, which leaves the state as it is."""
    sql = f"CREATE OR REPLACE RULE {quote(new.name)} {new.definition}"
    return [Statement(sql, Lock.ACCESS_EXCLUSIVE, _changes_writes(new))]


def alter_enabled(_old: Rule, new: Rule, _context: Context) -> Writing:
    """ALTER TABLE … ENABLE | DISABLE RULE."""
    return [_set_state(new, _changes_writes(new))]


def rename(rule: Rule, name: str) -> Statement:
    """ALTER RULE … RENAME TO; rules of one event apply in the order of their names."""
    hazard = Hazard(Danger.BEHAVIOUR, "rules apply in the order of their names: it may change")
    return Statement(f"ALTER RULE {_on(rule)} RENAME TO {quote(name)}", Lock.ACCESS_EXCLUSIVE, (hazard,))


KIND = Kind(
    name="rule",
    model=Rule,
    identity=("schema", "table", "name"),
    catalog="pg_rewrite",
    query=query,
    create=create,
    drop=drop,
    alter={
        "relation": FOLLOWS_RELATION,
        "definition": Alter(alter_definition),
        "enabled": Alter(alter_enabled),
    },
    in_words={"enabled": words(STATES)},
    reference=lambda rule: f"RULE {_on(rule)}",
    code=frozenset({"definition"}),
    parent=parent,
    rename=rename,
    rows_first=lambda _item: True,
)
