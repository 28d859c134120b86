"""What of two schemas is not compared, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from driftwatch.diff.builtin_ignores import Recognised
from driftwatch.diff.ignore import Reason, Rules
from driftwatch.diff.taking_over import NOT_ASKED
from driftwatch.diff.tree import Tree
from driftwatch.model.key import Key
from driftwatch.sql import LOADER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from driftwatch.config.values import IgnoreRule
    from driftwatch.model.change import Change
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot

_PUBLIC = Key("schema", ("public",))

_OF_PUBLIC = Reason(
    "schema_map", "every database comes with a schema public, a comment, an owner and grants of its own"
)


@dataclass(frozen=True)
class Scope:
    """What is compared.

    Attributes:
        include: The words of `include`: which optional kinds are compared.
        schemas: Patterns of the schemas whose objects are compared; none: all, and what is in no schema.
        rules: What is ignored.
        builtin: Whether the bookkeeping of migration tools is ignored as well.
        roles: What roles of the desired side are called on the actual one.
        schema_map: What schemas of the desired side are called on the actual one; they bear these names already.
    """

    include: frozenset[str] = frozenset()
    schemas: tuple[str, ...] = ()
    rules: tuple[IgnoreRule, ...] = ()
    builtin: bool = True
    roles: Mapping[str, str] | None = None
    schema_map: Mapping[str, str] = field(default_factory=dict)


class Masks:
    """Decides what is not compared."""

    def __init__(self, desired: Snapshot, actual: Snapshot, kinds: Sequence[Kind], scope: Scope) -> None:
        self.scope = scope
        self.rules = Rules(scope.rules)
        self._tree = Tree((desired, actual), kinds)
        self._recognised = Recognised((desired, actual), enabled=scope.builtin)
        unread = {row.what for snapshot in (desired, actual) for row in snapshot.unreadable}
        self._unsaid = {
            key for kind in kinds if (kind.about or kind.shared) and kind.roles for key in _saying_nobody(kind, desired)
        }
        self._not_asked = unread | {kind.name for kind in kinds if kind.optional and kind.optional not in scope.include}
        self._known: dict[Key, Reason | None] = {}

    def is_about(self, key: Key) -> bool:
        """Whether it is a comment, a grant or the like."""
        return self._tree.kinds[key.kind].about

    def is_ignored(self, key: Key) -> bool:
        """Whether a rule, or the schemas that were asked for, leave it out, and not just what is asked about all."""
        return key.kind not in self._not_asked and key not in self._unsaid and self.reason(key) is not None

    def reason(self, key: Key) -> Reason | None:
        """Why an object is not compared: its own reason, or that of what it is a part of."""
        if key not in self._known:
            self._known[key] = None  # nothing is a part of itself, but the ends of a tie may be tied both ways
            self._known[key] = self._reason(key)
        return self._known[key]

    def _reason(self, key: Key) -> Reason | None:
        if key.kind in self._not_asked or key in self._unsaid:
            return NOT_ASKED
        if self.scope.schemas and not self._tree.is_in(key, self.scope.schemas):
            return NOT_ASKED
        if self._comes_with_public(key):
            return _OF_PUBLIC
        own = self.rules.whole(key, self._tree.target(key)) or self._recognised.reason(key)
        return own or self._inherited(key)

    def _comes_with_public(self, key: Key) -> bool:
        """Whether it is a schema `public` that is called otherwise elsewhere, or what is said about it."""
        called = self.scope.schema_map.get("public")
        return called is not None and (key == _PUBLIC or self._tree.target(key) == Key("schema", (called,)))

    def _inherited(self, key: Key) -> Reason | None:
        wholes = sorted(self._tree.parents(key))
        if self.scope.rules or self._recognised:
            wholes += self._tree.owners(key)
        return next((reason for whole in wholes if (reason := self.reason(whole))), None)

    def attributes(self, change: Change) -> Iterator[tuple[str, Reason]]:
        """The attributes of an altered object that are not compared."""
        changed = [attribute.name for attribute in (*change.attributes, *change.information)]
        return self.rules.attributes(change.key, changed, self._tree.target(change.key))


def _saying_nobody(kind: Kind, desired: Snapshot) -> Iterator[Key]:
    """What only says that an object belongs to whoever loads the SQL: nothing that could be compared."""
    for item in desired.by_kind.get(kind.name, ()):
        if any(getattr(item, field) == LOADER for field in kind.roles):
            yield kind.key(item)
