"""Constraints, indexes, statistics: what stands on tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.names import literal

if TYPE_CHECKING:
    from generator.world import Step, World

NULLS_NOT_DISTINCT, NOT_ENFORCED = 150000, 180000

_CONSTRAINTS = """
    SELECT conrelid::regclass::text, format('%I', conname) FROM pg_constraint WHERE conrelid >= 16384
"""
_INDEXES = """SELECT indexrelid::regclass::text, indrelid::regclass::text FROM pg_index
              WHERE indexrelid >= 16384 AND indrelid::regclass::text NOT LIKE 'pg_toast.%'"""


def key(w: World) -> str:
    table = w.relation("rp")
    columns = ", ".join(dict.fromkeys(w.column(table) for _ in range(w.number(1, 2))))
    kind = w.one_of(("PRIMARY KEY", "UNIQUE", "UNIQUE"))
    nulls = (
        " NULLS NOT DISTINCT" if kind == "UNIQUE" and w.version >= NULLS_NOT_DISTINCT and w.number(0, 3) == 0 else ""
    )
    tail = w.one_of(("", "", "DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED", f"INCLUDE ({w.column(table)})"))
    return f"ALTER TABLE {table} ADD CONSTRAINT {w.name()} {kind}{nulls} ({columns}) {tail}"


def check(w: World) -> str:
    table = w.relation("rpf")
    column = w.column(table)
    condition = w.one_of((f"{column} IS NOT NULL", f"{column}::text <> {w.text()}", f"num_nulls({column}) < 3"))
    tails = ["", "", "NOT VALID", "NO INHERIT"] + (["NOT ENFORCED"] if w.version >= NOT_ENFORCED else [])
    return f"ALTER TABLE {table} ADD CONSTRAINT {w.name()} CHECK ({condition}) {w.one_of(tails)}"


def foreign_key(w: World) -> str:
    table = w.relation("rp")
    target, wanted, kind = w.row(
        """SELECT conrelid::regclass::text, format('%I', attname), format_type(atttypid, atttypmod) FROM pg_constraint
           JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
           WHERE contype IN ('p', 'u') AND cardinality(conkey) = 1 AND conrelid >= 16384"""
    )
    column = w.column(table, f"^{kind}$") if kind.isalpha() else w.column(table)
    action = w.one_of(("", "ON DELETE CASCADE", "ON DELETE SET NULL", "ON UPDATE SET DEFAULT", "MATCH FULL"))
    tail = w.one_of(("", "", "DEFERRABLE INITIALLY DEFERRED", "NOT VALID"))
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {w.name()} FOREIGN KEY ({column}) REFERENCES {target} ({wanted})"
        f" {action} {tail}"
    )


def exclusion(w: World) -> str:
    table = w.relation("r")
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {w.name()} EXCLUDE USING {w.one_of(('btree', 'hash'))}"
        f" ({w.column(table)} WITH =) {w.one_of(('', 'DEFERRABLE'))}"
    )


def named_not_null(w: World) -> str:
    table = w.relation("rp")
    if w.version < NOT_ENFORCED:
        return f"ALTER TABLE {table} ALTER {w.column(table)} SET NOT NULL"
    tail = w.one_of(("", "NO INHERIT", "NOT VALID"))
    return f"ALTER TABLE {table} ADD CONSTRAINT {w.name()} NOT NULL {w.column(table)} {tail}"


def index(w: World) -> str:
    table = w.relation("rpm")
    column = w.column(table)
    part = w.one_of(
        (column, column, f"({column} IS NULL)", f"{column} DESC", f"{column} NULLS FIRST", f"({column}::text)")
    )
    unique = w.one_of(("", "", "UNIQUE"))
    method = "btree" if unique else w.one_of(("btree", "btree", "hash", "brin", "gin", "gist"))
    include = f"INCLUDE ({w.column(table)})" if method == "btree" and w.number(0, 4) == 0 else ""
    options = w.one_of(("", "", "WITH (fillfactor = 60)"))
    where = w.one_of(("", "", f"WHERE {column} IS NOT NULL"))
    return (
        f"CREATE {unique} INDEX {w.name()} ON {w.one_of(('', '', 'ONLY'))} {table} USING {method} ({part})"
        f" {include} {options} {where}"
    )


def alter_index(w: World) -> str:
    index, table = w.row(_INDEXES)
    return w.one_of(
        (
            f"ALTER INDEX {index} RENAME TO {w.name()}",
            f"ALTER INDEX {index} SET (fillfactor = 77)",
            f"ALTER INDEX {index} RESET (fillfactor)",
            f"ALTER INDEX {index} ALTER COLUMN 1 SET STATISTICS 33",
            f"DROP INDEX {index}",
            f"DROP INDEX {index}",
            f"CLUSTER {table} USING {index}",
            f"COMMENT ON INDEX {index} IS {w.text()}",
        )
    )


def identity_index(w: World) -> str:
    index, table = w.row(f"{_INDEXES} AND indisunique")
    name = w.pick(f"SELECT format('%I', relname) FROM pg_class WHERE oid = {literal(index)}::regclass")
    return f"ALTER TABLE {table} REPLICA IDENTITY USING INDEX {name}"


def alter_constraint(w: World) -> str:
    table, name = w.row(_CONSTRAINTS)
    what = (
        f"ALTER TABLE {table} DROP CONSTRAINT {name} {w.maybe('CASCADE')}",
        f"ALTER TABLE {table} RENAME CONSTRAINT {name} TO {w.name()}",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}",
        f"ALTER TABLE {table} ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} ALTER CONSTRAINT {name} NOT DEFERRABLE",
        f"COMMENT ON CONSTRAINT {name} ON {table} IS {w.text()}",
    )
    return w.one_of(what)


def statistics(w: World) -> str:
    table = w.relation("rpm")
    kinds = w.one_of(("", "(ndistinct)", "(dependencies, mcv)"))
    return f"CREATE STATISTICS {w.new()} {kinds} ON {w.column(table)}, {w.column(table)} FROM {table}"


def expression_statistics(w: World) -> str:
    table = w.relation("rp")
    return f"CREATE STATISTICS {w.new()} ON ({w.column(table)} IS NULL), {w.column(table)} FROM {table}"


def alter_statistics(w: World) -> str:
    name = w.mine("pg_statistic_ext", "stxname", "stxnamespace")
    what = (f"SET STATISTICS {w.number(1, 50)}", f"RENAME TO {w.name()}", f"SET SCHEMA {w.schema()}")
    return w.one_of((f"DROP STATISTICS {name}", *(f"ALTER STATISTICS {name} {each}" for each in what)))


MAKE: tuple[Step, ...] = (key, key, check, foreign_key, exclusion, named_not_null, index, index, statistics)
CHANGE: tuple[Step, ...] = (
    *MAKE,
    alter_index,
    alter_index,
    identity_index,
    alter_constraint,
    alter_constraint,
    expression_statistics,
    alter_statistics,
)
