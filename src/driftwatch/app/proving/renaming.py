"""Renames that the user has confirmed.

A name stands in other objects' definitions as well (a column in its table's checks and views), and only PostgreSQL
knows where. So the part of the actual schema around a renamed object is built on the shadow, renamed there and read
back; the comparison then goes on from the schema as it is after the renames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from driftwatch.diff.renames import own_name, renamed
from driftwatch.errors import ConfigError
from driftwatch.model.change import AttributeChange, Change, Verb
from driftwatch.model.plan import Plan, Step, Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from driftwatch.app.session import Session
    from driftwatch.config import Rename
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object, Snapshot
    from driftwatch.model.statement import Statement
    from driftwatch.sources.read import Reading


@dataclass(frozen=True)
class Renamed:
    """The actual schema after the renames, with the way there and back."""

    snapshot: Snapshot
    changes: tuple[Change, ...] = ()
    there: tuple[Step, ...] = ()
    back: tuple[Step, ...] = ()
    old_keys: frozenset[Key] = frozenset()

    def before(self, plan: Plan) -> Plan:
        """A plan that first renames."""
        return _joined(Plan((Transaction(self.there),)), plan) if self.there else plan

    def after(self, plan: Plan) -> Plan:
        """A plan that finally takes the renames back."""
        return _joined(plan, Plan((Transaction(self.back),))) if self.back else plan


def _joined(first: Plan, second: Plan) -> Plan:
    """One plan after another, in one transaction where both sides of the seam are transaction blocks."""
    left, right = first.transactions, second.transactions
    if left and right and left[-1].block and right[0].block:
        path = right[0].search_path or left[-1].search_path
        seam = Transaction((*left[-1].steps, *right[0].steps), search_path=path)
        left, right = (*left[:-1], seam), right[1:]
    return Plan((*left, *right), (*first.unplanned, *second.unplanned))


def rename(actual: Reading, desired: Snapshot, renames: Sequence[Rename], session: Session) -> Renamed:
    """The actual schema as it is once its objects bear the desired names; renames of what is not there are left out.

    Raises:
        ConfigError: a rename names something that can't be renamed, or a name that is taken.
        PlanError: the shadow could not be brought there.
    """
    snapshot = actual.snapshot
    kinds = {kind.name: kind for kind in session.kinds}
    wanted = [item for item in renames if item.old in snapshot.objects and _new(item, kinds) in desired.objects]
    if not wanted:
        return Renamed(snapshot)
    there = tuple(_step(snapshot, item, kinds) for item in wanted)
    keys = {_new(item, kinds): item.old for item in wanted}
    from driftwatch.app.proving.renamed_copy import read_after

    after = read_after(actual, keys, there, session)
    changes = tuple(_change(snapshot, after, item, kinds) for item in wanted)
    back = tuple(_step_back(after, item, kinds) for item in reversed(wanted))
    return Renamed(after, changes, there, back, frozenset(item.old for item in wanted))


def _new(item: Rename, kinds: Mapping[str, Kind]) -> Key:
    return renamed(kinds[item.old.kind], item.old, item.new)


def _writer(item: Rename, kinds: Mapping[str, Kind]) -> Callable[[Object, str], Statement]:
    writer = kinds[item.old.kind].rename
    if writer is None:
        raise ConfigError(
            f"{item.old} can't be taken as a rename: objects of kind {item.old.kind} are dropped and added"
        )
    return writer


def _step(snapshot: Snapshot, item: Rename, kinds: Mapping[str, Kind]) -> Step:
    if _new(item, kinds) in snapshot.objects:
        raise ConfigError(f"{item.old} can't be renamed: the actual schema has {_new(item, kinds)} already")
    return Step(item.old, "alter", _writer(item, kinds)(snapshot.objects[item.old], item.new))


def _step_back(after: Snapshot, item: Rename, kinds: Mapping[str, Kind]) -> Step:
    new, name = _new(item, kinds), own_name(kinds[item.old.kind], item.old)
    return Step(new, "alter", _writer(item, kinds)(after.objects[new], name))


def _change(before: Snapshot, after: Snapshot, item: Rename, kinds: Mapping[str, Kind]) -> Change:
    new = _new(item, kinds)
    named = AttributeChange("name", own_name(kinds[item.old.kind], item.old), item.new)
    return Change(new, Verb.ALTER, before.objects[item.old], after.objects[new], (named,))
