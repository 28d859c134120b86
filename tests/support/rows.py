"""What stands in the tables, to be held against what stands there after a migration."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from driftwatch.model.key import Key
from driftwatch.model.statement import Danger

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from driftwatch.model.plan import Plan
    from support.servers import Database

# Generated columns are PostgreSQL's own work, and pg_depend's 'e' marks what an extension brought.
_TABLES = """
    SELECT n.nspname, c.relname, c.relispartition,
           format(CASE c.relkind WHEN 'r' THEN 'ONLY %I.%I' ELSE '%I.%I' END, n.nspname, c.relname),
           coalesce(array_agg(a.attname::text ORDER BY a.attname)
                    FILTER (WHERE a.attname IS NOT NULL), ARRAY[]::text[]),
           coalesce(array_agg(format('%I::text', a.attname) ORDER BY a.attname)
                    FILTER (WHERE a.attname IS NOT NULL), ARRAY[]::text[]),
           coalesce(array_agg(format_type(a.atttypid, NULL) ORDER BY a.attname)
                    FILTER (WHERE a.attname IS NOT NULL), ARRAY[]::text[])
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE strpos('{kinds}', c.relkind::text) > 0 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                      AND d.deptype = 'e')
    GROUP BY n.nspname, c.relname, c.relkind, c.relispartition
"""


class Table(NamedTuple):
    """The columns with their types, and the rows as text in the columns' order."""

    types: dict[str, str]
    rows: list[tuple[str | None, ...]]
    partition: bool = False

    def content(self, columns: Collection[str]) -> Counter[tuple[str | None, ...]]:
        """The rows, cut to some columns, in no order."""
        places = [place for place, name in enumerate(self.types) if name in columns]
        return Counter(tuple(row[place] for place in places) for row in self.rows)


def tables_of(database: Database, *, kinds: str = "rp") -> dict[tuple[str, str], Table]:
    """Every table of a user's (of these pg_class.relkind) with its rows.

    A partitioned table has those of its partitions, but no other parent those of its children.
    """
    found = {}
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        connection.execute("SET search_path = ''")
        for schema, name, partition, qualified, columns, texts, types in connection.execute(
            _TABLES.format(kinds=kinds).encode()
        ).fetchall():
            rows = connection.execute(f"SELECT {', '.join(texts)} FROM {qualified}".encode()).fetchall()
            found[schema, name] = Table(dict(zip(columns, types, strict=True)), rows, partition and "p" in kinds)
    return found


def announced(plan: Plan) -> frozenset[Key]:
    """What loses data as a hazard says; what is copied (`create`) loses the columns that are left out, and no rows."""
    dropping = (step for step in plan.steps if step.verb != "create")
    steps = [(step.key, hazard.danger) for step in dropping for hazard in step.statement.hazards]
    return frozenset(key for key, danger in steps if danger is Danger.DATA_LOSS)


def lost(
    before: Mapping[tuple[str, str], Table], after: Mapping[tuple[str, str], Table], announced: Collection[Key]
) -> list[str]:
    """Tables whose rows are others than before, in the columns that kept their type, unless a hazard said so.

    Which partition a row is in is its parent's business, and the parent shows it.
    """
    whole = {key.path[:2] for key in announced if key.kind != "column"}
    both = before.keys() & after.keys() - whole
    names = sorted(name for name in both if not (before[name].partition and after[name].partition))
    return [told for name in names if (told := _lost(name, before[name], after[name], announced))]


def _lost(name: tuple[str, str], old: Table, new: Table, announced: Collection[Key]) -> str:
    columns = {
        column
        for column, kept in old.types.items()
        if new.types.get(column) == kept and Key("column", (*name, column)) not in announced
    }
    gone = old.content(columns) - new.content(columns)
    come = new.content(columns) - old.content(columns)
    return f"{'.'.join(name)}{sorted(columns)}: {gone} became {come}" if gone or come else ""
