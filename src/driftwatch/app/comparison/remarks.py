"""What a comparison says beside its changes: what the reader should know of them, and which setting would help."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.app.proving.way import BLIND
from driftwatch.catalog.connection import NEWEST
from driftwatch.diff.compare import compare, drift
from driftwatch.diff.dangling import dangling
from driftwatch.diff.made_partitions import made_partitions
from driftwatch.diff.role_names import likely_names
from driftwatch.diff.scope import common_schemas
from driftwatch.diff.services import of_services
from driftwatch.model.rules import Alter
from driftwatch.report.display import plural
from driftwatch.sources.locate import LiveSource
from driftwatch.verify.stand_ins import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from driftwatch.app.comparison.reading import Readings
    from driftwatch.app.proving.way import Way
    from driftwatch.app.session import Session
    from driftwatch.config import CompareRequest
    from driftwatch.model.change import Change
    from driftwatch.model.snapshot import Server, Snapshot
    from driftwatch.sources.read import Reading


class Compared(NamedTuple):
    """What was read, what of it was compared, and what came of that."""

    readings: Readings
    wanted: Snapshot
    there: Snapshot
    changes: Sequence[Change]
    way: Way


def remarks(compared: Compared, request: CompareRequest, session: Session) -> Iterator[str]:
    """One sentence each."""
    readings, wanted, there, changes, way = compared
    yield from _readings(readings.desired, readings.actual)
    yield from _wording(way)
    yield from _roles(changes, there, wanted, session)
    yield from _partitions(changes, there, wanted)
    yield from _left(way.changes, session)
    yield from _dangling(way, there)
    yield from _superusers(way, there.server, request, session)
    yield from _services(changes, readings.actual.snapshot, readings.desired.snapshot)
    yield from _unasked(readings, request, session)


def _readings(desired: Reading, actual: Reading) -> Iterator[str]:
    if desired.snapshot.sees is not None:
        yield BLIND
    for name, reading in (("desired", desired), ("actual", actual)):
        if reading.snapshot.server.version >= NEWEST:
            major = reading.snapshot.server.major
            yield f"the {name} server runs PostgreSQL {major}, newer than what driftwatch was tried with"
        if reading.passed_over:
            passed = plural(reading.passed_over, "statement")
            yield f"{passed} about roles in the {name} SQL not run: roles belong to a server, not to a schema"


def _wording(way: Way) -> Sequence[str]:
    if not way.wording:
        return ()
    names = ", ".join(map(str, way.wording[:5])) + (" …" if len(way.wording) > 5 else "")  # noqa: PLR2004  enough to see
    return (f"{len(way.wording)} differ in wording only, one server prints them alike: {names}",)


def _roles(changes: Sequence[Change], there: Snapshot, wanted: Snapshot, session: Session) -> Iterator[str]:
    likely = likely_names(drift(changes), there, wanted, session.kinds)
    if likely is not None:
        # JSON is YAML, and quotes what YAML would not take for a name.
        setting = json.dumps(likely.roles, ensure_ascii=False)
        yield (
            f"roles seem to have other names on the actual side: `roles: {setting}` in config.yaml would take"
            f" {plural(likely.differences, 'difference')} away"
        )


def _partitions(changes: Sequence[Change], there: Snapshot, wanted: Snapshot) -> Iterator[str]:
    made = made_partitions(drift(changes), there, wanted)
    if made:
        rules = [{"kind": "table", "name": name, "reason": "made by a job"} for name in made]
        yield (
            f"{plural(sum(made.values()), 'partition')} stand on one side only: if a job makes them,"
            f" `ignore: {json.dumps(rules, ensure_ascii=False)}` in config.yaml leaves them to it"
        )


def _left(changes: Sequence[Change], session: Session) -> Iterator[str]:
    """What no statement is written for, and why."""
    rules = {kind.name: kind.alter for kind in session.kinds}
    for change in changes:
        for attribute in change.attributes:
            rule = rules[change.key.kind].get(attribute.name)  # none for the name that a confirmed rename changes
            if isinstance(rule, Alter) and (why := rule.leaves(change.old, change.new)):
                yield f"{change.key}: {why}"


def _dangling(way: Way, there: Snapshot) -> Iterator[str]:
    for column, gone in dangling(way.migration, there).items():
        yield (
            f"{column} holds oids, and what is dropped or made anew loses its own ({named(gone)}): rows that mean"
            " it have to be filled again"
        )


def _superusers(way: Way, server: Server, request: CompareRequest, session: Session) -> Iterator[str]:
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


def _services(changes: Sequence[Change], there: Snapshot, wanted: Snapshot) -> Iterator[str]:
    for role, keys in of_services(drift(changes), there, wanted).items():
        yield (
            f"{plural(len(keys), 'difference')} in what is {role}'s, the service's own role, and as a rule for it alone"
            f" to change: {named(keys)}; name your own schemas (`schemas: [public]` in config.yaml) to leave that out"
        )


def _unasked(readings: Readings, request: CompareRequest, session: Session) -> Iterator[str]:
    """What differs of kinds that are worth a word where nobody asked for them, in the whole database."""
    if common_schemas(request.pair):
        return
    old, new = readings.actual.snapshot, readings.desired.snapshot
    for kind in session.kinds:
        if not kind.mentioned or kind.optional in request.include:
            continue
        keys = {*old.keys_by_kind.get(kind.name, ()), *new.keys_by_kind.get(kind.name, ())}
        if names := {change.key.path[0] for change in compare(old, new, session.kinds, keys)}:
            yield f"{kind.mentioned} differ ({named(names)}): `--include {kind.optional}` compares and migrates them"
