"""What ignored tables have from tables that are compared: a partition's columns, indexes and constraints follow.

A job makes partitions (or a time-series extension does), and nobody wants them compared. But what their parent gains,
loses or alters, PostgreSQL carries on to them. Where both sides have such a table, what it has from above is compared
along with what is above. One that only the actual side has is left out on both sides: what will come to it bears names
that only PostgreSQL gives, and nothing else looks at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.diff.tree import Tree
from driftwatch.model.edges import Tie
from driftwatch.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from driftwatch.diff.ignore import Reason
    from driftwatch.diff.masks import Masks
    from driftwatch.model.change import Change
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot

_FROM_ABOVE = frozenset({Tie.INHERITED, Tie.BOUND})


class Descent:
    """What comes down to objects that are not compared."""

    def __init__(
        self, desired: Snapshot, actual: Snapshot, kinds: Sequence[Kind], masks: Masks, changes: Sequence[Change]
    ) -> None:
        self._sides = desired, actual
        self._actual = actual
        self._masks = masks
        self._tree = Tree((desired, actual), kinds)
        self._changes: Mapping[Key, Change] = {change.key: change for change in changes}

    def comes_down(self, key: Key) -> bool:
        """Whether an object that is not compared changes since a compared one above it does.

        Only where the table it is a part of stands on both sides.
        """
        if not self._masks.is_ignored(key):
            return False
        parents = self._tree.parents(key)
        if self._masks.is_about(key) or not parents:
            return False
        if any(self.comes_down(parent) for parent in parents & self._changes.keys()):
            return True
        return all(parent in side.objects for parent in parents for side in self._sides) and any(
            self._moves(above) for above in self._above(key)
        )

    def kept(self, change: Change, reason: Reason) -> Iterator[tuple[str, Reason]]:
        """Of an altered object that comes down, the attributes that are its own, each with why it is ignored."""
        above = [self._changes[key] for key in self._above(change.key) if key in self._changes]
        moving = {attribute.name for each in above for attribute in (*each.attributes, *each.information)}
        own = {attribute.name for attribute in (*change.attributes, *change.information)} - moving
        yield from ((name, reason) for name in sorted(own))

    def _moves(self, key: Key) -> bool:
        return key in self._changes and (self._masks.reason(key) is None or self.comes_down(key))

    def _above(self, key: Key) -> Iterator[Key]:
        for side in self._sides:
            yield from (edge.needs for edge in side.needs.get(key, ()) if edge.tie in _FROM_ABOVE)

    def left_out(self) -> frozenset[Key]:
        """What only the actual side has and hangs on something that changes, with all that it consists of."""
        gone = {key for key, change in self._changes.items() if change.new is None and self._masks.is_ignored(key)}
        if not gone:
            return frozenset()
        moving = {self._root(key) for key in self._changes if self._masks.reason(key) is None}
        members = self._members(gone)
        roots: set[Key] = set()
        while more := {root for root in members.keys() - roots if self._hangs_on(members[root], moving | roots)}:
            roots |= more
        while needed := {root for root in roots if self._is_needed(members, root, roots)}:
            roots -= needed
        return frozenset[Key]().union(*(members[root] for root in roots))

    def _members(self, gone: set[Key]) -> dict[Key, set[Key]]:
        members: dict[Key, set[Key]] = {}
        for key in self._actual.objects:
            if (root := self._root(key)) in gone:
                members.setdefault(root, set()).add(key)
        return members

    def _hangs_on(self, members: set[Key], roots: set[Key]) -> bool:
        return any(self._root(above) in roots for key in members for above in self._above(key))

    def _is_needed(self, members: Mapping[Key, set[Key]], root: Key, roots: set[Key]) -> bool:
        """Whether something that stays depends on it."""
        staying = (
            edge.key
            for key in members[root]
            for edge in self._actual.dependents.get(key, ())
            if edge.tie is not Tie.ORDER
        )
        return any(self._root(key) not in roots for key in staying)

    def _root(self, key: Key) -> Key:
        while parents := self._tree.parents(key):
            key = min(parents)
        return key
