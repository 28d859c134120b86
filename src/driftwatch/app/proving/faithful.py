"""Whether our copy of a schema is like the original: `pg_dump` of both, which shares no code with our reader."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from driftwatch.diff.compare import compare, drift
from driftwatch.model.edges import Tie
from driftwatch.model.verdict import Failure
from driftwatch.observer.errors import ObserverDeniedError
from driftwatch.plan.planner import plan
from driftwatch.sql import LOADER
from driftwatch.verify.build import apply, put_right
from driftwatch.verify.closure import restricted
from driftwatch.verify.prove import complete, observed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.shadow.contract import Shadow, ShadowDatabase
    from driftwatch.sources.read import Reading
    from driftwatch.verify.prove import Built


def hold_against(
    shadow: Shadow, name: str, built: Built, reading: Reading, kinds: Sequence[Kind]
) -> Failure | str | None:
    """What is wrong with the copy, or in words why the two can't be held against each other; None when they are alike.

    Args:
        shadow: where the copy stands.
        name: what the side is called: desired or actual.
        built: the copy.
        reading: the original.
        kinds: every kind.
    """
    if reading.likeness is not None:
        return reading.likeness or None
    if reading.conninfo is None:
        return f"the {name} schema is a saved snapshot: pg_dump has nothing to read"
    if reading.snapshot.server.major != shadow.major:
        major = reading.snapshot.server.major
        return f"the {name} schema is on PostgreSQL {major}, the shadow on {shadow.major}: dumps differ"
    stage, owners = f"rebuilding the {name} schema", not _loaded(reading, kinds)
    with _as_dumped(shadow, built, reading.snapshot, kinds) as copy:
        if isinstance(copy, Failure):
            return copy
        try:
            return observed(reading.direct or reading.conninfo, copy, stage, owners=owners, copy=True)
        except ObserverDeniedError as error:
            return str(error)


@contextmanager
def _as_dumped(
    shadow: Shadow, built: Built, original: Snapshot, kinds: Sequence[Kind]
) -> Iterator[ShadowDatabase | Failure]:
    """The copy without what `pg_dump` leaves out of the original, and a rebuild has put right: INVALID indexes."""
    undumped = put_right(original, kinds) & built.snapshot.objects.keys()
    if not undumped:
        yield built.database
        return
    there = built.snapshot
    kept = restricted(there, there.objects.keys() - there.with_dependents(undumped, but={Tie.ORDER}))
    with shadow.create_database(template=built.database.name) as copy:
        failure = complete(copy, built, kinds)
        refused = apply(copy, plan(drift(compare(there, kept, kinds)), there, kept, kinds))
        if refused:
            failure = Failure("leaving out what pg_dump does not write", refused.sql, refused.message)
        yield failure or copy


def _loaded(reading: Reading, kinds: Sequence[Kind]) -> bool:
    """Whether SQL was loaded: then its objects belong to the role that loads, and the rebuild's to ours."""
    items = (item for kind in kinds if kind.about for item in reading.snapshot.by_kind.get(kind.name, ()))
    return any(LOADER in item for item in items)
