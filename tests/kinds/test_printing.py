"""Definitions that are printed once for many: each is what PostgreSQL prints of that very index or check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.sql import qualify
from support.installed import MAJORS, NEWEST
from support.schemas import load_everything, snapshot_of

if TYPE_CHECKING:
    from support.servers import Database, Databases

EACH_MAJOR = [pytest.param(major, marks=() if major == NEWEST else pytest.mark.every_major) for major in MAJORS]

# Two tables of each sort: alike, and unlike in what a definition shows without saying so (a type's operator class, a
# column's collation, a name, a row's).
TABLES = """
    CREATE TABLE {schema}.{name} (id int, {column} {type}, word text{collation}, gone int, "a,'b" int);
    ALTER TABLE {schema}.{name} DROP COLUMN gone;
    CREATE INDEX ON {schema}.{name} (id);
    CREATE UNIQUE INDEX ON {schema}.{name} ({column} DESC, id) INCLUDE ("a,'b") WITH (fillfactor = 70);
    CREATE INDEX ON {schema}.{name} (word COLLATE "C");
    CREATE INDEX ON {schema}.{name} (lower(word)) WHERE {column} IS NOT NULL;
    CREATE INDEX ON {schema}.{name} ("a,'b") WHERE {name}.* IS NOT NULL;
    CREATE INDEX ON {schema}.{name} (word text_pattern_ops);
    CREATE INDEX ON {schema}.{name} USING gin (to_tsvector('english'::regconfig, word));
    ALTER TABLE {schema}.{name} ADD CHECK ({column} IS NOT NULL OR "a,'b" > 1), ADD CHECK (length(word) < 5) NOT VALID,
        ADD CHECK ({name}.* IS NOT NULL), ADD CHECK (id > 0) NO INHERIT, ADD CHECK (true)"""
SORTS = (
    {"type": "text"},
    {"type": "varchar"},
    {"type": "text", "collation": ' COLLATE "C"'},
    {"type": "text", "column": '"V a"'},
    {"type": "bigint"},
)


@pytest.mark.parametrize("major", EACH_MAJOR)
def test_every_definition_is_what_is_printed_of_that_object(database: Databases, major: int) -> None:
    there = database(major)
    load_everything(there)
    for number in range(2 * len(SORTS)):
        schema, name = f"s{number % 3}", f"t{number}"
        there.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        sort = {"column": "v", "collation": ""} | SORTS[number % len(SORTS)]
        there.execute(TABLES.format(schema=schema, name=name, **sort))
    snapshot = snapshot_of(there)
    printed = texts(there, "SELECT oid::regclass, pg_get_indexdef(oid) FROM pg_class WHERE relkind IN ('i', 'I')")
    for index in snapshot.by_kind["index"]:
        whole = printed[qualify(index.schema, index.name)]
        end = f" WHERE {index.predicate}" if index.predicate else ""
        head, found, options = whole.removesuffix(end).partition(index.definition)
        assert found
        assert head.endswith(f"{qualify(index.schema, index.table)} ")
        assert whole.endswith(end)
        assert options.startswith(" WITH (") is bool(index.options)
    name = "concat_ws('/', conrelid::regclass, conname)"
    checks = texts(there, f"SELECT {name}, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'")
    for check in (item for item in snapshot.by_kind["constraint"] if item.type == "c"):
        end = " NOT ENFORCED" if not check.enforced else "" if check.validated else " NOT VALID"
        assert checks[f"{qualify(check.schema, check.table)}/{check.name}"] == check.definition + end


def texts(database: Database, query: str) -> dict[str, str]:
    return {str(name): str(text) for name, text in database.execute(f"SET search_path = ''; {query}")}
