"""How a table constraint is added and dropped, or comes and goes with its parent's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from driftwatch.kinds.parts import (
    constraint_changes,
    constraint_ties,
    empty_columns,
    handed_down,
    index_options,
    lineage,
)
from driftwatch.kinds.parts.constraint_changes import WITH_INDEX, key, table_key
from driftwatch.model.key import Key
from driftwatch.model.statement import PLACE, Danger, Hazard, Implied
from driftwatch.sql import quote

if TYPE_CHECKING:
    from driftwatch.kinds.constraint import Constraint
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


def clause(constraint: Constraint) -> str:
    """The constraint as CREATE TABLE and ADD CONSTRAINT write it."""
    head = f"CONSTRAINT {quote(constraint.name)} {constraint.definition}"
    words = [head + index_options.clause(constraint.index_options)]
    if constraint.tablespace:
        words.append(f"USING INDEX TABLESPACE {quote(constraint.tablespace)}")
    if constraint.predicate:
        words.append(f"WHERE ({constraint.predicate})")
    words.append(constraint_changes.deferral(constraint))
    if not constraint.enforced:
        words.append("NOT ENFORCED")
    elif not constraint.validated:
        words.append("NOT VALID")
    return " ".join(filter(None, words))


def _hazards(constraint: Constraint, context: Context) -> tuple[Hazard, ...]:
    """What adding the constraint to a table that may hold rows brings."""
    if not constraint.enforced:
        return ()
    table = table_key(constraint)
    anew = table in context.ended and key(constraint) not in context.old.objects
    if table in context.made and not anew:  # of a table that is made anew the rows are copied
        return _locks_other(constraint, context)
    behaviour = Hazard(Danger.BEHAVIOUR, f"{constraint.name} refuses rows that were welcome before")
    if not constraint.validated:
        return (behaviour,)
    scan = {
        "c": "the table is scanned under an exclusive lock; NOT VALID, then VALIDATE spares that",
        "f": "both tables are locked against writes during the scan; NOT VALID, then VALIDATE spares that",
        "x": "the index is built under an exclusive lock, and there is no online way",
    }.get(constraint.type, "the index is built under an exclusive lock; CONCURRENTLY and USING INDEX spare that")
    fails = {"c": "a violating row", "f": "an orphaned row", "x": "conflicting rows"}.get(
        constraint.type, "a duplicate"
    )
    failing = () if _meets_no_row(constraint, context) else (Hazard(Danger.MAY_FAIL, f"{fails} makes it fail"),)
    return (*failing, Hazard(Danger.SCAN, scan))


def _meets_no_row(constraint: Constraint, context: Context) -> bool:
    """Whether NULL in new columns keeps each row from failing: it refers to nothing, and is no other's duplicate."""
    table, own = table_key(constraint), key(constraint)
    if constraint.type == "u":
        return empty_columns.hold_no_duplicate(own, table, "UNIQUE", constraint.definition, context)
    columns = empty_columns.of(own, table, context) if constraint.type == "f" else []
    return bool(columns) and all(empty_columns.is_new_and_empty(column, context) for column in columns)


def _locks_other(constraint: Constraint, context: Context) -> tuple[Hazard, ...]:
    """A new table's foreign key takes SHARE ROW EXCLUSIVE on the table it refers to, for the triggers there."""
    if constraint.type != "f" or Key("table", constraint.referenced) in context.made or not context.with_data:
        return ()
    other = constraint.referenced[-1]
    return (Hazard(Danger.LOCK, f"takes SHARE ROW EXCLUSIVE on {other}: writes there wait until it is committed"),)


def create(constraint: Constraint, context: Context) -> Writing:
    """ADD CONSTRAINT, unless it comes with the parent's."""
    if (old := handed_down.before(constraint, context)) is not None:
        return handed_down.take_over(old, constraint, context)
    if brought := _brought(constraint, context):
        if constraint_ties.comes_unvalidated(constraint, context.new):
            return [constraint_changes.validate(constraint)]
        return Implied(by=brought) if constraint.usual_name else [handed_down.named(constraint)]
    # A partitioned table's key is added to it alone: those of the partitions are objects of their own, attached later.
    whole = lineage.is_whole(table_key(constraint), context.new)
    only = constraint.type in WITH_INDEX and whole and not handed_down.reaches_partitions(constraint, context)
    added = constraint_changes.action(constraint, f"ADD {clause(constraint)}", _hazards(constraint, context), only=only)
    merged = [constraint_changes.validate(constraint)] if _comes_unchecked(constraint, context) else []
    added = replace(added, heeds=PLACE) if constraint.type in WITH_INDEX else added
    return [*merged, added, *constraint_changes.extras(None, constraint, context)]


def _comes_unchecked(constraint: Constraint, context: Context) -> bool:
    """Whether a parent's new check has brought it NOT VALID: a valid one of its own merges with a valid one only."""
    if constraint.type != "c" or not constraint.validated:
        return False
    above = (Key("constraint", path) for path in lineage.steady_parents(constraint, context))
    return any(parent in context.made and unchecked(context.new.objects[parent]) for parent in above)


def unchecked(constraint: Constraint) -> bool:
    """Whether it is NOT VALID; one that is NOT ENFORCED is so as well in the catalogue."""
    return constraint.enforced and not constraint.validated


def _brought(constraint: Constraint, context: Context) -> Key | None:
    """What brings the constraint: a parent's new one, or the place among its partitions."""
    if constraint.local:
        return None
    folded = context.folded.get(table_key(constraint), ())
    for path in constraint.inherited_from:
        if constraint.type == "f" and path[2] != constraint.name:
            continue  # a foreign key of another name is made before its parent's, which takes it over
        tie = lineage.tie((constraint.schema, constraint.table), path[:2], context.new)
        parent = Key("constraint", path)
        comes_now = lineage.steady(constraint, path[:2], context) or tie in folded
        if parent in context.made and (comes_now or handed_down.is_given(constraint)):
            return parent
        if tie in folded or (handed_down.is_given(constraint) and tie in context.made):
            return tie
    return None


def comes_by_attaching(constraint: Constraint) -> bool:
    """Whether a partition is given it with its place: a foreign key of another name is there before."""
    if constraint.local or not handed_down.is_given(constraint):
        return False
    return constraint.type != "f" or any(path[2] == constraint.name for path in constraint.inherited_from)


def drop(constraint: Constraint, context: Context) -> Writing:
    """DROP CONSTRAINT, unless it goes with the parent's, or stays under another name."""
    if (new := handed_down.after(constraint, context)) is not None:
        return Implied(by=key(new))
    for path in () if constraint.local else lineage.steady_parents(constraint, context):
        parent = Key("constraint", path)
        if parent in context.ended and not context.once(_dropped_alone, parent):
            return Implied(by=parent)
    hazard = Hazard(Danger.BEHAVIOUR, f"rows that {constraint.name} refused are let in")
    only = context.once(_dropped_alone, key(constraint))
    return [constraint_changes.action(constraint, f"DROP CONSTRAINT {quote(constraint.name)}", (hazard,), only=only)]


def goes_before(constraint: Constraint, context: Context) -> bool:
    """Whether it can't wait for the column that it would go along with.

    Children may keep the column, and with it a check. A tree's key to itself goes before a partition is detached.
    """
    if constraint.type == "f":
        return _outlasts_partitions_of_its_tree(constraint, context)
    if constraint.type != "c":
        return False
    heirs = (context.old.needs[key(heir)] for heir in lineage.heirs(key(constraint), context))
    return any(edge.needs.kind == "column" and edge.needs not in context.ended for needs in heirs for edge in needs)


def _outlasts_partitions_of_its_tree(constraint: Constraint, context: Context) -> bool:
    """Whether a foreign key of a tree to itself is on a table that stays in it while others leave."""
    tree = [*context.old.beneath("partition", constraint.referenced)]
    table = constraint.schema, constraint.table
    place = Key("partition", table)
    if place.path != constraint.referenced and (place not in tree or place in context.ended):
        return False
    return Key("table", table) not in context.ended and not context.ended.isdisjoint(tree)


def _dropped_alone(parent: Key, context: Context) -> bool:
    """Whether some child keeps the check that it only has from its parents; a partition can't (42P16)."""
    return any(
        key(heir) not in context.ended
        and not heir.local
        and all(Key("constraint", path) in context.ended for path in heir.inherited_from)
        for heir in lineage.heirs(parent, context)
    )
