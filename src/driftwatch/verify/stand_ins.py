"""What stands in on a shadow for what its server was built without, and what stays away for want of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from driftwatch.verify.closure import restricted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object, Snapshot


_Named = TypeVar("_Named", "Key", str)

NAMED = 3
"""How many objects a sentence names."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a shadow's server does not have, and nothing can stand in for."""

    hollow: frozenset[Key] = frozenset()
    """Extensions that lack members there (types above all): what depends on them cannot be built."""
    absent: frozenset[Key] = frozenset()
    """Extensions that are not there at all."""
    roles: frozenset[str] = frozenset()
    tablespaces: frozenset[str] = frozenset()
    """Those that are not there: what is in them is tried in the database's own."""
    denied: Mapping[Key, str] = field(default_factory=dict)
    """What the shadow can't be given for want of a right or a secret, with why."""

    def __str__(self) -> str:
        """What the server does not do, for a sentence that begins with it."""
        absent = [*map(str, sorted(self.hollow | self.absent)), *self._elsewhere()]
        told = [f"does not have {', '.join(absent)}"] if absent else []
        return " and ".join(told + ([f"refuses {named(self.denied)}"] if self.denied else []))

    def _elsewhere(self) -> Iterator[str]:
        yield from (f"role {name}" for name in sorted(self.roles))
        yield from (f"tablespace {name}" for name in sorted(self.tablespaces))


def named(keys: Iterable[_Named]) -> str:
    """Some of them by name, for a sentence."""
    found = sorted(keys)
    return ", ".join(map(str, found[:NAMED])) + (" …" if len(found) > NAMED else "")


def without(snapshot: Snapshot, lacking: Shortfall, kinds: Sequence[Kind]) -> Snapshot:
    """The snapshot without what needs what is lacking; the same one when nothing does."""
    fields = {kind.name: kind.roles for kind in kinds if kind.roles} if lacking.roles else {}
    theirs = {
        key for key, item in snapshot.objects.items() if lacking.roles & set(roles_of(item, fields.get(key.kind, ())))
    }
    there = (lacking.hollow | lacking.absent | lacking.denied.keys() | theirs) & snapshot.objects.keys()
    away = snapshot.with_dependents(there) - lacking.hollow
    return restricted(snapshot, snapshot.objects.keys() - away) if away else snapshot


def roles_of(item: Object, fields: Iterable[str]) -> Iterator[str]:
    """The roles that an object names in these fields, each of which holds one or a tuple of them."""
    for name in fields:
        value = getattr(item, name)
        yield from value if isinstance(value, tuple) else (value,)


def without_icu(snapshot: Snapshot, kinds: Sequence[Kind]) -> Snapshot:
    """The snapshot with stand-ins for what needs ICU; the same one when nothing does."""
    found = {
        kind.key(item): kind.without_icu(item)
        for kind in kinds
        if kind.without_icu
        for item in snapshot.by_kind.get(kind.name, ())
    }
    found = {key: item for key, item in found.items() if item != snapshot.objects[key]}
    return snapshot.having(found) if found else snapshot


def stood_in(original: Snapshot, other: Snapshot) -> set[Key]:
    """The keys that are not the same in a snapshot and in the one with its stand-ins."""
    if original is other:
        return set()
    return {key for key, item in other.objects.items() if item != original.objects[key]}
