"""What a difference in an attribute means: each attribute of a kind has one of these rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.key import Key
    from driftwatch.model.statement import Writing


def _nothing(*_: object) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True)
class Ignore:
    """The attribute is read, but a difference in it is no drift; with `told` it is listed as information."""

    reason: str
    told: bool = True


@dataclass(frozen=True)
class Replace:
    """A difference in the attribute means to drop and create the object."""


@dataclass(frozen=True)
class Alter:
    """A difference in the attribute is mended in place.

    One `Alter` may stand for several attributes: its writer is called once, with both objects.
    """

    write: Callable[[Any, Any, Context], Writing]
    replace_if: Callable[[Any, Any, Context], bool] = lambda _old, _new, _context: False
    """True where these two values can't be reached in place after all."""
    rebuilds: frozenset[str] = frozenset()
    """Kinds of direct dependents that the server would not let stand while this is altered."""
    bars: Callable[[Key, Any, Any, Context], bool] = lambda _dependent, _old, _new, _context: False
    """Whether this direct dependent, of whatever kind, has to be rebuilt for just these two values."""
    unseats: Callable[[Any, Any, Context], Iterable[Key]] = _nothing
    """What does not depend on the object, and can't stand while it is altered all the same: gone before, made after."""
    leaves: Callable[[Any, Any], str] = lambda _old, _new: ""
    """Why this difference is left as it is, and what to do about it by hand; empty where it is migrated."""


Rule = Ignore | Replace | Alter
