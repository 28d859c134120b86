"""What all user-defined types share: their name, how they are moved out of the way, renamed and dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.kind import Context, Writing
    from driftwatch.model.snapshot import Object

_ASIDE = "__driftwatch_old"
_NAMEDATALEN = 63  # bytes; longer names are cut off (manual, 4.1.1)


def aside_name(name: str) -> str:
    """The name under which an old object waits for its users to leave it."""
    return name.encode()[: _NAMEDATALEN - len(_ASIDE)].decode(errors="ignore") + _ASIDE


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


def rename(item: Object, name: str) -> Statement:
    """ALTER TYPE … RENAME TO."""
    hazard = Hazard(Danger.BREAKS_CODE, "code that uses the old name fails")
    return Statement(f"ALTER {reference(item)} RENAME TO {quote(name)}", hazards=(hazard,))
