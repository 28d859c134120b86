"""What an object is by itself, on another major: taken for what one of this major is by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object, Snapshot


def as_usual(desired: Snapshot, actual: Snapshot, kinds: Iterable[Kind]) -> Snapshot:
    """The desired schema with the defaults of the actual one's major; the same one where none of them moved.

    From there on values are written as they are: on a shadow of a third major nothing is left to its defaults.
    """
    versions = desired.server.version, actual.server.version
    found = (
        (kind.key(item), _adapted(item, kind, *versions))
        for kind in kinds
        if kind.defaults and versions[0] != versions[1]
        for item in desired.by_kind.get(kind.name, ())
    )
    objects = {key: item for key, item in found if item != desired.objects[key]}
    return desired.having(objects) if objects else desired


def _adapted(item: Object, kind: Kind, there: int, here: int) -> Object:
    usual = {name: default(here) for name, default in kind.defaults.items() if getattr(item, name) == default(there)}
    return item._replace(**usual) if usual else item
