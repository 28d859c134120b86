"""The comparison itself: cut to what is asked for, compare, plan, prove."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from driftwatch.app.certificate import certificate
from driftwatch.app.findings import findings
from driftwatch.app.proof import BLIND, find_way
from driftwatch.app.renaming import rename
from driftwatch.app.way import Sides
from driftwatch.catalog.connection import NEWEST
from driftwatch.catalog.unmodelled import asked_for
from driftwatch.config import FailOn
from driftwatch.diff.compare import compare, drift
from driftwatch.diff.dangling import dangling
from driftwatch.diff.explain import explain, in_words
from driftwatch.diff.made_partitions import made_partitions
from driftwatch.diff.renames import candidates
from driftwatch.diff.role_names import likely_names
from driftwatch.diff.scope import common_schemas, effective
from driftwatch.diff.services import of_services
from driftwatch.model.comparison import Comparison, Label, Side
from driftwatch.model.kind import Alter
from driftwatch.model.statement import Level
from driftwatch.model.verdict import Outcome
from driftwatch.plan.script import one_line, script
from driftwatch.report.display import plural
from driftwatch.sources.locate import LiveSource
from driftwatch.verify.stand_ins import NAMED, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from driftwatch.app.progress import Progress
    from driftwatch.app.reading import Readings
    from driftwatch.app.session import Session
    from driftwatch.app.way import Way
    from driftwatch.config import CompareRequest, Target
    from driftwatch.model.change import Change
    from driftwatch.model.comparison import Finding
    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Server, Snapshot, Unmodelled, Unreadable
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
        warnings=(
            *_warnings(desired, actual),
            *_told_wording(way),
            *_told_roles(changes, there, wanted, session),
            *_told_partitions(changes, there, wanted),
            *_told_left(way.changes, session),
            *_told_dangling(way, there),
            *_told_superusers(way, there.server, request, session),
            *_told_services(changes, actual.snapshot, desired.snapshot),
            *_told_unasked(readings, request, session),
            *untried,
        ),
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


def _warnings(desired: Reading, actual: Reading) -> Iterator[str]:
    if desired.snapshot.sees is not None:
        yield BLIND
    for name, reading in (("desired", desired), ("actual", actual)):
        if reading.snapshot.server.version >= NEWEST:
            major = reading.snapshot.server.major
            yield f"the {name} server runs PostgreSQL {major}, newer than what driftwatch was tried with"
        if reading.passed_over:
            passed = plural(reading.passed_over, "statement")
            yield f"{passed} about roles in the {name} SQL not run: roles belong to a server, not to a schema"


def _told_wording(way: Way) -> Sequence[str]:
    if not way.wording:
        return ()
    names = ", ".join(map(str, way.wording[:5])) + (" …" if len(way.wording) > 5 else "")  # noqa: PLR2004  enough to see
    return (f"{len(way.wording)} differ in wording only, one server prints them alike: {names}",)


def _told_roles(changes: Sequence[Change], there: Snapshot, wanted: Snapshot, session: Session) -> Iterator[str]:
    likely = likely_names(drift(changes), there, wanted, session.kinds)
    if likely is not None:
        # JSON is YAML, and quotes what YAML would not take for a name.
        setting = json.dumps(likely.roles, ensure_ascii=False)
        yield (
            f"roles seem to have other names on the actual side: `roles: {setting}` in config.yaml would take"
            f" {plural(likely.differences, 'difference')} away"
        )


def _told_partitions(changes: Sequence[Change], there: Snapshot, wanted: Snapshot) -> Iterator[str]:
    made = made_partitions(drift(changes), there, wanted)
    if made:
        rules = [{"kind": "table", "name": name, "reason": "made by a job"} for name in made]
        yield (
            f"{plural(sum(made.values()), 'partition')} stand on one side only: if a job makes them,"
            f" `ignore: {json.dumps(rules, ensure_ascii=False)}` in config.yaml leaves them to it"
        )


def _told_left(changes: Sequence[Change], session: Session) -> Iterator[str]:
    """What no statement is written for, and why."""
    rules = {kind.name: kind.alter for kind in session.kinds}
    for change in changes:
        for attribute in change.attributes:
            rule = rules[change.key.kind][attribute.name]
            if isinstance(rule, Alter) and (why := rule.leaves(change.old, change.new)):
                yield f"{change.key}: {why}"


def _told_dangling(way: Way, there: Snapshot) -> Iterator[str]:
    for column, gone in dangling(way.migration, there).items():
        yield (
            f"{column} holds oids, and what is dropped or made anew loses its own ({named(gone)}): rows that mean"
            " it have to be filled again"
        )


def _told_superusers(way: Way, server: Server, request: CompareRequest, session: Session) -> Iterator[str]:
    """What the deploy would fail over, where it runs as the role that the actual side was read as."""
    actual, kinds = request.pair.actual, {kind.name: kind for kind in session.kinds}
    if server.superuser is not False or not isinstance(actual.source, LiveSource):
        return
    made = dict.fromkeys(step.key for step in way.migration.steps if way.desired.get(step.key) is not None)
    keys = [key for key in made if kinds[key.kind].needs_superuser(way.desired.objects[key], server.version)]
    if keys:
        yield (
            f"{actual.name} was read as a role that is no superuser, and it takes one to make or alter {named(keys)}:"
            " deploy as one, or as the role to which your service gives these rights"
        )


def _told_services(changes: Sequence[Change], there: Snapshot, wanted: Snapshot) -> Iterator[str]:
    for role, keys in of_services(drift(changes), there, wanted).items():
        yield (
            f"{plural(len(keys), 'difference')} in what is {role}'s, the service's own role, and as a rule for it alone"
            f" to change: {named(keys)}; name your own schemas (`schemas: [public]` in config.yaml) to leave that out"
        )


def _told_unasked(readings: Readings, request: CompareRequest, session: Session) -> Iterator[str]:
    """What differs of kinds that are worth a word where nobody asked for them, in the whole database."""
    if common_schemas(request.pair):
        return
    old, new = readings.actual.snapshot, readings.desired.snapshot
    for kind in session.kinds:
        if not kind.mentioned or kind.optional in request.include:
            continue
        keys = {*old.keys_by_kind.get(kind.name, ()), *new.keys_by_kind.get(kind.name, ())}
        names = sorted({change.key.path[-1] for change in compare(old, new, session.kinds, keys)})
        if names:
            few = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
            yield f"{kind.mentioned} differ ({few}): `--include {kind.optional}` compares and migrates them"


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
