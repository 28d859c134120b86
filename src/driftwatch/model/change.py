"""What differs: one change an object."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Object


class Verb(StrEnum):
    """What a change does to its object, on the way from old to new."""

    ADD = "add"
    DROP = "drop"
    ALTER = "alter"


class AttributeChange(NamedTuple):
    """One attribute of an altered object: both values, and what changed inside them where they are nested."""

    name: str
    old: Any
    new: Any
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `old` is None for an addition, `new` for a removal."""

    key: Key
    verb: Verb
    old: Object | None = None
    new: Object | None = None
    attributes: tuple[AttributeChange, ...] = ()
    """Altered attributes that count as drift."""
    information: tuple[AttributeChange, ...] = ()
    """Altered attributes that are only told (column order, …)."""
