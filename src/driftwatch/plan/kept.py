"""Replaced objects whose rows are kept: the old one steps aside, the rows come back, then it is dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from driftwatch.model.edges import Tie
from driftwatch.plan.edge import Edge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from driftwatch.model.context import Context
    from driftwatch.model.key import Key
    from driftwatch.model.statement import Statement
    from driftwatch.plan.draft import Draft, Node

REFILL = "refill"


def kept(context: Context) -> set[Key]:
    """The objects that are replaced and keep their rows."""
    found = set()
    for key in context.made & context.ended:
        how = context.kinds[key.kind].keeps_rows
        if how and how.applies(context.old.objects[key], context):
            found.add(key)
    return found


def along(key: Key, draft: Draft) -> dict[Key, bool]:
    """What steps aside with an object, and whether it has to free a name for what is made."""
    node = ("end", key)
    found = (part for part in sorted(draft.fates.ended) if draft.resolve(("end", part)) == node)
    return {part: part != key and _in_the_way(part, draft) for part in found}


def _in_the_way(part: Key, draft: Draft) -> bool:
    kind = draft.kinds[part.kind]
    return bool(kind.step_aside) and any(slot in draft.slots_taken for slot in kind.slots(draft.old.objects[part]))


def aside(key: Key, draft: Draft) -> list[Statement]:
    """Names for the old object, and for what it takes along, under which they are in nobody's way."""
    statements: list[Statement] = []
    for part, moved in along(key, draft).items():
        rename = draft.kinds[part.kind].step_aside
        if moved and rename:
            renamed = rename(draft.old.objects[part])
            statements += (replace(statement, touches=(part,)) for statement in renamed)
    how = draft.kinds[key.kind].keeps_rows
    return [*statements, *(how.aside(draft.old.objects[key], draft.context) if how else ())]


def back(key: Key, draft: Draft) -> list[Statement]:
    """The rows brought to the new object, and the old one dropped."""
    how = draft.kinds[key.kind].keeps_rows
    return list(how.back(draft.old.objects[key], draft.context, along(key, draft))) if how else []


def holds_rows(key: Key, draft: Draft) -> bool:
    """Whether rows that are kept would be lost if an object went by itself, and not with what it is a part of."""
    owner = draft.resolve(("end", key))[1]
    how = draft.kinds[owner.kind].keeps_rows if owner in draft.kept else None
    return how is not None and how.holds(key, draft.context)


def quietly(key: Key, dropped: Sequence[Statement], draft: Draft) -> Sequence[Statement]:
    """What drops a part, without hazards where the whole is made anew: it only goes a moment before that."""
    whole: Key | None = key
    while draft.kept and whole is not None:
        if draft.resolve(("end", whole))[1] in draft.kept:
            return [replace(statement, hazards=()) for statement in dropped]
        item = draft.old.get(whole)
        whole = draft.kinds[whole.kind].whole(item) if item else None
    return dropped


def edges(draft: Draft) -> Iterator[Edge]:
    """Rows come back once all that they are put into is there, and before anything that would act on them."""
    for key in sorted(draft.kept):
        node = (REFILL, key)
        how = draft.kinds[key.kind].keeps_rows
        shape = list(how.through(draft.old.objects[key], draft.context)) if how else []
        for needed in (key, *shape):
            before = draft.made(needed)
            if before is not None:
                yield Edge(node, before, key, needed)
        for later in _acting(shape, draft):
            yield Edge(draft.resolve(("make", later)), node, later, key)
        yield from _held(key, node, draft)


def _acting(shape: Iterable[Key], draft: Draft) -> Iterator[Key]:
    """What is made and would act on the rows as they come, or takes them over: triggers, foreign keys, filled views."""
    before = {edge.needs for key in shape for edge in draft.new.needs.get(key, ())}
    todo = list(shape)
    seen = set(todo)
    while todo:
        for edge in draft.new.dependents.get(todo.pop(), ()):
            if edge.key in seen or edge.tie is Tie.ORDER:
                continue
            seen.add(edge.key)
            todo.append(edge.key)
            item = draft.new.objects[edge.key]
            if edge.key in draft.fates.made and draft.kinds[edge.key.kind].rows_first(item) and edge.key not in before:
                yield edge.key


def _held(key: Key, node: Node, draft: Draft) -> Iterator[Edge]:
    """What the old object, or what stepped aside with it, still needs."""
    for part in along(key, draft):
        for edge in draft.old.needs.get(part, ()):
            needed = edge.needs
            if needed not in draft.fates.ended or edge.tie is Tie.ORDER or draft.gone_with(needed, key):
                continue
            gone = draft.resolve(draft.gone(needed))
            yield Edge((REFILL, gone[1]) if gone[1] in draft.kept else gone, node, part, needed)
