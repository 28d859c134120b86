"""Rows fetched by a query of the object's own, as its owner: once all rights and policies stand, as in pg_dump.

Until then it belongs to whoever makes it: a superuser's query would fetch what its owner may not see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.edges import Tie
from driftwatch.plan.edge import Edge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.model.key import Key
    from driftwatch.plan.draft import Draft

FILL = "fill"


def filled(draft: Draft) -> Iterator[Key]:
    """The objects that are made and filled afterwards."""
    return (key for key in sorted(draft.fates.made) if draft.kinds[key.kind].fill)


def edges(draft: Draft) -> Iterator[Edge]:
    """After the object itself, and after what it reads is filled; before what runs code that reads it."""
    keys = list(filled(draft))
    opaque = _running(_opaque(draft), draft) if keys else set()
    for key in keys:
        for runs in _running([key], draft) | opaque:
            node = draft.made(runs)
            if node is not None:
                yield Edge(node, (FILL, key), runs, key, soft=True)
        made = draft.made(key)
        if made is not None:
            yield Edge((FILL, key), made, key, key)
        for other in _read(key, draft):
            yield Edge((FILL, key), (FILL, other), key, other, soft=True)


def _opaque(draft: Draft) -> Iterator[Key]:
    """What may read anything."""
    for kind in draft.kinds.values():
        if (opaque := kind.opaque) is not None:
            yield from (kind.key(item) for item in draft.new.by_kind.get(kind.name, ()) if opaque(item))


def _running(called: Iterable[Key], draft: Draft) -> set[Key]:
    """What is made and may run one of these as it is: an index, a check, a column; not the parts of what is filled."""
    found, todo = set(), list(called)
    seen = set(todo)
    while todo:
        for edge in draft.new.dependents.get(todo.pop(), ()):
            key, kind = edge.key, draft.kinds[edge.key.kind]
            if (
                key in seen
                or edge.tie is Tie.ORDER
                or kind.fill
                or _is_filled(kind.whole(draft.new.objects[key]), draft)
            ):
                continue
            seen.add(key)
            todo.append(key)
            if kind.runs and key in draft.fates.made:
                found.add(key)
    return found


def _is_filled(whole: Key | None, draft: Draft) -> bool:
    return whole is not None and draft.kinds[whole.kind].fill is not None


def _read(key: Key, draft: Draft) -> Iterator[Key]:
    """What is filled and stands behind it, over whatever other objects."""
    seen, todo = {key}, [key]
    while todo:
        for needed in {edge.needs for edge in draft.new.needs.get(todo.pop(), ())} - seen:
            seen.add(needed)
            todo.append(needed)
            if needed in draft.fates.made and draft.kinds[needed.kind].fill:
                yield needed
