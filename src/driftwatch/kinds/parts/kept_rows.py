"""Rows of a table that has to be made anew (plain to partitioned and back, another partition key).

The old table steps aside under another name, its rows are copied into the new one, and it is dropped last: whatever
goes wrong before that, nothing is lost. Through the topmost new table above it, so that each row finds its partition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds.parts import row_security, sequence_bounds
from driftwatch.kinds.parts.conversion_path import using
from driftwatch.kinds.parts.numbering import free_sequences
from driftwatch.kinds.parts.user_type import aside_name
from driftwatch.model.key import Key
from driftwatch.model.kind import KeepsRows
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from driftwatch.kinds.column import Column
    from driftwatch.kinds.table import Table
    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot


def applies(table: Table, context: Context) -> bool:
    """Whether it has rows of its own, or of partitions that go with it, and a column to put them in."""
    key = _key(table)
    if not context.with_data or (table.partition_key and not partitions_end(key.path, context)):
        return False
    return bool(_shared(key, _target(key, context), context))


def partitions_end(path: tuple[str, ...], context: Context) -> bool:
    """Whether a partition that holds rows goes, at whatever depth."""
    ties = (context.old.objects[key] for key in context.old.below("partition", path))
    return any(_rows_end(Key(tie.relation, (tie.schema, tie.table)), context) for tie in ties)


def _rows_end(partition: Key, context: Context) -> bool:
    split = partition.kind == "table" and context.old.objects[partition].partition_key
    return partitions_end(partition.path, context) if split else partition in context.ended


def aside(table: Table, _context: Context) -> list[Statement]:
    """Another name for the old table; its owner, too, has to see every row of it."""
    name = qualify(table.schema, table.name)
    hazard = Hazard(Danger.LOCK, f"{table.name} can neither be read nor written until its rows are copied")
    forced = f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY"
    seen = [Statement(forced, Lock.ACCESS_EXCLUSIVE)] if table.force_row_security else []
    renamed = f"ALTER TABLE {name} RENAME TO {quote(aside_name(table.name))}"
    return [*seen, Statement(renamed, Lock.ACCESS_EXCLUSIVE, (hazard,))]


def back(table: Table, context: Context, along: Mapping[Key, bool]) -> list[Statement]:
    """The rows, where the sequences stood, and the end of the old table.

    Args:
        table: the old one.
        context: what the plan does.
        along: what stepped aside with it, and whether it was given another name.
    """
    key = _key(table)
    target = _target(key, context)
    gone = Statement(f"DROP TABLE {qualify(table.schema, aside_name(table.name))}", Lock.ACCESS_EXCLUSIVE)
    brought = [_copied(table, target, context), *_positions(key, target, context, along)]
    return [*row_security.put_off(target, brought, context), gone]


def through(table: Table, context: Context) -> Iterator[Key]:
    """What the rows are put into: tables, their columns, and the places of partitions."""
    target = _target(_key(table), context)
    ties = list(context.new.beneath("partition", target.path))
    yield from ties
    for whole in (target, *(Key("table", tie.path) for tie in ties)):
        yield whole
        for column in context.new.parts(whole, "column"):
            path = (*whole.path, column.name)
            yield from (Key("column", path), Key("default", path))


def holds(part: Key, context: Context) -> bool:
    """Whether it holds rows, or where they stand: all but what is computed, checked or done with them."""
    if part.kind == "column":
        return not context.old.objects[part].generated
    return part.kind in {"table", "partition", "sequence"}


KEEPS_ROWS = KeepsRows(applies=applies, aside=aside, back=back, holds=holds, through=through)


def _key(table: Table) -> Key:
    return Key("table", (table.schema, table.name))


def _target(key: Key, context: Context) -> Key:
    tie = context.new.get(Key("partition", key.path))
    above = Key("table", (tie.parent_schema, tie.parent)) if tie else None
    return _target(above, context) if above in context.made and above else key


def _columns(table: Key, snapshot: Snapshot) -> dict[str, Column]:
    columns = sorted(snapshot.parts(table, "column"), key=lambda column: column.position)
    return {column.name: column for column in columns}


def _shared(old: Key, target: Key, context: Context) -> list[tuple[Column, Column]]:
    before, after = _columns(old, context.old), _columns(target, context.new)
    return [(before[name], new) for name, new in after.items() if name in before and not new.generated]


def _copied(table: Table, target: Key, context: Context) -> Statement:
    shared = _shared(_key(table), target, context)
    names = ", ".join(quote(new.name) for _, new in shared)
    values = ",\n    ".join(_value(old, new, context) for old, new in shared)
    given = " OVERRIDING SYSTEM VALUE" if any(new.identity for _, new in shared) else ""
    only = "" if table.partition_key else "ONLY "
    source = f"{only}{qualify(table.schema, aside_name(table.name))}"
    sql = f"INSERT INTO {qualify(*target.path)} ({names}){given}\nSELECT {values}\nFROM {source}"
    return Statement(sql, Lock.ROW_EXCLUSIVE, tuple(_hazards(table, target, context)))


def _value(old: Column, new: Column, context: Context) -> str:
    name = quote(old.name)
    if old.type == new.type and not _type_ends(old, context):
        return name
    path = using(old.type, new.type, context)
    return path.using.replace("{}", name) if path.using else name


def _type_ends(column: Column, context: Context) -> bool:
    """Whether its type is another one afterwards, though of the same name."""
    needs = context.old.needs[Key("column", (column.schema, column.table, column.name))]
    return any(edge.needs in context.ended and context.kinds[edge.needs.kind].set_aside for edge in needs)


def _hazards(table: Table, target: Key, context: Context) -> Iterator[Hazard]:
    after = _columns(target, context.new)
    for publication in _publishing(target, context):
        yield Hazard(Danger.REPLICATION, f"{publication} publishes the copied rows of {table.name} as new ones")
    copied = "its rows are copied: until the end they take their room on disk twice, and in the WAL once more"
    split = context.new.objects[target].partition_key
    spared = " (not where it is renamed to the partition that takes them all: --rename)"
    instead = spared if split and not table.partition_key else ""
    yield Hazard(Danger.REWRITE, f"{table.name} is made anew, and {copied}{instead}")
    if split:
        yield Hazard(
            Danger.MAY_FAIL, f"a row of {table.name} that no partition takes makes it fail; nothing is lost then"
        )
    for old, new in _shared(_key(table), target, context):
        if _value(old, new, context) != quote(old.name) or not _fits(old, new, context):
            change = f"{old.name} becomes {new.type}" if old.type != new.type else f"{new.type} is made anew"
            yield Hazard(
                Danger.MAY_FAIL, f"{change}: a value of {table.name}.{old.name} that can't be cast makes it fail"
            )
    before = _columns(_key(table), context.old)
    for column in (column for name, column in before.items() if name not in after):
        fails = f"code that reads {table.name}.{column.name} fails"
        lost = Hazard(Danger.DATA_LOSS, f"the values of {table.name}.{column.name} are lost; {fails}")
        yield Hazard(Danger.BREAKS_CODE, fails) if column.generated else lost
    for name in _refusing(target, context):
        yield Hazard(Danger.MAY_FAIL, f"a row that {name} refuses makes it fail")
    for new in (new for name, new in after.items() if name not in before and _required(new, context)):
        yield Hazard(Danger.MAY_FAIL, f"{new.name} is required and has no default: fails where rows exist")


def _publishing(target: Key, context: Context) -> list[str]:
    """The publications that a new table is in by itself; those that name it get it once its rows are there."""
    of_all = {item.name for item in context.new.by_kind.get("publication", ()) if item.all_tables}
    schemas = context.new.by_kind.get("publication_schema", ())
    return sorted(of_all | {item.publication for item in schemas if item.schema == target.path[0]})


def _refusing(target: Key, context: Context) -> Iterator[str]:
    """Checks, keys and unique indexes that the old table did not have."""
    for item in context.new.parts(target, "constraint"):
        old = context.old.get(Key("constraint", (*target.path, item.name)))
        if item.type != "f" and item.enforced and (old is None or old.definition != item.definition):
            yield item.name
    for item in context.new.parts(target, "index"):
        old = context.old.get(Key("index", (item.schema, item.name)))
        if item.unique and (old is None or not old.unique or old.definition != item.definition):
            yield item.name


def _fits(old: Column, new: Column, context: Context) -> bool:
    """Whether every value of the old column is one of the new."""
    strict = new.not_null and not old.not_null
    return not strict and (old.type == new.type or using(old.type, new.type, context).free)


def _required(column: Column, context: Context) -> bool:
    default = Key("default", (column.schema, column.table, column.name))
    return column.not_null and not (column.identity or column.generated or default in context.new.objects)


def _positions(old: Key, target: Key, context: Context, along: Mapping[Key, bool]) -> Iterable[Statement]:
    for before, after in _shared(old, target, context):
        numbering = _numbering(after, context)
        if numbering is None:
            continue
        name, bounds, increment = numbering
        if (source := _source(before, context, along)) is not None:
            yield sequence_bounds.taken_over(name, source, bounds)
        else:
            yield sequence_bounds.past_rows(name, qualify(*target.path), quote(after.name), bounds, increment)


def _numbering(column: Column, context: Context) -> tuple[str, tuple[int, int], int] | None:
    """The new sequence that numbers a column, its bounds and direction; None where there is none that is new."""
    if column.identity_sequence:
        schema, name, *options = column.identity_sequence
        return qualify(schema, name), (int(options[2]), int(options[3])), int(options[1])
    key = Key("column", (column.schema, column.table, column.name))
    owned = _owned(column, context.new)
    sequences = [owned] if owned else free_sequences(key, context.new)
    sequence = next((key for key in sequences if key in context.made), None)
    if sequence is None or column.type not in sequence_bounds.TYPES:
        return None
    item = context.new.objects[sequence]
    return qualify(*sequence.path), (item.minimum, item.maximum), item.increment


def _source(column: Column, context: Context, along: Mapping[Key, bool]) -> str | None:
    """The old sequence that tells where the numbering stands, as SQL."""
    key = Key("column", (column.schema, column.table, column.name))
    path = column.identity_sequence[:2]
    if not path and (sequence := _owned(column, context.old)) is not None:
        key, path = sequence, sequence.path
    if not path or key not in along:
        return None
    return qualify(path[0], aside_name(path[1]) if along[key] else path[1])


def _owned(column: Column, snapshot: Snapshot) -> Key | None:
    owner = (column.schema, column.table, column.name)
    for tie in snapshot.by_kind.get("sequence_owner", ()):
        if (tie.table_schema, tie.table, tie.column) == owner:
            return Key("sequence", (tie.schema, tie.name))
    return None
