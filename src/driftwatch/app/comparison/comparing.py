"""The comparison itself: cut to what is asked for, compare, plan, prove."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from driftwatch.app.comparison.certificate import certificate
from driftwatch.app.comparison.findings import findings
from driftwatch.app.comparison.remarks import Compared, remarks
from driftwatch.app.proving.renaming import rename
from driftwatch.app.proving.way import Sides, find_way
from driftwatch.catalog.unmodelled import asked_for
from driftwatch.config import FailOn
from driftwatch.diff.compare import drift
from driftwatch.diff.explain import explain, in_words
from driftwatch.diff.renames import candidates
from driftwatch.diff.scope import common_schemas, effective
from driftwatch.model.comparison import Comparison, Label, Side
from driftwatch.model.statement import Level
from driftwatch.model.verdict import Outcome
from driftwatch.plan.script import one_line, script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from driftwatch.app.comparison.reading import Readings
    from driftwatch.app.progress import Progress
    from driftwatch.app.proving.way import Way
    from driftwatch.app.session import Session
    from driftwatch.config import CompareRequest, Target
    from driftwatch.model.change import Change
    from driftwatch.model.comparison import Finding
    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Snapshot, Unmodelled, Unreadable
    from driftwatch.sources.read import Reading


def compare_sides(readings: Readings, request: CompareRequest, session: Session, progress: Progress) -> Comparison:
    """The comparison that is asked for.

    Raises:
        DriftwatchError: no shadow can be had where one is needed.
    """
    pair = request.pair
    at, desired, actual = readings
    progress.stage("comparing")
    # To try a rename takes a copy of the schema, and so the whole of it.
    renames = request.renames if desired.snapshot.sees is None else ()
    renamed = rename(actual, desired.snapshot, renames, session)
    wanted, there, hidden, following, changes = effective(
        desired.snapshot, renamed.snapshot, session.kinds, request, session.config
    )
    sides = Sides(wanted, there, desired, actual, renamed, frozenset(map(str, request.include)))
    way = find_way(sides, drift(changes), request.verify, session, progress)
    found = explain(in_words(_shown(way.changes, following, request, session), session.kinds))
    likely, untried = ((), ()) if way.blind else candidates(found, there, way.desired, session.kinds)
    return Comparison(
        desired=_side(pair.desired, desired),
        actual=_side(pair.actual, actual),
        at=at,
        findings=_dated(
            findings(found, there, way.desired, session.kinds, None if way.blind else way.migration),
            readings,
        ),
        information=explain(in_words((change for change in changes if change.information), session.kinds)),
        renames=likely,
        hidden=hidden,
        unmodelled=tuple(_unmodelled(desired.snapshot, actual.snapshot, request)),
        unreadable=tuple(_unreadable(desired.snapshot, actual.snapshot)),
        certificate=certificate(session.kinds, wanted, actual.snapshot, request.include, common_schemas(pair)),
        verdict=way.verdict,
        migration=way.migration,
        rollback=way.rollback,
        migration_sql=_script(way, request, rollback=False),
        rollback_sql=_script(way, request, rollback=True),
        warnings=(*remarks(Compared(readings, wanted, there, changes, way), request, session), *untried),
    )


def _dated(found: Sequence[Finding], readings: Readings) -> tuple[Finding, ...]:
    """Each with when it was last written, where that is known."""
    sides = (("desired", readings.desired.snapshot), ("actual", readings.actual.snapshot))
    return tuple(
        replace(finding, written=tuple((name, at) for name, side in sides if (at := side.written(finding.change.key))))
        for finding in found
    )


def _shown(
    changes: Sequence[Change], following: AbstractSet[Key], request: CompareRequest, session: Session
) -> tuple[Change, ...]:
    """Without the owners and grants that only come and go with their objects, where nobody asked for them."""
    hidden = {kind.name for kind in session.kinds if kind.optional and kind.optional not in request.include}
    return tuple(change for change in changes if change.key.kind not in hidden and change.key not in following)


def _side(target: Target, reading: Reading) -> Side:
    version = reading.snapshot.server.version
    text = f"PostgreSQL {version // 10000}.{version % 10000}"
    return Side(target.name, target.location, text, len(reading.snapshot.objects))


def _unmodelled(desired: Snapshot, actual: Snapshot, request: CompareRequest) -> Iterator[tuple[str, Unmodelled]]:
    """Each with the side that has it; `both` only where the definitions agree."""
    pair = request.pair
    limits = (pair.desired.schemas or pair.actual.schemas, pair.actual.schemas or pair.desired.schemas)
    wanted, there = (
        set(asked_for(side.unmodelled, request.include, schemas))
        for side, schemas in zip((desired, actual), limits, strict=True)
    )
    for item in sorted(wanted | there):
        yield ("both" if item in wanted & there else "desired" if item in wanted else "actual"), item


def _unreadable(desired: Snapshot, actual: Snapshot) -> Iterator[tuple[str, Unreadable]]:
    yield from (("desired", item) for item in desired.unreadable)
    yield from (("actual", item) for item in actual.unreadable)


def _script(way: Way, request: CompareRequest, *, rollback: bool) -> str:
    plan = way.rollback if rollback else way.migration
    if not plan.transactions:
        return ""
    source, goal = request.pair.actual.name, request.pair.desired.name
    if rollback:
        source, goal = f"{source}, migrated to {goal},", f"what {source} was"
    head = [
        f"-- driftwatch: brings {one_line(source)} to {one_line(goal)}.",
        f"-- Verdict: {one_line(way.verdict.sentence)}",
        *(f"-- Not planned: {one_line(str(key))}: {one_line(reason)}" for key, reason in plan.unplanned),
    ]
    return "\n".join([*dict.fromkeys(head), "", script(plan)])


def exit_code(comparison: Comparison, request: CompareRequest, *, new: bool = False) -> int:
    """0 nothing that --fail-on names and everything read, 2 something it names, 1 a failed proof or unread objects.

    `new`: whether there is drift that neither the baseline nor the ledger knows.
    """
    if comparison.verdict.outcome is Outcome.FAILED or comparison.unreadable:
        return 1
    breaking = any(finding.level is Level.BREAKING for finding in comparison.findings)
    if FailOn.DRIFT in request.fail_on and comparison.drift:
        return 2
    moved = {finding.label for finding in comparison.findings} & {Label.HOTFIX, Label.CONFLICT}
    if FailOn.HOTFIX in request.fail_on and moved:
        return 2
    if FailOn.NEW in request.fail_on and new:
        return 2
    return 2 if FailOn.BREAKING in request.fail_on and breaking else 0
