"""Runs and their snapshots: a snapshot is kept once, however many nights it was the same."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import desc, insert, select

from driftwatch.errors import HistoryError
from driftwatch.history.engine import insert_once
from driftwatch.history.tables import RUN, SNAPSHOT
from driftwatch.history.values import Run, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping, Select


class NewRun(NamedTuple):
    """A run as it is handed in: `Run` without its number, and with the snapshots' texts."""

    pair: str
    scheduled_for: datetime | None
    started_at: datetime
    finished_at: datetime
    state: State
    outcome: str = ""
    counts: Mapping[str, int] = {}
    verdict: str = ""
    proof: str = ""
    error: str = ""
    report: str = ""
    desired: str = ""
    actual: str = ""
    ledger: bool = True


def add_run(connection: Connection, run: NewRun) -> int:
    """Write a run and the snapshots that are not there yet.

    Returns:
        The run's number.
    """
    values: dict[str, Any] = run._asdict()
    values |= {"state": run.state.value, "counts": dict(run.counts)}
    for side in ("desired", "actual"):
        values[f"{side}_snapshot"] = _keep(connection, values.pop(side))
    return int(connection.execute(insert(RUN).values(values).returning(RUN.c.id)).scalar_one())


def _keep(connection: Connection, text: str) -> str | None:
    if not text:
        return None
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    if connection.execute(select(SNAPSHOT.c.fingerprint).where(SNAPSHOT.c.fingerprint == fingerprint)).first() is None:
        connection.execute(
            insert_once(connection, SNAPSHOT), {"fingerprint": fingerprint, "content": zlib.compress(text.encode())}
        )
    return fingerprint


def snapshot_text(connection: Connection, fingerprint: str) -> str:
    """A kept snapshot.

    Raises:
        HistoryError: it was pruned, or is damaged.
    """
    content = connection.execute(select(SNAPSHOT.c.content).where(SNAPSHOT.c.fingerprint == fingerprint)).scalar()
    if content is None:
        raise HistoryError("the run's snapshot is not kept any more")
    try:
        return zlib.decompress(content).decode()
    except (zlib.error, UnicodeDecodeError):
        raise HistoryError(f"snapshot {fingerprint[:12]} is damaged") from None


def find_run(connection: Connection, number: int) -> Run:
    """A run by its number.

    Raises:
        HistoryError: there is none.
    """
    row = connection.execute(select(RUN).where(RUN.c.id == number)).mappings().first()
    if row is None:
        raise HistoryError(f"there is no run {number}: 'driftwatch history' lists those that there are")
    return _run(row)


def runs(connection: Connection, pair: str = "", limit: int | None = None) -> Sequence[Run]:
    """The newest runs first, of one pair or of all."""
    query = select(RUN).order_by(desc(RUN.c.id)).limit(limit)
    return _all(connection, query.where(RUN.c.pair == pair) if pair else query)


def last_run(connection: Connection, pair: str, *, nightly: bool = False, before: int | None = None) -> Run | None:
    """The last run that moved the ledger, or (`nightly`) that was scheduled, whatever became of it."""
    query = select(RUN).where(RUN.c.pair == pair).order_by(desc(RUN.c.id)).limit(1)
    if nightly:
        query = query.where(RUN.c.scheduled_for.is_not(None))
    else:
        query = query.where(RUN.c.ledger, RUN.c.state != State.FAILED.value)
    if before is not None:
        query = query.where(RUN.c.id < before)
    return next(iter(_all(connection, query)), None)


def pairs(connection: Connection) -> Sequence[str]:
    """The pairs that there are runs of, in the alphabet's order."""
    return connection.execute(select(RUN.c.pair).distinct().order_by(RUN.c.pair)).scalars().all()


def _all(connection: Connection, query: Select[Any]) -> Sequence[Run]:
    return [_run(row) for row in connection.execute(query).mappings()]


def _run(row: RowMapping) -> Run:
    values = {name: row[name] for name in Run._fields}
    values |= {side: values[side] or "" for side in ("desired_snapshot", "actual_snapshot")}
    return Run(**values | {"state": State(values["state"])})
