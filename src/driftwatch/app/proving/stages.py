"""The way back from each of several transactions: what stood before it is only known where all of them are tried."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from driftwatch.app.proving.building import Building
from driftwatch.app.proving.provisions import provide
from driftwatch.diff.compare import compare, drift
from driftwatch.model.plan import Plan
from driftwatch.model.verdict import Failure
from driftwatch.plan.planner import plan
from driftwatch.verify.build import apply, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driftwatch.app.comparison.reading import Readings
    from driftwatch.app.session import Session
    from driftwatch.model.plan import Transaction
    from driftwatch.model.snapshot import Snapshot


def ways_back(snapshots: Sequence[Snapshot], session: Session) -> tuple[Plan, ...]:
    """From each of the snapshots but the first to the one before it."""
    return tuple(
        plan(drift(compare(after, before, session.kinds)), after, before, session.kinds)
        for before, after in pairwise(snapshots)
    )


def built_stages(readings: Readings, transactions: Sequence[Transaction], session: Session) -> tuple[Snapshot, ...]:
    """The actual schema, built on the shadow, before and after each transaction.

    What the shadow lacks the rights or the roles for is in none of them; nothing where a transaction needs that.
    """
    base = readings.actual.snapshot
    shadow = session.shadow(base.server.major)
    provision = provide(shadow, [readings.desired.snapshot, base], [readings.desired, readings.actual], session)
    (built,) = Building(shadow, session.kinds, provision).build({"actual": base})
    if isinstance(built, Failure):
        return ()
    session.stack.callback(built.database.drop)
    stages = [built.snapshot]
    for transaction in transactions:
        if apply(built.database, Plan((transaction,))) is not None:
            return ()
        stages.append(snapshot_of(built.database, session.kinds))
    return tuple(stages)
