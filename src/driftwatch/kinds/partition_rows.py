"""Rows that a new partition takes over from the DEFAULT one: ATTACH PARTITION refuses to leave them there (23514)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import dollar_quote, literal, qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.kinds.lineage import Path
    from driftwatch.kinds.partition import Partition
    from driftwatch.model.kind import Context
    from driftwatch.model.snapshot import Snapshot


def taken_over(partition: Partition, context: Context) -> list[Statement]:
    """Statements that move them, where the table is new and moving them touches nothing else."""
    rest = _standing_default(partition, context)
    if rest is None or not context.with_data or _hindered(partition, rest, context):
        return []
    hazard = Hazard(Danger.SCAN, f"rows of {rest.table} that belong in {partition.table} are moved there")
    return [Statement(f"DO {dollar_quote(_body(partition, rest, context))}", Lock.ACCESS_EXCLUSIVE, (hazard,))]


def hazards(partition: Partition, context: Context) -> list[Hazard]:
    """What can go wrong, where rows stay that the new bound does not let stay."""
    rest = _standing_default(partition, context)
    if rest is None or not _hindered(partition, rest, context):
        return []
    return [Hazard(Danger.MAY_FAIL, f"a row of {rest.table} that belongs in {partition.table} makes it fail: move it")]


def default_partitions(partition: Partition, snapshot: Snapshot) -> Iterator[Key]:
    """The DEFAULT partition beside it, whose rows it may take over."""
    for key in snapshot.below("partition", (partition.parent_schema, partition.parent)):
        if snapshot.objects[key].bound == "DEFAULT":
            yield key


def _standing_default(partition: Partition, context: Context) -> Partition | None:
    """The DEFAULT partition beside it that is there, with its rows, when this one is attached."""
    for key in context.old.below("partition", (partition.parent_schema, partition.parent)):
        sibling: Partition = context.old.objects[key]
        stays = key in context.new.objects and key not in context.ended
        if stays and sibling.bound == "DEFAULT" and sibling.relation == "table":
            return sibling
    return None


def _hindered(partition: Partition, rest: Partition, context: Context) -> bool:
    """Whether the rows can not just be moved: it has its own, or a key or a trigger would act on their leaving."""
    table = context.new.get(Key(partition.relation, (partition.schema, partition.table)))
    whole = Key("table", (partition.schema, partition.table))
    if whole not in context.made or table is None or table.partition_key:
        return True
    tree = [*_above((rest.schema, rest.table), context), *_below((rest.schema, rest.table), context)]
    foreign_keys = (item for item in context.old.by_kind.get("constraint", ()) if item.type == "f")
    triggers = (context.old.parts(Key("table", path), "trigger") for path in tree)
    return any(item.referenced in tree for item in foreign_keys) or any(triggers)


def _above(path: Path, context: Context) -> Iterator[Path]:
    yield path
    tie = context.old.get(Key("partition", path))
    if tie is not None:
        yield from _above((tie.parent_schema, tie.parent), context)


def _below(path: Path, context: Context) -> Iterator[Path]:
    return (key.path for key in context.old.beneath("partition", path))


def _body(partition: Partition, rest: Partition, context: Context) -> str:
    """Only of a table that is a partition PostgreSQL tells the condition, so one like it is made and dropped again."""
    above = Key("table", (partition.parent_schema, partition.parent))
    columns = sorted(context.new.parts(above, "column"), key=lambda column: column.position)
    names = ", ".join(quote(column.name) for column in columns if not column.generated)
    leaving = f"WITH moved AS (DELETE FROM {qualify(rest.schema, rest.table)} WHERE "
    coming = (
        f" RETURNING {names}) INSERT INTO {qualify(partition.schema, partition.table)} ({names})"
        f" OVERRIDING SYSTEM VALUE SELECT {names} FROM moved"
    )
    return f"""DECLARE
    belongs text;
BEGIN
    CREATE TEMPORARY TABLE driftwatch_like_parent (LIKE {qualify(*above.path)})
        PARTITION BY {context.new.objects[above].partition_key};
    CREATE TEMPORARY TABLE driftwatch_like_partition PARTITION OF pg_temp.driftwatch_like_parent
        {partition.bound};
    belongs := pg_get_partition_constraintdef('pg_temp.driftwatch_like_partition'::regclass);
    DROP TABLE pg_temp.driftwatch_like_parent;
    EXECUTE {literal(leaving)} || belongs || {literal(coming)};
END"""
