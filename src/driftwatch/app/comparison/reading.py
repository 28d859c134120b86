"""The first half of a comparison: both sides are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.config import common_reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from driftwatch.app.progress import Progress
    from driftwatch.app.session import Session
    from driftwatch.config import CompareRequest, Target
    from driftwatch.sources.read import Reading


class Readings(NamedTuple):
    """Both sides as they were read, and when."""

    at: datetime
    desired: Reading
    actual: Reading


def read_sides(
    request: CompareRequest,
    session: Session,
    progress: Progress,
    age: float | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> Readings:
    """Both sides of the comparison that is asked for, the desired one under the actual one's schema names.

    Args:
        request: what is asked for.
        session: with the readers.
        progress: is told.
        age: for how many seconds back it is asked when what was written was committed; None: it is not.
        meanwhile: what this thread does while live servers answer.

    Raises:
        DriftwatchError: a side can't be read, or the schema map can't be followed.
    """
    pair = request.pair
    progress.stage(f"reading {pair.desired.name} and {pair.actual.name}")
    at = datetime.now(UTC)
    readers = session.readers_by(common_reader((pair.desired, pair.actual)), age)
    desired, actual = readers.read_all([pair.desired.source, pair.actual.source], meanwhile)
    desired, actual = _around(desired, pair.desired), _around(actual, pair.actual)
    if pair.schema_map:
        from driftwatch.app.proving.carrying_over import carry_over

        desired = carry_over(desired, actual, pair, request.verify, session)
    return Readings(at, desired, actual)


def _around(reading: Reading, target: Target) -> Reading:
    """The reading with the way around a pooler, where one is known."""
    return replace(reading, direct=target.direct.conninfo) if target.direct else reading
