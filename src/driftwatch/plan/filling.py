"""Rows fetched by a query of the object's own, as its owner: once all rights and policies stand, as in pg_dump.

Until then it belongs to whoever makes it: a superuser's query would fetch what its owner may not see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.plan.edge import Edge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.model.key import Key
    from driftwatch.plan.draft import Draft

FILL = "fill"


def filled(draft: Draft) -> Iterator[Key]:
    """The objects that are made and filled afterwards."""
    return (key for key in sorted(draft.fates.made) if draft.kinds[key.kind].fill)


def edges(draft: Draft) -> Iterator[Edge]:
    """After the object itself, and after what it reads is filled."""
    for key in filled(draft):
        made = draft.made(key)
        if made is not None:
            yield Edge((FILL, key), made, key, key)
        for other in _read(key, draft):
            yield Edge((FILL, key), (FILL, other), key, other, soft=True)


def _read(key: Key, draft: Draft) -> Iterator[Key]:
    """What is filled and stands behind it, over whatever other objects."""
    seen, todo = {key}, [key]
    while todo:
        for needed in {edge.needs for edge in draft.new.needs.get(todo.pop(), ())} - seen:
            seen.add(needed)
            todo.append(needed)
            if needed in draft.fates.made and draft.kinds[needed.kind].fill:
                yield needed
