"""Views and materialized views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.world import NothingThereError

if TYPE_CHECKING:
    from generator.world import Step, World

SECURITY_INVOKER = 150000


def _query(w: World) -> str:
    source = w.relation("rpvmf")
    return w.one_of(
        (
            f"SELECT * FROM {source}",
            f"SELECT {w.column(source)} AS {w.name()} FROM {source}",
            f"SELECT count(*) AS {w.name()} FROM {source} GROUP BY {w.column(source)}",
            f"SELECT {w.column(source)} AS {w.name()}, 1 AS {w.name()} FROM {source} WHERE {w.column(source)} IS NULL",
            f"SELECT x.* FROM {source} x LEFT JOIN {w.relation('rpv')} y ON true",
            f"SELECT {w.text()} AS {w.name()} UNION ALL SELECT {w.text()}",
        )
    )


def view(w: World) -> str:
    options = ["", "", "WITH (security_barrier = true)"]
    options += ["WITH (security_invoker = true)"] if w.version >= SECURITY_INVOKER else []
    return f"CREATE {w.maybe('OR REPLACE')} VIEW {w.new()} {w.one_of(options)} AS {_query(w)}"


def replace_view(w: World) -> str:
    name, query = w.relation("v"), _query(w)
    if f"FROM {name}" in query or f"JOIN {name}" in query:
        raise NothingThereError  # a view that reads itself can be made, and nobody can read it
    return f"CREATE OR REPLACE VIEW {name} AS {query}"


def recursive_view(w: World) -> str:
    name = w.name()
    return f"CREATE RECURSIVE VIEW {w.schema()}.{name} (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM {name} WHERE n < 9"


def materialized(w: World) -> str:
    return f"CREATE MATERIALIZED VIEW {w.new()} AS {_query(w)}"


def alter_view(w: World) -> str:
    name = w.relation("v")
    what = (
        f"RENAME TO {w.name()}",
        f"SET SCHEMA {w.schema()}",
        "SET (security_barrier = true)",
        "RESET (security_barrier)",
        "SET (check_option = local)",
        f"RENAME COLUMN {w.column(name)} TO {w.name()}",
    )
    return w.one_of((f"DROP VIEW {name} CASCADE", *(f"ALTER VIEW {name} {each}" for each in what)))


def alter_materialized(w: World) -> str:
    name = w.relation("m")
    what = (
        f"RENAME TO {w.name()}",
        f"SET SCHEMA {w.schema()}",
        "SET (fillfactor = 60)",
        f"ALTER COLUMN {w.column(name)} SET STATISTICS 44",
        f"RENAME COLUMN {w.column(name)} TO {w.name()}",
    )
    return w.one_of((f"DROP MATERIALIZED VIEW {name} CASCADE", *(f"ALTER MATERIALIZED VIEW {name} {e}" for e in what)))


MAKE: tuple[Step, ...] = (view, view, view, recursive_view, materialized)
CHANGE: tuple[Step, ...] = (replace_view, alter_view, alter_view, alter_materialized)
