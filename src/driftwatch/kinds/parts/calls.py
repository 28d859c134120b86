"""What calls functions of the user's as it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.key import Key

_CALLED = frozenset({"function", "operator", "operator_class"})


def functions(key: Key, context: Context) -> bool:
    """Whether a new object's expressions may call some; PostgreSQL's own anybody may call."""
    return any(edge.needs.kind in _CALLED for edge in context.new.needs.get(key, ()))
