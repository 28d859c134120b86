"""The part of a schema around renamed objects as it is after the renames: built on the shadow, and renamed there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from driftwatch.app.proving.building import Building
from driftwatch.app.proving.copied import like_original
from driftwatch.app.proving.provisions import lacks, provide, require, unbuilt
from driftwatch.errors import PlanError
from driftwatch.model.edges import Joined
from driftwatch.model.key import Key
from driftwatch.model.plan import Plan, Transaction
from driftwatch.model.verdict import Failure
from driftwatch.verify import build
from driftwatch.verify.closure import closure, restricted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from driftwatch.app.session import Session
    from driftwatch.model.plan import Step
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.sources.read import Reading


def read_after(actual: Reading, renames: Mapping[Key, Key], there: tuple[Step, ...], session: Session) -> Snapshot:
    """Build what the renames reach, rename, read back; the rest of the schema stays as it was read."""
    snapshot = actual.snapshot
    kinds = {kind.name: kind for kind in session.kinds}
    old_keys = frozenset(renames.values())
    keys = closure(old_keys, snapshot, snapshot, kinds)
    part = restricted(snapshot, keys)
    shadow = session.shadow(snapshot.server.major)
    provision = provide(shadow, (part,), (actual,), session)
    require(provision, (part,), session.kinds, "the renames could not be tried")
    building = Building(shadow, session.kinds, provision, keys)
    (built,) = building.build({"actual": part})
    if isinstance(built, Failure):
        raise unbuilt("the renames could not be tried", built)
    if lost := old_keys & building.away:
        raise PlanError(f"the renames could not be tried: {lacks(building.lacking, lost)}")
    with built.database as database:
        before = build.snapshot_of(database, session.kinds)
        refused = build.apply(database, Plan((Transaction(there),)))
        if refused:
            raise PlanError(f"the renames could not be tried: {refused.message}")
        after = build.snapshot_of(database, session.kinds)
    after = replace(after, objects=dict(like_original(snapshot, before, after, partial(_was, renames=renames))))
    return _merged(snapshot, before, after, keys - building.away)


def _was(key: Key, renames: Mapping[Key, Key]) -> Key:
    """What is renamed, and what bears its name first: columns and constraints of a table."""
    for new, old in renames.items():
        if key.path[: len(new.path)] == new.path and (key == new or len(key.path) > len(new.path)):
            return Key(key.kind, (*old.path, *key.path[len(new.path) :]))
    return key


def _merged(snapshot: Snapshot, before: Snapshot, after: Snapshot, keys: frozenset[Key]) -> Snapshot:
    """What was built as it is after the renames, with what they gave a name; whatever else a copy has is its own."""
    kept = {key: item for key, item in snapshot.objects.items() if key not in keys}
    read = {key: item for key, item in after.objects.items() if key in keys or key not in before.objects}
    objects = {**kept, **read}
    edges = Joined([(snapshot.edges, kept.__contains__), (after.edges, objects.__contains__)], objects)
    return replace(snapshot, objects=objects, read_edges=lambda _: edges)
