"""Extended statistics (pg_statistic_ext)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.letters import or_default, without_order
from driftwatch.kinds.parts.on_relation import FOLLOWS_RELATION, RELATION
from driftwatch.kinds.parts.user_type import aside_name
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


_KINDS = {"d": "ndistinct", "f": "dependencies", "m": "mcv"}


class Statistics(NamedTuple):
    """A statistics object: letters of stxkind, columns by name, expressions as given; `target` None for the default."""

    schema: str
    name: str
    kinds: tuple[str, ...]
    columns: tuple[str, ...]
    expressions: tuple[str, ...]
    table_schema: str
    table: str
    relation: str
    target: int | None


def query(_version: int) -> str:
    """Every statistics object; the default target is -1 up to 16, NULL from 17 on."""
    return f"""
        SELECT s.oid AS objid, n.nspname AS schema, s.stxname AS name,
               array(SELECT k::text FROM unnest(s.stxkind) k ORDER BY 1) AS kinds,
               -- stxkeys is in the order of the table's columns, whatever was said.
               array(SELECT a.attname::text FROM pg_attribute a
                     WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys::smallint[]) ORDER BY 1) AS columns,
               coalesce(pg_get_statisticsobjdef_expressions(s.oid), '{{}}') AS expressions,
               tn.nspname AS table_schema, c.relname AS "table", {RELATION}, nullif(s.stxstattarget, -1) AS target
        FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
        JOIN pg_class c ON c.oid = s.stxrelid JOIN pg_namespace tn ON tn.oid = c.relnamespace
        WHERE {USER_SCHEMA} AND {no_member("pg_statistic_ext", "s.oid")} AND {no_member("pg_class", "c.oid")}"""


def _name(statistics: Statistics) -> str:
    return qualify(statistics.schema, statistics.name)


def _set_target(statistics: Statistics) -> Statement:
    # DEFAULT is known from 17 on only; -1 says the same on all.
    target = -1 if statistics.target is None else statistics.target
    return Statement(f"ALTER STATISTICS {_name(statistics)} SET STATISTICS {target}")


def create(statistics: Statistics, _context: Context) -> Writing:
    """CREATE STATISTICS, then its target; a single expression takes no kinds."""
    parts = [*map(quote, statistics.columns), *(f"({expression})" for expression in statistics.expressions)]
    named = ", ".join(_KINDS[kind] for kind in statistics.kinds if kind in _KINDS)
    kinds = f" ({named})" if len(parts) > 1 else ""
    table = qualify(statistics.table_schema, statistics.table)
    sql = f"CREATE STATISTICS {_name(statistics)}{kinds} ON {', '.join(parts)} FROM {table}"
    statements = [Statement(sql, Lock.SHARE_UPDATE_EXCLUSIVE)]
    return statements if statistics.target is None else [*statements, _set_target(statistics)]


def drop(statistics: Statistics, _context: Context) -> Writing:
    """DROP STATISTICS."""
    return [Statement(f"DROP STATISTICS {_name(statistics)}", Lock.SHARE_UPDATE_EXCLUSIVE)]


def alter_target(_old: Statistics, new: Statistics, _context: Context) -> Writing:
    """ALTER STATISTICS … SET STATISTICS."""
    return [_set_target(new)]


def rename(statistics: Statistics, name: str) -> Statement:
    """ALTER STATISTICS … RENAME TO."""
    return Statement(f"ALTER STATISTICS {_name(statistics)} RENAME TO {quote(name)}")


KIND = Kind(
    name="statistics",
    model=Statistics,
    identity=("schema", "name"),
    catalog="pg_statistic_ext",
    query=query,
    create=create,
    drop=drop,
    alter={
        "kinds": Replace(),
        "columns": Replace(),
        "expressions": Replace(),
        "table_schema": Replace(),
        "table": Replace(),
        "relation": FOLLOWS_RELATION,
        "target": Alter(alter_target),
    },
    in_words={
        "kinds": lambda kinds: frozenset({**_KINDS, "e": "expressions"}.get(kind, kind) for kind in kinds),
        "columns": without_order,
        "target": or_default,
    },
    reference=lambda statistics: f"STATISTICS {_name(statistics)}",
    code=frozenset({"expressions"}),
    parent=lambda statistics: Key(statistics.relation, (statistics.table_schema, statistics.table)),
    slots=lambda statistics: [("statistics", statistics.schema, statistics.name)],
    rename=rename,
    step_aside=lambda statistics: [rename(statistics, aside_name(statistics.name))],
)
