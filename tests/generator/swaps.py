"""Names that change hands: between two of a kind, between kinds, between schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.names import literal
from generator.world import NothingThereError

if TYPE_CHECKING:
    from generator.world import Step, World


def swap_tables(w: World) -> str:
    one, other = w.relation("rp"), w.relation("rp")
    children = f"SELECT FROM pg_inherits WHERE inhrelid IN ({literal(one)}::regclass, {literal(other)}::regclass)"
    if w.rows(children):
        raise NothingThereError  # a table made anew has columns of its own, that one had them from its parent
    first, second = _last(w, one), _last(w, other)
    return (
        f"ALTER TABLE {one} RENAME TO in_between;"
        f" ALTER TABLE {other} RENAME TO {first}; ALTER TABLE {_beside(w, one)}.in_between RENAME TO {second}"
    )


def swap_columns(w: World) -> str:
    table = w.relation("rp")
    one, other = w.column(table), w.column(table)
    return (
        f"ALTER TABLE {table} RENAME {one} TO in_between; ALTER TABLE {table} RENAME {other} TO {one};"
        f" ALTER TABLE {table} RENAME in_between TO {other}"
    )


def column_anew(w: World) -> str:
    table = w.relation("rp")
    column = w.column(table)
    return f"ALTER TABLE {table} DROP {column} CASCADE; ALTER TABLE {table} ADD {column} {w.type()}"


def table_anew(w: World) -> str:
    table = w.relation("rp")
    form = w.one_of(
        (
            f"CREATE VIEW {table} AS SELECT 1 AS {w.name()}",
            f"CREATE MATERIALIZED VIEW {table} AS SELECT 1 AS {w.name()}",
            f"CREATE SEQUENCE {table}",
            f"CREATE TABLE {table} ({w.name()} {w.type()}) PARTITION BY HASH ({w.name()})",
            f"CREATE TYPE {table} AS ENUM ({w.text()})",
            f"CREATE DOMAIN {table} AS {w.type()}",
        )
    )
    return f"DROP TABLE {table} CASCADE; {form}"


def view_to_table(w: World) -> str:
    view = w.relation("vm")
    kind = w.pick(f"SELECT relkind FROM pg_class WHERE oid = {literal(view)}::regclass")
    word = "VIEW" if kind == "v" else "MATERIALIZED VIEW"
    return f"DROP {word} {view} CASCADE; CREATE TABLE {view} ({w.name()} {w.type()})"


def type_anew(w: World) -> str:
    name = w.user_type("edc")
    form = w.one_of(
        (
            f"CREATE TYPE {name} AS ENUM ('x', {w.text()})",
            f"CREATE DOMAIN {name} AS text",
            f"CREATE TYPE {name} AS ({w.name()} {w.type()})",
            f"CREATE TABLE {name} ()",
        )
    )
    return f"DROP TYPE {name} CASCADE; {form}"


def swap_schemas(w: World) -> str:
    table = w.relation("rp")
    one, other = _beside(w, table), w.schema()
    name = _last(w, table)
    return (
        f"CREATE SCHEMA in_between; ALTER TABLE {table} SET SCHEMA in_between;"
        f" ALTER TABLE {other}.{name} SET SCHEMA {one}; ALTER TABLE in_between.{name} SET SCHEMA {other};"
        " DROP SCHEMA in_between"
    )


def move_type(w: World) -> str:
    return f"ALTER TYPE {w.user_type('edcr')} SET SCHEMA {w.schema()}"


def swap_types(w: World) -> str:
    one, other = w.user_type("e"), w.user_type("edc")
    first = w.pick(f"SELECT format('%I', typname) FROM pg_type WHERE oid = {literal(one)}::regtype")
    schema = w.pick(f"SELECT typnamespace::regnamespace FROM pg_type WHERE oid = {literal(one)}::regtype")
    second = w.pick(f"SELECT format('%I', typname) FROM pg_type WHERE oid = {literal(other)}::regtype")
    return (
        f"ALTER TYPE {one} RENAME TO in_between; ALTER TYPE {other} RENAME TO {first};"
        f" ALTER TYPE {schema}.in_between RENAME TO {second}"
    )


def _last(w: World, relation: str) -> str:
    return w.pick(f"SELECT format('%I', relname) FROM pg_class WHERE oid = {literal(relation)}::regclass")


def _beside(w: World, relation: str) -> str:
    return w.pick(f"SELECT relnamespace::regnamespace FROM pg_class WHERE oid = {literal(relation)}::regclass")


MAKE: tuple[Step, ...] = (column_anew,)
CHANGE: tuple[Step, ...] = (
    swap_tables,
    swap_columns,
    swap_columns,
    column_anew,
    table_anew,
    view_to_table,
    type_anew,
    swap_schemas,
    move_type,
    swap_types,
)
