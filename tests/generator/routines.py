"""Functions, procedures, aggregates, triggers, event triggers, rules, policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.names import literal

if TYPE_CHECKING:
    from generator.world import Step, World

_TRIGGERS = """SELECT tgrelid::regclass::text, format('%I', tgname) FROM pg_trigger
               WHERE NOT tgisinternal AND tgparentid = 0"""
_POLICIES = "SELECT polrelid::regclass::text, format('%I', polname) FROM pg_policy"
_RULES = """SELECT ev_class::regclass::text, format('%I', rulename) FROM pg_rewrite
            WHERE rulename <> '_RETURN' AND ev_class >= 16384"""


def scalar_function(w: World) -> str:
    kind = w.type()
    flags = w.one_of(
        (
            "",
            "IMMUTABLE",
            "STABLE STRICT",
            "SECURITY DEFINER",
            "LEAKPROOF PARALLEL SAFE",
            "COST 5",
            "SET search_path = pg_catalog",
            "SET work_mem = '8MB'",
        )
    )
    default = w.one_of(("", f"DEFAULT NULL::{kind}"))
    return (
        f"CREATE {w.maybe('OR REPLACE')} FUNCTION {w.new()}({w.name()} {kind} {default}) RETURNS {kind}"
        f" LANGUAGE sql {flags} AS {literal('SELECT $1')}"
    )


def immutable_function(w: World) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {w.new()}(integer) RETURNS integer LANGUAGE sql IMMUTABLE"
        f" AS {literal(f'SELECT $1 + {w.number(1, 3)}')}"
    )


def used_function(w: World) -> str:
    name = w.routine("f", "^integer$").removesuffix("(integer)")
    table = w.relation("rp")
    column = w.column(table, "^integer$")
    return w.one_of(
        (
            f"ALTER TABLE {table} ALTER {column} SET DEFAULT {name}(1)",
            f"ALTER TABLE {table} ADD CHECK ({name}({column}) > 0)",
            f"CREATE INDEX ON {table} (({name}({column})))",
            f"ALTER TABLE {table} ADD {w.name()} integer GENERATED ALWAYS AS ({name}({column})) STORED",
            f"CREATE VIEW {w.new()} AS SELECT {name}({column}) AS {w.name()} FROM {table}",
        )
    )


def atomic_function(w: World) -> str:
    table = w.relation("rpvm")
    return f"CREATE FUNCTION {w.new()}() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM {table}; END"


def row_function(w: World) -> str:
    table = w.relation("rv")
    return f"CREATE FUNCTION {w.new()}({table}) RETURNS SETOF {table} LANGUAGE sql AS {literal('SELECT $1.*')}"


def table_function(w: World) -> str:
    return (
        f"CREATE FUNCTION {w.new()}(IN {w.name()} integer, OUT {w.name()} {w.type()}, OUT {w.name()} text)"
        f" RETURNS SETOF record LANGUAGE plpgsql ROWS 7 AS {literal('BEGIN END')}"
    )


def procedure(w: World) -> str:
    return (
        f"CREATE PROCEDURE {w.new()}({w.one_of(('IN', 'INOUT'))} {w.name()} {w.type()}) LANGUAGE plpgsql AS 'BEGIN END'"
    )


def aggregate(w: World) -> str:
    tail = w.one_of(("", ", INITCOND = '0'", ", COMBINEFUNC = int4pl", ", PARALLEL = SAFE"))
    return f"CREATE AGGREGATE {w.new()}(integer) (SFUNC = int4pl, STYPE = integer{tail})"


def trigger_function(w: World) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {w.new()}() RETURNS trigger LANGUAGE plpgsql AS {literal('BEGIN RETURN NEW; END')}"
    )


def trigger(w: World) -> str:
    table = w.relation("rp")
    name = w.routine("f", "^trigger$")
    when = w.one_of(("BEFORE INSERT", "AFTER DELETE", f"BEFORE UPDATE OF {w.column(table)}", "AFTER INSERT OR UPDATE"))
    each = w.one_of(("FOR EACH ROW", "FOR EACH STATEMENT"))
    arguments = w.one_of(("", w.text()))
    return f"CREATE TRIGGER {w.name()} {when} ON {table} {each} EXECUTE FUNCTION {name[:-2]}({arguments})"


def constraint_trigger(w: World) -> str:
    name = w.routine("f", "^trigger$")
    return (
        f"CREATE CONSTRAINT TRIGGER {w.name()} AFTER INSERT ON {w.relation('r')}"
        f" {w.maybe('DEFERRABLE INITIALLY DEFERRED')} FOR EACH ROW EXECUTE FUNCTION {name}"
    )


def alter_trigger(w: World) -> str:
    table, name = w.row(_TRIGGERS)
    return w.one_of(
        (
            f"DROP TRIGGER {name} ON {table}",
            f"ALTER TRIGGER {name} ON {table} RENAME TO {w.name()}",
            f"ALTER TABLE {table} DISABLE TRIGGER {name}",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
            f"ALTER TABLE {table} ENABLE REPLICA TRIGGER {name}",
            f"COMMENT ON TRIGGER {name} ON {table} IS {w.text()}",
        )
    )


def alter_routine(w: World) -> str:
    name = w.routine(w.one_of(("f", "p")))
    what = (
        f"RENAME TO {w.name()}",
        f"SET SCHEMA {w.schema()}",
        f"OWNER TO {w.role()}",
        "SECURITY DEFINER",
        "SET work_mem = '9MB'",
        "RESET ALL",
    )
    return w.one_of(
        (f"DROP ROUTINE {name}", f"DROP ROUTINE {name} CASCADE", *(f"ALTER ROUTINE {name} {e}" for e in what))
    )


def alter_function(w: World) -> str:
    what = (
        "IMMUTABLE",
        "VOLATILE",
        "STRICT",
        "CALLED ON NULL INPUT",
        "PARALLEL SAFE",
        "COST 77",
        "LEAKPROOF",
        "ROWS 5",
    )
    return f"ALTER FUNCTION {w.routine('f')} {w.one_of(what)}"


def alter_aggregate(w: World) -> str:
    name = w.routine("a")
    return w.one_of((f"DROP AGGREGATE {name}", f"ALTER AGGREGATE {name} RENAME TO {w.name()}"))


def event_trigger(w: World) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {w.new()}() RETURNS event_trigger LANGUAGE plpgsql AS {literal('BEGIN END')}"
        if w.number(0, 1)
        else f"CREATE EVENT TRIGGER {w.name()} ON {w.one_of(('ddl_command_end', 'sql_drop', 'ddl_command_start'))}"
        f" {w.one_of(('', '''WHEN TAG IN ('CREATE TABLE')'''))} EXECUTE FUNCTION {w.routine('f', '^event_trigger$')}"
    )


def alter_event_trigger(w: World) -> str:
    name = w.pick("SELECT format('%I', evtname) FROM pg_event_trigger")
    return w.one_of(
        (
            f"DROP EVENT TRIGGER {name}",
            f"ALTER EVENT TRIGGER {name} DISABLE",
            f"ALTER EVENT TRIGGER {name} RENAME TO {w.name()}",
        )
    )


def policy(w: World) -> str:
    table = w.relation("rp")
    condition = f"{w.column(table)} IS NOT NULL"
    what = w.one_of(("", "FOR SELECT", "AS RESTRICTIVE FOR UPDATE", "FOR DELETE"))
    to = w.one_of(("", f"TO {w.role()}", f"TO {w.role()}, public"))
    return f"CREATE POLICY {w.name()} ON {table} {what} {to} USING ({condition})"


def alter_policy(w: World) -> str:
    table, name = w.row(_POLICIES)
    what = (
        f"RENAME TO {w.name()}",
        f"TO {w.role()}",
        f"USING ({w.column(table)} IS NULL)",
        f"WITH CHECK ({w.column(table)} IS NULL)",
    )
    return w.one_of((f"DROP POLICY {name} ON {table}", *(f"ALTER POLICY {name} ON {table} {each}" for each in what)))


def rule(w: World) -> str:
    table = w.relation("rv")
    event = w.one_of(("INSERT", "UPDATE", "DELETE"))
    action = w.one_of(("NOTHING", f"NOTIFY {w.name()}", f"DELETE FROM {w.relation('r')}", "SELECT 1"))
    how = w.one_of(("ALSO", "INSTEAD"))
    return f"CREATE {w.maybe('OR REPLACE')} RULE {w.name()} AS ON {event} TO {table} DO {how} {action}"


def alter_rule(w: World) -> str:
    table, name = w.row(_RULES)
    return w.one_of(
        (
            f"DROP RULE {name} ON {table}",
            f"ALTER RULE {name} ON {table} RENAME TO {w.name()}",
            f"ALTER TABLE {table} DISABLE RULE {name}",
            f"COMMENT ON RULE {name} ON {table} IS {w.text()}",
        )
    )


MAKE: tuple[Step, ...] = (
    scalar_function,
    immutable_function,
    used_function,
    used_function,
    atomic_function,
    row_function,
    table_function,
    procedure,
    aggregate,
    trigger_function,
    trigger,
    constraint_trigger,
    event_trigger,
    policy,
    rule,
)
CHANGE: tuple[Step, ...] = (
    alter_trigger,
    alter_routine,
    alter_routine,
    alter_function,
    alter_aggregate,
    alter_event_trigger,
    alter_policy,
    alter_rule,
)
