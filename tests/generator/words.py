"""What is said about other objects: comments, owners, grants, default privileges."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.world import Step, World


def comment(w: World) -> str:
    return f"COMMENT ON {target(w)} IS {w.one_of((w.text(), 'NULL'))}"


def target(w: World) -> str:
    """Something that COMMENT ON names."""
    kind = w.one_of(("TABLE", "VIEW", "SEQUENCE", "TYPE", "SCHEMA", "ROUTINE", "COLUMN", "COLUMN"))
    relkinds = {"TABLE": "rp", "VIEW": "v", "SEQUENCE": "S"}
    if kind in relkinds:
        return f"{kind} {w.relation(relkinds[kind])}"
    if kind == "COLUMN":
        table = w.relation("rpvmfc")
        return f"COLUMN {table}.{w.column(table)}"
    if kind == "TYPE":
        return f"TYPE {w.user_type('cedr')}"
    return f"SCHEMA {w.schema()}" if kind == "SCHEMA" else f"ROUTINE {w.routine(w.one_of('fpa'))}"


def owner(w: World) -> str:
    kind = w.one_of(("TABLE", "VIEW", "SEQUENCE", "SCHEMA"))
    relkinds = {"TABLE": "rp", "VIEW": "v", "SEQUENCE": "S"}
    name = w.schema() if kind == "SCHEMA" else w.relation(relkinds[kind])
    return f"ALTER {kind} {name} OWNER TO {w.role()}"


def grant(w: World) -> str:
    to = w.one_of((w.role(), "PUBLIC"))
    word, by, tail = w.one_of(
        (("GRANT", "TO", ""), ("GRANT", "TO", ""), ("GRANT", "TO", "WITH GRANT OPTION"), ("REVOKE", "FROM", "CASCADE"))
    )
    return f"{word} {_privilege(w)} {by} {to} {tail}"


def _privilege(w: World) -> str:
    kind = w.one_of(("table", "column", "sequence", "schema", "routine", "type"))
    if kind == "table":
        return f"{w.one_of(('SELECT', 'ALL', 'INSERT, UPDATE', 'TRUNCATE'))} ON TABLE {w.relation('rpvm')}"
    if kind == "column":
        table = w.relation("rpv")
        return f"{w.one_of(('SELECT', 'UPDATE'))} ({w.column(table)}) ON TABLE {table}"
    if kind == "sequence":
        return f"{w.one_of(('USAGE', 'ALL'))} ON SEQUENCE {w.relation('S')}"
    if kind == "schema":
        return f"{w.one_of(('USAGE', 'CREATE', 'ALL'))} ON SCHEMA {w.schema()}"
    if kind == "routine":
        return f"EXECUTE ON ROUTINE {w.routine(w.one_of('fpa'))}"
    return f"USAGE ON TYPE {w.user_type('edr')}"


def default_privilege(w: World) -> str:
    where = w.one_of(("", f"FOR ROLE {w.role()}")) + w.one_of(("", f" IN SCHEMA {w.schema()}"))
    kind = w.one_of(("TABLES", "SEQUENCES", "FUNCTIONS", "TYPES"))
    word, by = w.one_of((("GRANT", "TO"), ("REVOKE", "FROM")))
    return f"ALTER DEFAULT PRIVILEGES {where} {word} ALL ON {kind} {by} {w.one_of((w.role(), 'PUBLIC'))}"


def setting(w: World) -> str:
    database = w.pick("SELECT format('%I', current_database())")
    return f"ALTER DATABASE {database} SET work_mem = '{w.number(1, 9)}MB'"


MAKE: tuple[Step, ...] = (comment, comment, owner, grant, grant, grant, default_privilege)
CHANGE: tuple[Step, ...] = (comment, owner, grant, default_privilege)
