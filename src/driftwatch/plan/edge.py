"""One thing that has to come before another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from driftwatch.model.key import Key
    from driftwatch.plan.draft import Node


class Edge(NamedTuple):
    """`after` comes after `before`, because of these two keys."""

    after: Node
    before: Node
    dependent: Key
    needed: Key
    soft: bool = False
    """Better so, but not needed: the first to go where there is a cycle."""
