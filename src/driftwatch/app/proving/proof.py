"""The proof: what is wording only is told apart, the rest planned and tried."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from driftwatch.app.proving.building import Building
from driftwatch.app.proving.faithful import hold_against
from driftwatch.app.proving.provisions import lacks, provide, refused
from driftwatch.app.proving.way import way_of
from driftwatch.background import started
from driftwatch.catalog.temporary import OVER_TEMPORARY
from driftwatch.config import Verify
from driftwatch.diff.compare import compare, drift, reverse
from driftwatch.model.change import Change, Verb
from driftwatch.model.verdict import Denied, Failure, NotCovered, Outcome, Verdict
from driftwatch.plan.planner import plan
from driftwatch.verify.build import hidden, in_play, worded
from driftwatch.verify.closure import closure, restricted, touched
from driftwatch.verify.prove import prove
from driftwatch.verify.stand_ins import roles_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from driftwatch.app.progress import Progress
    from driftwatch.app.proving.way import Sides, Way
    from driftwatch.app.session import Session
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.plan import Plan
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.shadow.contract import Shadow
    from driftwatch.sources.read import Reading
    from driftwatch.verify.prove import Built


class Prover:
    """One proof: both schemas built on the shadow, the migration tried between them."""

    def __init__(
        self, sides: Sides, changes: Sequence[Change], depth: Verify, session: Session, progress: Progress
    ) -> None:
        self.sides, self.changes, self.depth = sides, changes, depth
        self.session, self.progress, self.kinds = session, progress, session.kinds
        self.failures: list[Failure] = []
        self.not_covered: list[NotCovered] = []
        self.stand_ins: tuple[str, ...] = (*sides.desired_reading.stand_ins, *sides.actual_reading.stand_ins)
        self.reason = ""
        self._within: frozenset[Key] | None = None
        """The keys that are built; None for all."""
        self._building: Building
        self._untried: set[Key] = set()
        """Of what is not built, what the migration or the rollback has statements for."""
        self._denied: tuple[Denied, ...] = ()
        """Statements of the migration or the rollback that the shadow's role has no right to."""

    def run(self) -> Way:
        """Build, tell wording apart, plan, prove."""
        self.progress.stage("starting the shadow")
        extent = started(self._extent)
        shadow = self.session.shadow(self.sides.actual.server.major)
        desired, actual = self._built(shadow, *extent.result())
        if desired is None or actual is None:
            return self._finish(shadow, ())
        wording = self._wording(desired, actual)
        if wording:
            self._leave_out(wording)
        way = way_of(self.sides, self.changes, self.kinds, self._verdict(shadow), wording)
        if way.migration:
            self.progress.stage("proving the migration")
            self.not_covered += _beyond_a_proof(way.migration, desired.snapshot, self.kinds)
            self.not_covered += self._left_out()
            self._untried = {step.key for step in (*way.migration.steps, *way.rollback.steps)} & self._building.away
            tried = self._fitting_way(way)
            kinds = in_play(self.kinds, self._within)
            rights = not self._adds_by_itself(shadow, desired, actual)
            failures = prove(shadow, actual, desired, tried.migration, tried.rollback, kinds, rights=rights)
            self.failures += [failure for failure in failures if not failure.denied]
            self._denied = tuple(denied for failure in failures for denied in failure.denied)
        for stage, planned in (("planning the migration", way.migration), ("planning the rollback", way.rollback)):
            self.failures += [Failure(f"{stage}: {key}", "", reason) for key, reason in planned.unplanned[:1]]
        return replace(way, verdict=self._verdict(shadow))

    def _left_out(self) -> Iterator[NotCovered]:
        """What follows a partitioned table by itself: the server sees to that, and the shadow has none of it."""
        for table in sorted(self.sides.actual.partly):
            yield NotCovered(f"partitions of {table} that are left out", "what comes to them with it was not tried")

    def _adds_by_itself(self, shadow: Shadow, *sides: Built) -> bool:
        """Whether whatever the shadow's role makes is given privileges that nobody asked for (default privileges)."""
        settling = [kind for kind in self.kinds if kind.settle and kind.optional not in self.sides.include]
        theirs = (
            (item, kind) for kind in settling for side in sides for item in side.snapshot.by_kind.get(kind.name, ())
        )
        found = any(shadow.role in roles_of(item, kind.roles) for item, kind in theirs)
        if found:
            reason = f"default privileges give more to what the shadow's role {shadow.role} makes"
            self.not_covered.append(NotCovered("privileges that the migration keeps", reason))
        return found

    def _finish(self, shadow: Shadow, wording: tuple[Key, ...]) -> Way:
        return way_of(self.sides, self.changes, self.kinds, self._verdict(shadow), wording)

    def _verdict(self, shadow: Shadow) -> Verdict:
        full = self.depth is Verify.FULL and not self.reason
        return Verdict(
            self._outcome(),
            depth="full" if full else "quick",
            shadow_major=shadow.major,
            server_major=self.sides.actual.server.major,
            failures=tuple(self.failures),
            not_covered=(*self._building.not_covered, *self.not_covered),
            stand_ins=tuple(dict.fromkeys((*self.stand_ins, *self._building.stand_ins))),
            reason=self._why_unproved() or self.reason,
        )

    def _outcome(self) -> Outcome:
        if self.failures:
            return Outcome.FAILED
        return Outcome.UNPROVED if self._untried or self._denied else Outcome.PROVED

    def _why_unproved(self) -> str:
        if self._denied:
            return refused(self._denied)
        return f"{lacks(self._building.lacking, self._untried)}; the rest was proved" if self._untried else ""

    # Building

    def _built(self, shadow: Shadow, wanted: Snapshot, there: Snapshot) -> tuple[Built | None, Built | None]:
        # The second observer's copies hold what is not compared as well, with the roles that it names.
        wholes = [reading.snapshot for reading in self._readings()] if self.depth is Verify.FULL else []
        provision = provide(shadow, (wanted, there, *wholes), self._readings(), self.session)
        self._building = Building(shadow, self.kinds, provision, self._within)
        self.progress.stage("building both schemas on the shadow")
        desired, actual = self._build({"desired": wanted, "actual": there})
        if self.depth is Verify.FULL and desired and actual:
            self._hold_against_originals(shadow, desired, actual)
        return desired, actual

    def _build(self, wanted: Mapping[str, Snapshot]) -> list[Built | None]:
        """Each in a database of its own; what can't be built is a failure."""
        found: list[Built | None] = []
        for result in self._building.build(wanted):
            if isinstance(result, Failure):
                self.failures.append(result)
                found.append(None)
            else:
                self.session.stack.callback(result.database.drop)
                found.append(result)
        return found

    def _fitting_way(self, way: Way) -> Way:
        """The way as it can be tried on a shadow that lacks something, or has stand-ins for collations."""
        building = self._building
        if not building.stood_in and not building.away:
            return way
        for change in self.changes:
            if why := building.stood_in.get(change.key):
                self.not_covered.append(NotCovered(str(change.key), why))
        desired, actual = (building.as_built(side) for side in (self.sides.desired, self.sides.actual))
        sides = replace(self.sides, desired=desired, actual=actual)
        return way_of(sides, drift(compare(actual, desired, self.kinds)), self.kinds, way.verdict)

    def _readings(self) -> tuple[Reading, Reading]:
        return self.sides.desired_reading, self.sides.actual_reading

    def _extent(self) -> tuple[Snapshot, Snapshot]:
        """What is built: everything for a full proof, else what the changes touch."""
        if self.depth is Verify.FULL:
            return self.sides.desired, self.sides.original
        by_name = {kind.name: kind for kind in self.kinds}
        renamed = self.sides.renamed
        both_ways = self._first(back=False), self._first(back=True)
        changed = touched((*self.changes, *renamed.changes), *both_ways) | renamed.old_keys
        original = self.sides.original
        keys = self._within = closure(changed, original, self.sides.desired, by_name)
        return restricted(self.sides.desired, keys), restricted(original, keys)

    def _first(self, *, back: bool) -> Plan:
        """A first plan: one way may alter what the other makes anew, with all that is a part of it."""
        sides = self.sides.actual, self.sides.desired
        changes, (old, new) = (reverse(self.changes), sides[::-1]) if back else (self.changes, sides)
        return plan(changes, old, new, self.kinds, include=self.sides.include)

    # What differs only in wording

    def _wording(self, desired: Built, actual: Built) -> tuple[Key, ...]:
        """Altered objects that one and the same server prints alike: two majors, or SQL that was never read back."""
        real = {change.key for change in drift(compare(actual.snapshot, desired.snapshot, self.kinds))}
        real |= self._building.stood_in.keys()
        # What bears the name of the loading role is built under another one: of that nothing is known.
        alike = actual.snapshot.objects.keys() - real
        altered = (change for change in self.changes if change.verb is Verb.ALTER and change.key in alike)
        return tuple(change.key for change in altered if worded(change) and not hidden(change, self.kinds))

    def _leave_out(self, wording: Iterable[Key]) -> None:
        kept = {key: self.sides.actual.objects[key] for key in wording}
        desired = self.sides.desired
        same = desired.having(kept)
        self.sides = replace(self.sides, desired=same)
        self.changes = drift(compare(self.sides.actual, same, self.kinds))

    # The second observer

    def _hold_against_originals(self, shadow: Shadow, desired: Built, actual: Built) -> None:
        """`pg_dump` of both originals against their rebuilds: what our reader is blind to would show here.

        What is not compared was taken over from the actual side, or left out of both: then the whole is built as well.
        """
        sides = self.sides
        wholes = {
            "desired": (desired, sides.desired, sides.desired_reading),
            "actual": (actual, sides.original, sides.actual_reading),
        }
        for name, (built, compared, reading) in wholes.items():
            whole: Built | None = built
            if reading.snapshot.objects != compared.objects and not self._building.away:
                (whole,) = self._build({f"whole {name}": reading.snapshot})
            self._hold_against(shadow, name, whole, reading)

    def _hold_against(self, shadow: Shadow, name: str, built: Built | None, reading: Reading) -> None:
        self.progress.stage(f"holding the rebuild of the {name} schema against pg_dump")
        if built is None:
            return
        if self._building.stood_in:
            self.reason = f"{next(iter(self._building.stood_in.values()))}: dumps differ"
            return
        if self._building.away:
            self.reason = f"the shadow's server {self._building.lacking}: dumps differ"
            return
        if any(row.what == OVER_TEMPORARY for row in reading.snapshot.unmodelled):
            self.reason = f"objects of the {name} schema hang on a session's temporary ones: dumps differ"
            return
        found = hold_against(shadow, name, built, reading, self.kinds)
        if isinstance(found, Failure):
            self.failures.append(found)
        elif found:
            self.reason = found


def _beyond_a_proof(migration: Plan, desired: Snapshot, kinds: Sequence[Kind]) -> Iterator[NotCovered]:
    """What no shadow without rows can tell, and what PostgreSQL itself does not know before it runs."""
    for step in migration.steps:
        if step.statement.fills:
            yield NotCovered(f"the rows of {step.key}", "a shadow has none to fill it from")
    opaque = [item for kind in kinds if kind.opaque for item in desired.by_kind.get(kind.name, ()) if kind.opaque(item)]
    if opaque:
        count = f"{len(opaque)} routine{'s' if len(opaque) > 1 else ''}"
        yield NotCovered(f"what the bodies of {count} name", "PostgreSQL looks at it only when they run")
