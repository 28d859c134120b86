"""The way from one schema to the other: the migration and its rollback, with what was proved of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from driftwatch.diff.compare import reverse
from driftwatch.model.edges import Tie
from driftwatch.model.plan import Unplanned
from driftwatch.plan.planner import plan
from driftwatch.verify.closure import restricted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from driftwatch.app.renaming import Renamed
    from driftwatch.model.change import Change
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.plan import Plan
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.verdict import Verdict
    from driftwatch.sources.read import Reading


@dataclass(frozen=True)
class Sides:
    """Both schemas as they are compared, with how they were read."""

    desired: Snapshot
    actual: Snapshot
    desired_reading: Reading
    actual_reading: Reading
    renamed: Renamed
    """How `actual` came about from what was read."""
    include: frozenset[str] = frozenset()
    """The words of `include` that were asked for."""

    @property
    def original(self) -> Snapshot:
        """The actual schema as it was read, as far as it is compared: before any rename."""
        read = self.actual_reading.snapshot
        return restricted(read, read.objects.keys() - self.left_out) if self.left_out else read

    @cached_property
    def left_out(self) -> AbstractSet[Key]:
        """What the actual side has and is not compared on either, since it only follows what is."""
        return self.renamed.snapshot.objects.keys() - self.actual.objects.keys()

    def missed(self, planned: Plan) -> Iterator[tuple[Key, Key]]:
        """Objects of partitioned tables that a plan makes, each with a table left out that would stay without one."""
        if self.left_out:
            steps = (step for step in planned.steps if step.statement.alone)
            yield from ((step.key, child) for step in steps for child in self._children(step.key))

    def _children(self, key: Key) -> Iterator[Key]:
        """The tables left out that hang on the table of an object."""
        needed = (*self.desired.needs[key], *self.actual.needs[key])
        tables = dict.fromkeys(edge.needs for edge in needed if edge.tie is Tie.AUTO)
        below = (edge for table in tables for edge in self.renamed.snapshot.dependents[table] if edge.tie is Tie.OWNED)
        yield from (edge.key for edge in below if edge.key in self.left_out)


@dataclass(frozen=True)
class Way:
    """The migration, the way back, and what was proved of them."""

    changes: tuple[Change, ...]
    """The drift, without what differs in wording only."""
    wording: tuple[Key, ...]
    """What the two servers print differently although it means the same."""
    desired: Snapshot
    migration: Plan
    rollback: Plan
    verdict: Verdict
    blind: bool = False
    """Whether the reader saw too little for a plan."""


def without_a_part(child: Key) -> str:
    """Why it is not enough to make something on a partitioned table, from where it reaches no partition by itself."""
    return f"it is made on the partitioned table alone: {child} would stay without its part, and is not compared"


def way_of(
    sides: Sides,
    changes: Sequence[Change],
    kinds: Sequence[Kind],
    verdict: Verdict,
    wording: tuple[Key, ...] = (),
) -> Way:
    """Plan both directions."""
    migration = sides.renamed.before(plan(changes, sides.actual, sides.desired, kinds, include=sides.include))
    missed = [Unplanned(key, without_a_part(child)) for key, child in sides.missed(migration)]
    migration = replace(migration, unplanned=(*migration.unplanned, *missed))
    rollback = plan(
        reverse(changes), sides.desired, sides.actual, kinds, version=sides.actual.server.version, include=sides.include
    )
    changes = (*sides.renamed.changes, *changes)
    return Way(changes, wording, sides.desired, migration, sides.renamed.after(rollback), verdict)
