"""Roles that seem to be called otherwise on the other side, so that `roles:` would take drift away."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch.diff.compare import compare, drift
from driftwatch.diff.roles import with_roles
from driftwatch.sql import LOADER, MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from driftwatch.model.change import Change
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object, Snapshot

_Place = tuple[object, ...]
"""Where a role stands: kind, field, and the object's identity without the roles in it."""

_NOBODYS = frozenset({"", "public", LOADER, MEMBERS})
"""What stands for everybody (no role can be called `public`), and for whoever runs the migration: no role's name."""


class RoleNames(NamedTuple):
    """What the desired side's roles seem to be called on the actual one, and how many differences that explains."""

    roles: Mapping[str, str]
    differences: int


def likely_names(
    changes: Sequence[Change], actual: Snapshot, desired: Snapshot, kinds: Sequence[Kind]
) -> RoleNames | None:
    """Roles of one side only, each of which stands wherever one of the other side does; None where there are none.

    Args:
        changes: the drift, from actual to desired.
        actual: the schema that is to be changed.
        desired: what it is to be.
        kinds: every kind; each says which of its fields hold roles.
    """
    telling = {kind.name: kind for kind in kinds if kind.roles}
    told = [change for change in changes if change.key.kind in telling]
    if not told:
        return None
    # What is not compared (the database's own owner, say) stands alike on both sides, as the actual one has it.
    compared = {change.key.kind: telling[change.key.kind] for change in told}
    there, wanted = (_names(snapshot, compared) for snapshot in (actual, desired))
    before = _places((change.old for change in told), told, telling, there - wanted - _NOBODYS)
    after = _places((change.new for change in told), told, telling, wanted - there - _NOBODYS)
    forth, back = _matched(after, before), _matched(before, after)
    roles = {new: old for new, old in sorted(forth.items()) if back.get(old) == new}
    if not roles:
        return None
    left = drift(compare(actual, with_roles(desired, kinds, roles), kinds))
    explained = len(told) - sum(change.key.kind in telling for change in left)
    return RoleNames(roles, explained) if explained > 0 else None


def _names(snapshot: Snapshot, kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Every role that an object names."""
    return frozenset(
        role
        for name, kind in kinds.items()
        for item in snapshot.by_kind.get(name, ())
        for field in kind.roles
        for role in _standing(getattr(item, field))
    )


def _standing(value: Any) -> tuple[str, ...]:  # noqa: ANN401  a name or a tuple of names
    return value if isinstance(value, tuple) else (value,)


def _places(
    items: Iterable[Object | None], changes: Iterable[Change], kinds: Mapping[str, Kind], of: frozenset[str]
) -> Mapping[_Place, frozenset[str]]:
    """Which of these roles stand where."""
    found: defaultdict[_Place, frozenset[str]] = defaultdict(frozenset)
    for item, change in zip(items, changes, strict=True):
        for place, role in _roles_of(item, kinds[change.key.kind]) if item is not None else ():
            if role in of:
                found[place] |= {role}
    return found


def _roles_of(item: Object, kind: Kind) -> Iterator[tuple[_Place, str]]:
    identity = [None if name in kind.roles else getattr(item, name) for name in kind.identity]
    for field in kind.roles:
        yield from (((kind.name, field, *identity), role) for role in _standing(getattr(item, field)))


def _matched(places: Mapping[_Place, frozenset[str]], others: Mapping[_Place, frozenset[str]]) -> dict[str, str]:
    """For each role the only one that stands wherever it does, as far as the other side has the place at all."""
    candidates: dict[str, frozenset[str]] = {}
    for place, roles in places.items():
        for role in roles if place in others else ():
            candidates[role] = candidates.get(role, others[place]) & others[place]
    return {role: next(iter(found)) for role, found in candidates.items() if len(found) == 1}
