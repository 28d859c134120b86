"""Takes away what is old: runs and what happened in them, items long gone, unused snapshots, messages, claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, or_, select

from driftwatch.history.tables import CLAIM, EVENT, ITEM, MESSAGE, RUN, SNAPSHOT
from driftwatch.history.values import State, What

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, CompoundSelect, Connection


class Pruned(NamedTuple):
    """How much was taken away."""

    runs: int
    events: int
    items: int
    snapshots: int


def prune(connection: Connection, before: datetime) -> Pruned:
    """Take away what ended before a time.

    The last run of each pair stays, and the last one that moved the ledger, which the next night is held against; so do
    open items, what says how things stood at that time, and the snapshots of the runs that stay.
    """
    gone = connection.execute(delete(ITEM).where(ITEM.c.gone_at < before, ITEM.c.told == "")).rowcount
    events = connection.execute(delete(EVENT).where(_old_events(before))).rowcount
    runs = connection.execute(delete(RUN).where(RUN.c.finished_at < before, RUN.c.id.not_in(_last_runs()))).rowcount
    desired, actual = RUN.c.desired_snapshot, RUN.c.actual_snapshot
    used = select(desired).where(desired.is_not(None)).union(select(actual).where(actual.is_not(None)))
    snapshots = connection.execute(delete(SNAPSHOT).where(SNAPSHOT.c.fingerprint.not_in(used))).rowcount
    connection.execute(delete(MESSAGE).where(MESSAGE.c.created_at < before))
    last_claims = select(func.max(CLAIM.c.scheduled_for)).where(CLAIM.c.state != "running").group_by(CLAIM.c.pair)
    old_claims = (CLAIM.c.heartbeat_at < before) & CLAIM.c.scheduled_for.not_in(last_claims)
    connection.execute(delete(CLAIM).where(old_claims))
    return Pruned(runs, events, gone, snapshots)


def _old_events(before: datetime) -> ColumnElement[bool]:
    """Of each key the last event before that time stays, unless it is the end: it says how things stood then."""
    standing = select(func.max(EVENT.c.id)).where(EVENT.c.at < before).group_by(EVENT.c.pair, EVENT.c.key)
    return (EVENT.c.at < before) & or_(EVENT.c.id.not_in(standing), EVENT.c.what == What.GONE.value)


def _last_runs() -> CompoundSelect[Any]:
    every = select(func.max(RUN.c.id)).group_by(RUN.c.pair)
    moved = select(func.max(RUN.c.id)).where(RUN.c.ledger, RUN.c.state != State.FAILED.value).group_by(RUN.c.pair)
    nightly = select(func.max(RUN.c.id)).where(RUN.c.scheduled_for.is_not(None)).group_by(RUN.c.pair)
    return every.union(moved, nightly)
