"""Schemas, types, sequences, collations, extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.names import literal

if TYPE_CHECKING:
    from generator.world import Step, World


def create_schema(w: World) -> str:
    return f"CREATE SCHEMA {w.name()} {w.one_of(('', f'AUTHORIZATION {w.role()}'))}"


def alter_schema(w: World) -> str:
    schema = w.schema()
    dropped = (f"DROP SCHEMA {schema}", f"DROP SCHEMA {schema} CASCADE")
    # pg_dump goes by the oid of `public`: under another name its grant to PUBLIC would not be dumped.
    return w.one_of(dropped if schema == "public" else (*dropped, f"ALTER SCHEMA {schema} RENAME TO {w.name()}"))


def enum(w: World) -> str:
    return f"CREATE TYPE {w.new()} AS ENUM ({', '.join(dict.fromkeys(w.text() for _ in range(w.number(0, 4))))})"


def alter_enum(w: World) -> str:
    name = w.user_type("e")
    label = literal(w.pick(f"SELECT enumlabel FROM pg_enum WHERE enumtypid = {literal(name)}::regtype"))
    return w.one_of(
        (
            f"ALTER TYPE {name} ADD VALUE {w.text()} {w.one_of(('BEFORE', 'AFTER'))} {label}",
            f"ALTER TYPE {name} ADD VALUE {w.text()}",
            f"ALTER TYPE {name} RENAME VALUE {label} TO {w.text()}",
        )
    )


def enum_column(w: World) -> str:
    name = w.user_type("e")
    label = literal(w.pick(f"SELECT enumlabel FROM pg_enum WHERE enumtypid = {literal(name)}::regtype"))
    return f"ALTER TABLE {w.relation('rp')} ADD {w.name()} {name} DEFAULT {label}"


def domain(w: World) -> str:
    base = w.type()
    default = w.one_of(("", "", "DEFAULT NULL", "NOT NULL"))
    check = w.one_of(("", f"CONSTRAINT {w.name()} CHECK (VALUE::text <> {w.text()})"))
    return f"CREATE DOMAIN {w.new()} AS {base} {default} {check}"


def alter_domain(w: World) -> str:
    name = w.user_type("d")
    what = (
        "SET NOT NULL",
        "DROP NOT NULL",
        "DROP DEFAULT",
        "SET DEFAULT NULL",
        f"ADD CONSTRAINT {w.name()} CHECK (VALUE IS NOT NULL) NOT VALID",
        f"ADD CONSTRAINT {w.name()} CHECK (VALUE IS NOT NULL)",
        f"ADD CHECK (VALUE::text <> {w.text()})",
    )
    return f"ALTER DOMAIN {name} {w.one_of(what)}"


def domain_constraint(w: World) -> str:
    domain, name = w.row(
        "SELECT contypid::regtype::text, format('%I', conname) FROM pg_constraint WHERE contypid >= 16384"
    )
    what = (f"DROP CONSTRAINT {name}", f"RENAME CONSTRAINT {name} TO {w.name()}", f"VALIDATE CONSTRAINT {name}")
    return w.one_of(
        (
            *(f"ALTER DOMAIN {domain} {each}" for each in what),
            f"COMMENT ON CONSTRAINT {name} ON DOMAIN {domain} IS {w.text()}",
        )
    )


def composite(w: World) -> str:
    attributes = ", ".join(f"{w.name()} {w.type()}" for _ in range(w.number(0, 3)))
    return f"CREATE TYPE {w.new()} AS ({attributes})"


def alter_composite(w: World) -> str:
    name = w.user_type("c")
    kind = w.one_of(("add", "drop", "rename", "type"))
    if kind == "add":
        return f"ALTER TYPE {name} ADD ATTRIBUTE {w.name()} {w.type()} {w.maybe('CASCADE')}"
    attribute = w.column(name)
    what = {"drop": f"DROP ATTRIBUTE {attribute}", "type": f"ALTER ATTRIBUTE {attribute} TYPE {w.type()}"}
    return f"ALTER TYPE {name} {what.get(kind, f'RENAME ATTRIBUTE {attribute} TO {w.name()}')} {w.maybe('CASCADE')}"


def range_type(w: World) -> str:
    return f"CREATE TYPE {w.new()} AS RANGE (SUBTYPE = {w.one_of(('integer', 'text', 'float8', 'date'))})"


def alter_type(w: World) -> str:
    name = w.user_type("decr")
    what = (f"RENAME TO {w.name()}", f"SET SCHEMA {w.schema()}", f"OWNER TO {w.role()}")
    return w.one_of((f"DROP TYPE {name}", f"DROP TYPE {name} CASCADE", *(f"ALTER TYPE {name} {each}" for each in what)))


def sequence(w: World) -> str:
    kind = w.one_of(("", "AS smallint", "AS integer"))
    options = w.one_of(("", "INCREMENT -2", "START 7 MINVALUE 3 MAXVALUE 99", "CACHE 4", "CYCLE"))
    return f"CREATE {w.one_of(('', '', 'UNLOGGED')) if w.version >= 150000 else ''} SEQUENCE {w.new()} {kind} {options}"


def alter_sequence(w: World) -> str:
    name = w.relation("S")
    table = w.relation("r")
    what = (
        "AS integer",
        "AS bigint",
        "INCREMENT 4",
        "INCREMENT -1",
        "MINVALUE -5",
        "MAXVALUE 200",
        "NO MAXVALUE",
        "START 2",
        "CACHE 9",
        "CYCLE",
        "OWNED BY NONE",
        f"OWNED BY {table}.{w.column(table)}",
        f"RENAME TO {w.name()}",
        f"SET SCHEMA {w.schema()}",
    )
    return w.one_of((f"DROP SEQUENCE {name} CASCADE", *(f"ALTER SEQUENCE {name} {each}" for each in what)))


def collation(w: World) -> str:
    locale = w.one_of(
        (
            "provider = libc, locale = 'C'",
            "provider = icu, locale = 'de'",
            "provider = icu, locale = 'und-u-ks-level2', deterministic = false",
        )
    )
    return f"CREATE COLLATION {w.new()} ({locale})"


def collated_column(w: World) -> str:
    name = w.mine("pg_collation", "collname", "collnamespace")
    return f"ALTER TABLE {w.relation('rp')} ADD {w.name()} text COLLATE {name}"


def alter_collation(w: World) -> str:
    name = w.mine("pg_collation", "collname", "collnamespace")
    what = (f"RENAME TO {w.name()}", f"SET SCHEMA {w.schema()}")
    return w.one_of((f"DROP COLLATION {name} CASCADE", *(f"ALTER COLLATION {name} {each}" for each in what)))


def extension(w: World) -> str:
    name = w.one_of(("citext", "btree_gist", "hstore"))
    return w.one_of(
        (
            f"CREATE EXTENSION {name} SCHEMA {w.schema()}",
            f"DROP EXTENSION {name}",
            f"ALTER EXTENSION {name} SET SCHEMA {w.schema()}",
        )
    )


MAKE: tuple[Step, ...] = (
    create_schema,
    create_schema,
    enum,
    enum_column,
    domain,
    composite,
    range_type,
    sequence,
    collation,
    collated_column,
    extension,
)
CHANGE: tuple[Step, ...] = (
    alter_schema,
    alter_enum,
    alter_enum,
    alter_domain,
    domain_constraint,
    alter_composite,
    alter_composite,
    alter_type,
    alter_type,
    alter_sequence,
    alter_sequence,
    alter_collation,
)
