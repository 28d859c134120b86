"""Which tablespaces a schema names, and the same schema with some of them taken for the database's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot


def tablespaces_of(snapshot: Snapshot, kinds: Iterable[Kind]) -> set[str]:
    """Every tablespace that an object names."""
    return {item.tablespace for _, item in _placed(snapshot, kinds) if item.tablespace}


def without_tablespaces(snapshot: Snapshot, names: AbstractSet[str], kinds: Iterable[Kind]) -> Snapshot:
    """The snapshot with what is in these tablespaces in the database's own; the same one when nothing is."""
    found = ((key, item) for key, item in _placed(snapshot, kinds) if item.tablespace in names)
    objects = {key: item._replace(tablespace=None) for key, item in found}
    return snapshot.having(objects) if objects else snapshot


def at_home(desired: Snapshot, actual: Snapshot, kinds: Iterable[Kind]) -> Snapshot:
    """The desired schema in the actual database: what is to be in the tablespace that is its own, is so unsaid."""
    own = {item.tablespace for item in actual.by_kind.get("database", ()) if item.tablespace}
    return without_tablespaces(desired, own, kinds) if own else desired


def _placed(snapshot: Snapshot, kinds: Iterable[Kind]) -> Iterator[tuple[Key, Any]]:
    return ((kind.key(item), item) for kind in kinds if kind.placed for item in snapshot.by_kind.get(kind.name, ()))
