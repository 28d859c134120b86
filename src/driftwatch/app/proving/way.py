"""The way from one schema to the other: the migration and its rollback, with what was proved of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from driftwatch.config import Verify
from driftwatch.diff.compare import reverse
from driftwatch.model.plan import Plan
from driftwatch.model.verdict import Outcome, Verdict
from driftwatch.plan.planner import plan
from driftwatch.verify.closure import restricted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from driftwatch.app.progress import Progress
    from driftwatch.app.proving.renaming import Renamed
    from driftwatch.app.session import Session
    from driftwatch.model.change import Change
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.sources.read import Reading

BLIND = "information_schema shows too little for a plan: indexes, policies, partitions and more are not in it"


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
        if self.actual is self.renamed.snapshot:
            return frozenset()
        return self.renamed.snapshot.objects.keys() - self.actual.objects.keys()


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


def find_way(sides: Sides, changes: Sequence[Change], depth: Verify, session: Session, progress: Progress) -> Way:
    """Plan the migration and prove it as deep as asked for."""
    if not changes and not sides.renamed.there:
        nothing = Verdict(Outcome.UNPROVED, reason="there is nothing to migrate")
        return Way((), (), sides.desired, Plan(), Plan(), nothing)
    if sides.desired_reading.snapshot.sees is not None:
        unplanned = Verdict(Outcome.UNPROVED, reason=BLIND)
        return Way(tuple(changes), (), sides.desired, Plan(), Plan(), unplanned, blind=True)
    if depth is Verify.OFF:
        return way_of(sides, changes, session.kinds, Verdict(Outcome.UNPROVED, reason="it was not asked for"))
    from driftwatch.app.proving.proof import Prover

    return Prover(sides, changes, depth, session, progress).run()


def way_of(
    sides: Sides,
    changes: Sequence[Change],
    kinds: Sequence[Kind],
    verdict: Verdict,
    wording: tuple[Key, ...] = (),
) -> Way:
    """Plan both directions."""
    migration = sides.renamed.before(plan(changes, sides.actual, sides.desired, kinds, include=sides.include))
    rollback = plan(
        reverse(changes), sides.desired, sides.actual, kinds, version=sides.actual.server.version, include=sides.include
    )
    changes = (*sides.renamed.changes, *changes)
    return Way(changes, wording, sides.desired, migration, sides.renamed.after(rollback), verdict)
