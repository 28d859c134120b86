"""Rows that change partitions as bounds do: ATTACH PARTITION refuses to leave them where they stand (23514).

A new partition takes over those of the DEFAULT one. One whose bound changes, or whose parent's key, gives away what
belongs in others, while it is detached; one that goes, before it is dropped, what a new or changed bound takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import dollar_quote, literal, qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from driftwatch.kinds.constraint import Constraint
    from driftwatch.kinds.partition import Partition
    from driftwatch.kinds.parts.lineage import Path
    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot

DEFAULT = "DEFAULT"

MOST = 64
"""Among more bounds that moved no rows are divided: for each table that gives some, each would be a statement."""


def taken_over(partition: Partition, context: Context) -> list[Statement]:
    """Statements that move rows before ATTACH PARTITION, where that touches nothing else."""
    if not context.with_data:
        return []
    path = (partition.schema, partition.table)
    homes = [] if _keeps_its_rows(partition, context) else _homes(path, context)
    leaving = [_moved(path, homes, context)] if homes else []
    rest = _standing_default(partition, context)
    if (
        rest is not None
        and not _refers(rest, context)
        and not _acted_on((rest.schema, rest.table), [partition], context)
    ):
        leaving.append(_moved((rest.schema, rest.table), [partition], context))
    return leaving


def gives_away(partition: Partition, context: Context) -> bool:
    """Whether its rows that are outside of its new bound are moved before."""
    moving = context.with_data and not _keeps_its_rows(partition, context)
    return moving and bool(_homes((partition.schema, partition.table), context))


def handed_over(table: Path, context: Context) -> list[Statement]:
    """Statements that copy the rows of a partition which is about to be dropped to where they belong now."""
    homes = _homes(table, context) if context.with_data else []
    return [_moved(table, homes, context, stays=True)] if homes else []


def hazards(partition: Partition, context: Context) -> list[Hazard]:
    """What can go wrong, where rows stay that the new bound does not let stay."""
    rest = _standing_default(partition, context)
    if rest is None or not (_refers(rest, context) or _acted_on((rest.schema, rest.table), [partition], context)):
        return []
    return [Hazard(Danger.MAY_FAIL, f"a row of {rest.table} that belongs in {partition.table} makes it fail: move it")]


def default_partitions(partition: Partition, snapshot: Snapshot) -> Iterator[Key]:
    """The partitions beside it whose rows it may take over, or that may take over its own."""
    for key in snapshot.below("partition", (partition.parent_schema, partition.parent)):
        if snapshot.objects[key].bound == DEFAULT:
            yield key


def hands_over(table: Path, context: Context) -> Iterator[Key]:
    """What has to be made, or gone, before rows leave a table: the tables they come to, and those tables' bounds."""
    for home in _homes(table, context):
        path = (home.schema, home.table)
        yield Key("table", path)
        yield from context.new.beneath("partition", path)
        if Key("partition", path) in context.ended:
            yield Key("partition", path)


def referring(partition: Partition, old: Snapshot, new: Snapshot) -> Iterator[Key]:
    """Foreign keys onto a tree in which this bound moves: DETACH takes away no row that one refers to (23503)."""
    if not _bounds_move(partition, old, new):
        return
    for item in _keys_onto(_parent(partition), old):
        if not item.inherited_from and not _of_its_own_tree(item, old):
            yield Key("constraint", (item.schema, item.table, item.name))


def refers_to_itself(partition: Partition, old: Snapshot) -> bool:
    """Whether a foreign key of its own tree holds on to its rows: it comes and goes with the partition itself."""
    return any(_of_its_own_tree(item, old) for item in _keys_onto(_parent(partition), old))


def _keys_onto(path: Path, snapshot: Snapshot) -> Iterator[Constraint]:
    for above in _upward(path, snapshot):
        found = (edge.key for edge in snapshot.dependents.get(Key("table", above), ()) if edge.key.kind == "constraint")
        items = (snapshot.objects[key] for key in dict.fromkeys(found))
        yield from (item for item in items if item.type == "f" and item.referenced == above)


def _of_its_own_tree(item: Constraint, snapshot: Snapshot) -> bool:
    return item.referenced in _upward((item.schema, item.table), snapshot)


def _bounds_move(partition: Partition, old: Snapshot, new: Snapshot) -> bool:
    """Whether the partition had another bound in the same tree, or comes where another goes."""
    key = Key("partition", (partition.schema, partition.table))
    before: Partition | None = old.get(key)
    if before is not None:
        return before.bound != partition.bound and _parent(before) == _parent(partition)
    return any(tie not in new.objects for tie in old.below("partition", _parent(partition)))


def _parent(partition: Partition) -> Path:
    return partition.parent_schema, partition.parent


def _keeps_its_rows(partition: Partition, context: Context) -> bool:
    """Whether the table is another one, without rows, or none of this tree, or none whose bound changes."""
    before = context.old.get(Key("partition", (partition.schema, partition.table)))
    new = Key(partition.relation, (partition.schema, partition.table)) in context.made
    if new or before is None or _parent(before) != _parent(partition):
        return True
    return bool(before.bound == partition.bound) and Key("table", _parent(partition)) not in context.made


def _homes(table: Path, context: Context) -> list[Partition]:
    """The new and changed bounds, the DEFAULT one last, that may take rows of an old partition.

    Of one that stays also a DEFAULT one that is as it was; what goes is not meant to end there.
    """
    tie = context.old.get(Key("partition", table))
    if tie is None or tie.relation != "table":
        return []
    if Key("table", table) in context.ended and Key("table", _parent(tie)) in context.ended:
        return []  # they go along with those of the whole tree
    beside = (key for key in context.new.below("partition", _parent(tie)) if key.path != table)
    stays = Key("table", table) not in context.ended
    ties = ((key, context.new.objects[key]) for key in beside)
    homes = [home for key, home in ties if key in context.made or (stays and home.bound == DEFAULT)]
    if len(homes) > MOST:
        return []
    homes = [home for home in homes if home.relation == "table" and _alike(table, (home.schema, home.table), context)]
    if not homes or _acted_on(table, homes, context):
        return []
    return sorted(homes, key=lambda home: (home.bound == DEFAULT, home))


def _alike(source: Path, target: Path, context: Context) -> bool:
    """Whether the columns that both have are of the same types."""
    before = {column.name: column.type for column in context.old.parts(Key("table", source), "column")}
    after = context.new.parts(Key("table", target), "column")
    same_table = Key("table", source) in context.new.objects  # which is retyped by then, as its parent is
    return same_table or all(before.get(column.name, column.type) == column.type for column in after)


def _standing_default(partition: Partition, context: Context) -> Partition | None:
    """The DEFAULT partition beside it that is there, with its rows, when this one is attached."""
    for key in context.old.below("partition", _parent(partition)):
        sibling: Partition = context.old.objects[key]
        stays = key in context.new.objects and key not in context.ended
        if stays and sibling.bound == DEFAULT and sibling.relation == "table":
            return sibling
    return None


def _refers(rest: Partition, context: Context) -> bool:
    """Whether a foreign key that stays refers to rows of a partition that are to leave it."""
    tree = {*_upward((rest.schema, rest.table), context.old), *_downward((rest.schema, rest.table), context.old)}
    keys = (item for item in context.old.by_kind.get("constraint", ()) if item.type == "f" and item.referenced in tree)
    return any(Key("constraint", (item.schema, item.table, item.name)) not in context.ended for item in keys)


def _acted_on(source: Path, homes: Sequence[Partition], context: Context) -> bool:
    """Whether a trigger would act on the rows as they move, policies hide some, or a server elsewhere holds them."""
    old, new = context.old, context.new
    stands = Key("partition", source) not in context.ended
    places = [(path, old) for path in {source, *_downward(source, old), *(_upward(source, old) if stands else ())}]
    for home in homes:
        path = (home.schema, home.table)
        places += [(each, snapshot) for snapshot in (old, new) for each in (path, *_downward(path, snapshot))]
        if Key("table", source) not in context.ended:  # else they come before the place that brings triggers
            places += [(each, snapshot) for snapshot in (old, new) for each in _upward(path, snapshot)]
    tables = ((snapshot.get(Key("table", path)), snapshot) for path, snapshot in places)
    forced = any(table is not None and table.force_row_security for table, _ in tables)
    foreign = any(Key("foreign_table", path) in snapshot.objects for path, snapshot in places)
    return forced or foreign or any(snapshot.parts(Key("table", path), "trigger") for path, snapshot in places)


def _upward(path: Path, snapshot: Snapshot) -> Iterator[Path]:
    yield path
    tie = snapshot.get(Key("partition", path))
    if tie is not None:
        yield from _upward(_parent(tie), snapshot)


def _downward(path: Path, snapshot: Snapshot) -> Iterator[Path]:
    return (key.path for key in snapshot.beneath("partition", path))


def _moved(source: Path, homes: Sequence[Partition], context: Context, *, stays: bool = False) -> Statement:
    names = ", ".join(home.table for home in homes)
    hazard = Hazard(Danger.SCAN, f"rows of {source[1]} that belong in {names} are moved there, in one transaction")
    body = _body(source, homes, context, stays=stays)
    return Statement(f"DO {dollar_quote(body)}", Lock.ACCESS_EXCLUSIVE, (hazard,))


def _body(source: Path, homes: Sequence[Partition], context: Context, *, stays: bool) -> str:
    """Only of a table that is a partition PostgreSQL tells the condition, so one like it is made and dropped again."""
    above = _parent(homes[0])
    siblings = [context.new.objects[key] for key in sorted(context.new.below("partition", above))]
    # What the DEFAULT one takes is what none of the others does.
    like = [*homes, *(each for each in siblings if homes[-1].bound == DEFAULT and each not in homes)]
    like.sort(key=lambda each: each.bound == DEFAULT)
    made = "\n".join(
        f"    CREATE TEMPORARY TABLE driftwatch_like_{number} PARTITION OF pg_temp.driftwatch_like_parent\n"
        f"        {each.bound};"
        for number, each in enumerate(like)
    )
    moves = "\n".join(_move(source, home, like.index(home), context, stays=stays) for home in homes)
    return f"""DECLARE
    belongs text;
BEGIN
    CREATE TEMPORARY TABLE driftwatch_like_parent (LIKE {qualify(*above)})
        PARTITION BY {context.new.objects[Key("table", above)].partition_key};
{made}
{moves}
    DROP TABLE pg_temp.driftwatch_like_parent;{_checked_now(homes, context)}
END"""


def _move(source: Path, home: Partition, number: int, context: Context, *, stays: bool) -> str:
    target = qualify(home.schema, home.table)
    names = ", ".join(map(quote, _columns(source, home, context)))
    into = f"INSERT INTO {target} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM "
    if stays:
        before, after = f"{into}{qualify(*source)} WHERE ", ""
    else:
        before = f"WITH moved AS (DELETE FROM {qualify(*source)} WHERE "
        after = f" RETURNING {names}) {into}moved"
    ending = f" || {literal(after)}" if after else ""
    return f"""    belongs := pg_get_partition_constraintdef('pg_temp.driftwatch_like_{number}'::regclass);
    EXECUTE {literal(before)} || belongs{ending};"""


def _columns(source: Path, home: Partition, context: Context) -> list[str]:
    columns = context.new.parts(Key("table", (home.schema, home.table)), "column")
    ended = Key("table", source) in context.ended
    known = {column.name for column in (context.old if ended else context.new).parts(Key("table", source), "column")}
    ordered = sorted(columns, key=lambda column: column.position)
    return [column.name for column in ordered if not column.generated and column.name in known]


def _checked_now(homes: Sequence[Partition], context: Context) -> str:
    """A deferred foreign key would leave events behind, for which ALTER TABLE is refused (55006)."""
    tables = [Key("table", (home.schema, home.table)) for home in homes]
    found = (item for table in tables for item in context.new.parts(table, "constraint"))
    return "\n    SET CONSTRAINTS ALL IMMEDIATE;" if any(item.deferred for item in found) else ""
