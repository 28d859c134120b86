"""Which table inherits from which (pg_inherits), partitions aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import lineage
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Object, Snapshot
    from driftwatch.model.statement import Writing


class Inheritance(NamedTuple):
    """One parent of one table; `position` is its place among the table's parents."""

    schema: str
    table: str
    parent_schema: str
    parent: str
    position: int
    relation: str
    parent_relation: str


def query(_version: int) -> str:
    """Every tie between a table and a parent that is not partitioned."""
    return f"""
        SELECT 0 AS objid, n.nspname AS schema, c.relname AS "table", pn.nspname AS parent_schema, p.relname AS parent,
               row_number() OVER (PARTITION BY c.oid ORDER BY i.inhseqno)::int AS position,
               CASE c.relkind WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS relation,
               CASE p.relkind WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS parent_relation
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
        WHERE p.relkind IN ('r', 'f') AND c.relkind IN ('r', 'f')
          AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def _alter(tie: Inheritance, action: str) -> Writing:
    hazard = Hazard(Danger.BREAKS_CODE, f"queries on {tie.parent} see other rows than before")
    sql = f"ALTER TABLE {qualify(tie.schema, tie.table)} {action} {qualify(tie.parent_schema, tie.parent)}"
    return [Statement(sql, Lock.ACCESS_EXCLUSIVE, (hazard,))]


def create(tie: Inheritance, _context: Context) -> Writing:
    """INHERIT."""
    return _alter(tie, "INHERIT")


def drop(tie: Inheritance, _context: Context) -> Writing:
    """NO INHERIT: the table keeps its columns."""
    return _alter(tie, "NO INHERIT")


def out_of_order(_old: Inheritance, new: Inheritance, context: Context) -> bool:
    """Whether the parent's place can only be reached by another INHERIT, which puts it behind all others."""
    child = (new.schema, new.table)
    before, after = (_parents(child, snapshot) for snapshot in (context.old, context.new))
    staying = [path for path in before if path in after]
    place = after.index((new.parent_schema, new.parent))
    return staying[: place + 1] != after[: place + 1]


def displaces(tie: Inheritance, context: Context) -> Iterable[Key]:
    """The ties to the parents behind this one: INHERIT would put this one behind those that stand."""
    child = (tie.schema, tie.table)
    return [Key("inheritance", (*child, *path)) for path in _parents(child, context.new)[tie.position :]]


def _parents(child: tuple[str, str], snapshot: Snapshot) -> list[tuple[str, str]]:
    ties = [tie for tie in snapshot.by_kind.get("inheritance", ()) if (tie.schema, tie.table) == child]
    return [(tie.parent_schema, tie.parent) for tie in sorted(ties, key=lambda tie: tie.position)]


def parent(tie: Inheritance) -> Key:
    """The table that inherits."""
    return Key(tie.relation, (tie.schema, tie.table))


def needs(tie: Inheritance, _snapshot: Snapshot) -> Iterable[Key]:
    """The parent table."""
    return [_above(tie)]


def matching(tie: Inheritance, snapshot: Snapshot) -> Iterable[Key]:
    """The columns and checks that have to match."""
    return lineage.parts_that_match(parent(tie), _above(tie), snapshot)


def follows(tie: Inheritance, snapshot: Snapshot) -> Iterable[Key]:
    """What has to match, and the parent before: INHERIT puts one behind all that are there."""
    child = (tie.schema, tie.table)
    before = _parents(child, snapshot)[: tie.position - 1][-1:]
    return [*matching(tie, snapshot), *(Key("inheritance", (*child, *path)) for path in before)]


def stands_apart(tie: Inheritance, snapshot: Snapshot) -> bool:
    """Whether this parent, or one before, brings a check or not-null that is NOT VALID here.

    CREATE TABLE would make it valid.
    """
    above = {path[:2] for item in _not_valid(parent(tie), snapshot) for path in item.inherited_from}
    return not above.isdisjoint(_parents((tie.schema, tie.table), snapshot)[: tie.position])


def _not_valid(table: Key, snapshot: Snapshot) -> Iterator[Object]:
    yield from (item for item in snapshot.parts(table, "constraint") if item.enforced and not item.validated)
    yield from (item for item in snapshot.parts(table, "column") if item.not_null and not item.not_null_valid)


def clears(tie: Inheritance, snapshot: Snapshot) -> Iterable[Key]:
    """What would not match any more, its type, with which no table can inherit (42809), and ties the other way."""
    return [*matching(tie, snapshot), Key("typed_table", (tie.schema, tie.table)), *_the_other_way(tie, snapshot)]


def _the_other_way(tie: Inheritance, old: Snapshot) -> list[Key]:
    """The ties over which the parent inherits from the table (42P07), at whatever distance."""
    child, above = (tie.schema, tie.table), (tie.parent_schema, tie.parent)
    found: dict[Key, tuple[str, str]] = {}
    todo = [above]
    while todo:
        for each in old.parts(Key("table", todo.pop()), "inheritance"):
            key = Key("inheritance", (each.schema, each.table, each.parent_schema, each.parent))
            if key not in found:
                found[key] = (each.parent_schema, each.parent)
                todo.append(found[key])
    return list(found) if child in found.values() else []


def _above(tie: Inheritance) -> Key:
    return Key(tie.parent_relation, (tie.parent_schema, tie.parent))


KIND = Kind(
    name="inheritance",
    model=Inheritance,
    identity=("schema", "table", "parent_schema", "parent"),
    query=query,
    create=create,
    drop=drop,
    alter={
        "position": Alter(lambda _old, _new, _context: [], replace_if=out_of_order),
        "relation": Ignore("the table itself is replaced then", told=False),
        "parent_relation": Ignore("the parent itself is replaced then", told=False),
    },
    parent=parent,
    needs=needs,
    follows=follows,
    reaches=frozenset({"table", "foreign_table", "column", "constraint", "inheritance"}),
    clears=clears,
    displaces=displaces,
    folds_into=parent,
    stands_apart=stands_apart,
)
