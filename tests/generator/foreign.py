"""Foreign data and replication."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.world import Step, World

COLUMN_LISTS = 150000

_WRAPPERS = "SELECT format('%I', fdwname) FROM pg_foreign_data_wrapper WHERE oid >= 16384"
_SERVERS = "SELECT format('%I', srvname) FROM pg_foreign_server"
_PUBLICATIONS = "SELECT format('%I', pubname) FROM pg_publication"
_MAPPINGS = "SELECT format('%I', usename), format('%I', srvname) FROM pg_user_mappings"


def wrapper(w: World) -> str:
    return f"CREATE FOREIGN DATA WRAPPER {w.name()} {w.one_of(('', f'OPTIONS (debug {w.text()})'))}"


def server(w: World) -> str:
    options = w.one_of(("", f"OPTIONS (host {w.text()}, {w.name()} {w.text()})"))
    return (
        f"CREATE SERVER {w.name()} {w.maybe('VERSION ' + repr('1'))} FOREIGN DATA WRAPPER {w.pick(_WRAPPERS)} {options}"
    )


def foreign_table(w: World) -> str:
    return (
        f"CREATE FOREIGN TABLE {w.new()} ({w.name()} {w.type()} OPTIONS ({w.name()} {w.text()}), {w.name()} integer)"
        f" SERVER {w.pick(_SERVERS)} {w.one_of(('', f'OPTIONS (table_name {w.text()})'))}"
    )


def user_mapping(w: World) -> str:
    role = w.one_of((w.role(), "public"))
    return f"CREATE USER MAPPING FOR {role} SERVER {w.pick(_SERVERS)} OPTIONS (password {w.text()})"


def alter_wrapper(w: World) -> str:
    name = w.pick(_WRAPPERS)
    return w.one_of(
        (
            f"ALTER FOREIGN DATA WRAPPER {name} OPTIONS ({w.name()} {w.text()})",
            f"ALTER FOREIGN DATA WRAPPER {name} RENAME TO {w.name()}",
            f"DROP FOREIGN DATA WRAPPER {name} CASCADE",
        )
    )


def alter_server(w: World) -> str:
    name = w.pick(_SERVERS)
    return w.one_of(
        (
            f"ALTER SERVER {name} VERSION {w.text()}",
            f"ALTER SERVER {name} OPTIONS ({w.name()} {w.text()})",
            f"ALTER SERVER {name} RENAME TO {w.name()}",
            f"ALTER SERVER {name} OWNER TO {w.role()}",
            f"DROP SERVER {name} CASCADE",
        )
    )


def alter_foreign_table(w: World) -> str:
    table = w.relation("f")
    what = (
        f"ADD {w.name()} {w.type()}",
        f"DROP {w.column(table)} CASCADE",
        f"OPTIONS ({w.name()} {w.text()})",
        f"ALTER {w.column(table)} OPTIONS ({w.name()} {w.text()})",
        f"ALTER {w.column(table)} SET NOT NULL",
        f"RENAME TO {w.name()}",
        f"SET SCHEMA {w.schema()}",
    )
    return w.one_of((f"DROP FOREIGN TABLE {table} CASCADE", *(f"ALTER FOREIGN TABLE {table} {each}" for each in what)))


def publication(w: World) -> str:
    what = ["", "FOR ALL TABLES", f"FOR TABLE {w.relation('rp')}"]
    if w.version >= COLUMN_LISTS:
        table = w.relation("rp")
        what += [
            f"FOR TABLES IN SCHEMA {w.schema()}",
            f"FOR TABLE {table} ({w.column(table)})",
            f"FOR TABLE {table} WHERE ({w.column(table)} IS NULL)",
        ]
    options = w.one_of(("", "WITH (publish = 'insert')", "WITH (publish_via_partition_root = true)"))
    return f"CREATE PUBLICATION {w.name()} {w.one_of(what)} {options}"


def alter_publication(w: World) -> str:
    name = w.pick(_PUBLICATIONS)
    table = w.relation("rp")
    what = (
        f"ADD TABLE {table}",
        f"SET TABLE {table}",
        f"DROP TABLE {table}",
        "SET (publish = 'update')",
        f"RENAME TO {w.name()}",
        f"OWNER TO {w.role()}",
    )
    return w.one_of((f"DROP PUBLICATION {name}", *(f"ALTER PUBLICATION {name} {each}" for each in what)))


MAKE: tuple[Step, ...] = (wrapper, server, foreign_table, user_mapping, publication)
CHANGE: tuple[Step, ...] = (alter_wrapper, alter_server, alter_foreign_table, alter_publication)
