"""What a writer of statements may look at beside its own object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Context:
    """What a writer may look at beside its own object."""

    old: Snapshot
    new: Snapshot
    version: int
    """server_version_num of the server the statements are for."""
    made: frozenset[Key] = frozenset()
    """Keys that the plan creates (for the first time or again)."""
    ended: frozenset[Key] = frozenset()
    """Keys that the plan drops (for good or to create them again)."""
    altered: Mapping[Key, frozenset[str]] = field(default_factory=dict)
    """Keys that the plan alters in place, with the attributes."""
    folded: Mapping[Key, tuple[Key, ...]] = field(default_factory=dict)
    """For a key that is created: the keys whose creation its statement has to include."""
    with_data: bool = True
    """False when only the shape matters: materialized views stay unfilled, nothing is back-filled."""
    include: frozenset[str] = frozenset()
    """The words of `include` that were asked for: which optional kinds the plan is to bring in line."""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    """Every kind by name."""
    _answers: dict[tuple[Callable[..., Any], Key], Any] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def once(self, ask: Callable[[Key, Context], _Answer], key: Key) -> _Answer:
        """What `ask` says of an object here, asked once: each of a thousand partitions asks about the tree's top."""
        if (ask, key) not in self._answers:
            self._answers[ask, key] = ask(key, self)
        answer: _Answer = self._answers[ask, key]
        return answer

    def reference(self, key: Key, *, new: bool = True) -> str | None:
        """How COMMENT ON and ALTER name an object of the new (or old) snapshot; None where there is no such way."""
        item = (self.new if new else self.old).get(key)
        name = self.kinds[key.kind].reference
        return name(item) if name and item is not None else None

    def grantable(self, key: Key, *, new: bool = True) -> str | None:
        """How GRANT … ON names an object of the new (or old) snapshot; None where there is no such way."""
        item = (self.new if new else self.old).get(key)
        name = self.kinds[key.kind].grantable
        return name(item) if name and item is not None else None
