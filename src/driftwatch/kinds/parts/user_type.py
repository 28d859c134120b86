"""What all user-defined types share: their name, how they are moved out of the way, renamed and dropped."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Object, Snapshot
    from driftwatch.model.statement import Writing

_ASIDE = "__driftwatch_old"
_NAMEDATALEN = 63  # bytes; longer names are cut off (manual, 4.1.1)
_HOLDERS = frozenset({"domain", "composite_type", "range_type"})


def aside_name(name: str) -> str:
    """The name under which an old object waits for its users to leave it."""
    if len(name.encode()) + len(_ASIDE) <= _NAMEDATALEN:
        return name + _ASIDE
    unlike = f"_{zlib.crc32(name.encode()):08x}{_ASIDE}"  # another long name may begin alike
    return name.encode()[: _NAMEDATALEN - len(unlike)].decode(errors="ignore") + unlike


def slots(item: Object) -> list[tuple[str, ...]]:
    """Tables, views and the rest have row types: a type's name is theirs as well."""
    return [("type", item.schema, item.name)]


def reference(item: Object) -> str:
    """`TYPE public.mood`."""
    return f"TYPE {qualify(item.schema, item.name)}"


def drop(item: Object, _context: Context) -> Writing:
    """DROP TYPE."""
    hazard = Hazard(Danger.BREAKS_CODE, f"code that names type {item.name} fails")
    return [Statement(f"DROP {reference(item)}", hazards=(hazard,))]


def set_aside(item: Object, _context: Context) -> tuple[Statement, Statement]:
    """Renames the type (and, by itself, its array type); drops it under that name when nothing uses it any more."""
    name = aside_name(item.name)
    return (
        Statement(f"ALTER {reference(item)} RENAME TO {quote(name)}"),
        Statement(f"DROP TYPE {qualify(item.schema, name)}"),
    )


def stored_inside(key: Key, snapshot: Snapshot) -> bool:
    """Whether columns hold the type inside of an array, a composite type or a range, or of a domain over such a one.

    PostgreSQL can't check those columns when the type changes, and refuses the change (error 0A000).
    """
    for edge in snapshot.dependents.get(key, ()):
        item = snapshot.objects[edge.key]
        inside = edge.key.kind in {"composite_type", "range_type"} or getattr(item, "type", "").endswith("[]")
        if edge.key.kind == "column" and inside:
            return True
        if edge.key.kind in _HOLDERS and (_stored if inside else stored_inside)(edge.key, snapshot):
            return True
    return False


def _stored(key: Key, snapshot: Snapshot) -> bool:
    """Whether columns hold the type, be it directly or inside of another."""
    users = [edge.key for edge in snapshot.dependents.get(key, ())]
    return any(user.kind == "column" or (user.kind in _HOLDERS and _stored(user, snapshot)) for user in users)


def rename(item: Object, name: str) -> Statement:
    """ALTER TYPE … RENAME TO."""
    hazard = Hazard(Danger.BREAKS_CODE, "code that uses the old name fails")
    return Statement(f"ALTER {reference(item)} RENAME TO {quote(name)}", hazards=(hazard,))
