"""What an object is a part of, and what takes it along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.diff.ignore import fits
from driftwatch.model.edges import Tie

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object, Snapshot

_SCHEMAS = "pg_namespace"
"""The catalogue of the one kind whose objects are schemas themselves."""


class Tree:
    """What an object is a part of, in one snapshot or in several."""

    def __init__(self, snapshots: Sequence[Snapshot], kinds: Sequence[Kind]) -> None:
        self.snapshots = snapshots
        self.kinds = {kind.name: kind for kind in kinds}

    def items(self, key: Key) -> Iterator[Object]:
        """The object, in each snapshot that has it."""
        return (snapshot.objects[key] for snapshot in self.snapshots if key in snapshot.objects)

    def parent(self, key: Key, item: Object) -> Key | None:
        """What the object is a part of, or stands on."""
        kind = self.kinds[key.kind]
        parent: Key | None = kind.whole(item)
        return parent

    def parents(self, key: Key) -> set[Key]:
        """What it is a part of: one, unless it moved."""
        found = {self.parent(key, item) for item in self.items(key)}
        return {parent for parent in found if parent is not None}

    def target(self, key: Key) -> Key | None:
        """For what is said about another object: that one."""
        return next((item[0] for item in self.items(key)), None) if self.kinds[key.kind].about else None

    def owners(self, key: Key) -> Iterator[Key]:
        """What takes the object along when dropped, though it is no part of it: the column of a serial sequence."""
        if self.kinds[key.kind].weak:
            for snapshot in self.snapshots:
                yield from (edge.needs for edge in snapshot.needs.get(key, ()) if edge.tie is Tie.OWNED)

    def is_in(self, key: Key, schemas: Sequence[str]) -> bool:
        """Whether the whole that the object is a part of is in one of these schemas, or is one."""
        parents = self.parents(key)
        if parents:
            return all(self.is_in(parent, schemas) for parent in parents)
        kind = self.kinds[key.kind]
        if kind.catalog == _SCHEMAS:
            return any(fits(pattern, key.path[0]) for pattern in schemas)
        if "schema" not in kind.identity:
            return False
        schema = next(self.items(key)).schema
        return bool(schema) and any(fits(pattern, schema) for pattern in schemas)
