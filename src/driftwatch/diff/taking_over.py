"""The desired schema while it takes over what the actual side has."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from driftwatch.diff.ignore import Reason
from driftwatch.model.comparison import Hidden
from driftwatch.model.edges import Joined, Tie, only

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from driftwatch.model.change import Change
    from driftwatch.model.edges import Edges
    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Object, Snapshot

NOT_ASKED = Reason("", "")
"""Not compared because nobody asked for it; the certificate says so, no rule does."""

_APART = frozenset({Tie.NORMAL, Tie.ORDER})
"""Ties through which nothing goes along with what it needs."""


@dataclass
class Draft:
    """The desired objects while they take over what the actual side has."""

    objects: dict[Key, Object]
    desired: Snapshot
    actual: Snapshot

    def __post_init__(self) -> None:
        self._taken: dict[Key, Reason] = {}
        self._mixed: dict[Key, list[Reason]] = {}
        self._left_out: set[Key] = set()
        self.touched: set[Key] = set()
        """Where the objects may be others than they were."""

    def take_over(self, key: Key, reason: Reason) -> None:
        """The object as the actual side has it, or no object."""
        self._taken[key] = reason
        self.touched.add(key)
        before = self.actual.get(key)
        if before is None:
            del self.objects[key]
        else:
            self.objects[key] = before

    def follow_above(self, key: Key, reason: Reason) -> None:
        """Nothing is taken over: it changes along with what is compared, and is told as hidden all the same."""
        self._mixed.setdefault(key, []).append(reason)

    def leave_out(self, keys: Iterable[Key]) -> None:
        """On the actual side as well."""
        for key in keys:
            self._left_out.add(key)
            self.objects.pop(key, None)
            if key in self._taken:
                self._mixed[key] = [self._taken.pop(key)]
        if self._left_out:  # before edges are read, which differ by it
            partly = self._parted()
            self.desired, self.actual = replace(self.desired, partly=partly), replace(self.actual, partly=partly)

    def take_attributes(self, change: Change, reasons: Mapping[str, Reason]) -> None:
        """Some attributes as the actual side has them."""
        if reasons:
            self._mixed[change.key] = list(dict.fromkeys(reasons.values()))
            values = {name: getattr(change.old, name) for name in reasons}
            self.objects[change.key] = self.objects[change.key]._replace(**values)

    def follow(self, added: Iterable[Key]) -> None:
        """Where an addition was given up, what can't be without it follows, such as the index on a column."""
        queue = [key for key in added if key in self._taken]
        while queue:
            gone = queue.pop()
            for edge in self.desired.dependents.get(gone, ()):
                if edge.tie not in _APART and edge.key not in self._taken:
                    self._mixed.pop(edge.key, None)
                    self.take_over(edge.key, self._taken[gone])
                    queue.append(edge.key)

    def remove_orphans(self) -> None:
        """What was taken over and is dropped by PostgreSQL along with something that is to go, goes with it."""
        if not self._taken:
            return
        queue = [key for key in self.actual.objects if key not in self.objects and key not in self._left_out]
        while queue:
            for edge in self.actual.dependents.get(queue.pop(), ()):
                if edge.tie not in _APART and edge.key in self._taken:
                    del self.objects[edge.key], self._taken[edge.key]
                    queue.append(edge.key)

    def snapshot(self) -> Snapshot:
        """The effective desired snapshot."""
        if not self._taken and not self._mixed:
            return self.desired
        return replace(self.desired, objects=self.objects, read_edges=lambda _: self._edges())

    def remaining(self) -> Snapshot:
        """The actual snapshot without what was left out."""
        if not self._left_out:
            return self.actual
        kept = {key: item for key, item in self.actual.objects.items() if key not in self._left_out}
        return replace(self.actual, objects=kept, read_edges=lambda _: only(self.actual.edges, kept))

    def _parted(self) -> frozenset[Key]:
        """The tables that something left out is a partition of."""
        above = (edge for key in self._left_out for edge in self.actual.needs.get(key, ()) if edge.tie is Tie.OWNED)
        return frozenset(edge.needs for edge in above) - self._left_out

    def _edges(self) -> Edges:
        """Of what was taken over the actual side's dependencies, of what has parts of both sides both."""
        own, taken = self._taken, {*self._taken, *self._mixed}
        parts = [(self.desired.edges, lambda key: key not in own), (self.actual.edges, taken.__contains__)]
        return Joined(parts, self.objects)

    def hidden(self, always: Iterable[Reason]) -> tuple[Hidden, ...]:
        """How much each rule hid; those in `always` are told even when that is nothing."""
        keys: defaultdict[Reason, list[str]] = defaultdict(list)
        for key, reason in self._taken.items():
            keys[reason].append(str(key))
        for key, reasons in self._mixed.items():
            for reason in reasons:
                keys[reason].append(str(key))
        ordered = dict.fromkeys([*always, *sorted(keys.keys() - {NOT_ASKED})])
        return tuple(Hidden(*reason, tuple(sorted(keys[reason]))) for reason in ordered)
