"""Roles that have other names on the actual side: `roles: {dev_app: prod_app}`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from driftwatch.errors import ConfigError
from driftwatch.model.edges import Listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from driftwatch.model.edges import Edge
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object, Snapshot


def with_roles(snapshot: Snapshot, kinds: Sequence[Kind], roles: Mapping[str, str]) -> Snapshot:
    """The snapshot as it would be if its roles had the other side's names.

    Args:
        snapshot: the desired schema.
        kinds: every kind; each says which of its fields hold roles.
        roles: the other side's name by this side's.

    Raises:
        ConfigError: two roles become one, and an object has something different for each.
    """
    if not roles:
        return snapshot
    by_name = {kind.name: kind for kind in kinds}
    objects: dict[Key, Object] = {}
    moved: dict[Key, Key] = {}
    for key, item in snapshot.objects.items():
        other, other_key = _translated(key, item, by_name[key.kind], roles)
        if objects.setdefault(other_key, other) != other:
            raise ConfigError(_collision(other_key, snapshot, by_name, roles))
        moved[key] = other_key
    return replace(snapshot, objects=objects, read_edges=lambda _: Listed(lambda: _edges(snapshot, moved)))


def _translated(key: Key, item: Object, kind: Kind, roles: Mapping[str, str]) -> tuple[Object, Key]:
    if not kind.roles:
        return item, key
    other = item._replace(**{name: _renamed(getattr(item, name), roles) for name in kind.roles})
    return (item, key) if other == item else (other, kind.key(other))


def _renamed(value: Any, roles: Mapping[str, str]) -> Any:  # noqa: ANN401  a name or a tuple of names
    if isinstance(value, tuple):
        names = tuple(roles.get(name, name) for name in value)
        return value if names == value else tuple(sorted(set(names)))
    return roles.get(value, value)


def _collision(key: Key, snapshot: Snapshot, kinds: Mapping[str, Kind], roles: Mapping[str, str]) -> str:
    alike = [
        str(before)
        for before, item in sorted(snapshot.objects.items())
        if before.kind == key.kind and _translated(before, item, kinds[key.kind], roles)[1] == key
    ]
    return (
        f"roles: {' and '.join(alike)} are not the same and both become {key}"
        f" (roles: {', '.join(f'{old}: {new}' for old, new in roles.items())}): map each role to one of its own"
    )


def _edges(snapshot: Snapshot, moved: Mapping[Key, Key]) -> Iterable[Edge]:
    return (edge._replace(key=moved[edge.key], needs=moved[edge.needs]) for edge in snapshot.edges)
