"""What stands in on a shadow for what its server was built without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot


def without_icu(snapshot: Snapshot, kinds: Sequence[Kind]) -> Snapshot:
    """The snapshot with stand-ins for what needs ICU; the same one when nothing does."""
    found = {
        kind.key(item): kind.without_icu(item)
        for kind in kinds
        if kind.without_icu
        for item in snapshot.by_kind.get(kind.name, ())
    }
    found = {key: item for key, item in found.items() if item != snapshot.objects[key]}
    if not found:
        return snapshot
    return replace(snapshot, objects={**snapshot.objects, **found}, read_edges=lambda _: snapshot.edges)


def stood_in(original: Snapshot, other: Snapshot) -> set[Key]:
    """The keys that are not the same in a snapshot and in the one with its stand-ins."""
    if original is other:
        return set()
    return {key for key, item in other.objects.items() if item != original.objects[key]}
