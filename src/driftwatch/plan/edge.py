"""One thing that has to come before another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from driftwatch.model.key import Key
    from driftwatch.plan.draft import Node

Reason = tuple[str, str, "Key", "Key"]
"""What happens to which nodes, and the keys because of which."""


class Edge(NamedTuple):
    """`after` comes after `before`, because of these two keys."""

    after: Node
    before: Node
    dependent: Key
    needed: Key
    soft: bool = False
    """Better so, but not needed: the first to go where there is a cycle."""

    @property
    def reason(self) -> Reason:
        """What it is given up by: two objects may have to be gone in one order, and made in another."""
        return self.after[0], self.before[0], self.dependent, self.needed
