"""What is compared: the desired schema with everything that is not to be compared put as the actual one has it.

Leaving a difference out of the list of changes would not do: the plan has to know what stands there, since it may have
to drop and create it around something else. So the desired snapshot takes over the actual one's objects, with their
dependencies, and gives up what the actual one lacks. After that nothing needs to know of scopes and rules.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from driftwatch.diff.builtin_ignores import Recognised
from driftwatch.diff.compare import compare
from driftwatch.diff.ignore import Reason, Rules, fits
from driftwatch.diff.roles import with_roles
from driftwatch.errors import ConfigError
from driftwatch.model.comparison import Hidden
from driftwatch.model.edges import Joined, Tie, only
from driftwatch.model.key import Key
from driftwatch.sql import LOADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from driftwatch.config import CompareRequest, Config, VerifyRequest
    from driftwatch.config.target import TargetPair
    from driftwatch.config.values import IgnoreRule
    from driftwatch.model.change import Change
    from driftwatch.model.edges import Edges
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object, Snapshot

_SCHEMAS = "pg_namespace"
"""The catalogue of the one kind whose objects are schemas themselves."""

_PUBLIC = Key("schema", ("public",))

_OF_PUBLIC = Reason(
    "schema_map", "every database comes with a schema public, a comment, an owner and grants of its own"
)

_NOT_ASKED = Reason("", "")
"""Not compared because nobody asked for it; the certificate says so, no rule does."""


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


def effective(
    desired: Snapshot,
    actual: Snapshot,
    kinds: Sequence[Kind],
    request: CompareRequest | VerifyRequest,
    config: Config,
) -> tuple[Snapshot, tuple[Hidden, ...]]:
    """The desired schema as far as a request and the configuration ask for it, and how much each rule hid.

    Raises:
        ConfigError: the two sides' schemas differ, or roles can't be told apart.
    """
    scope = Scope(
        include=frozenset(map(str, getattr(request, "include", config.include))),
        schemas=common_schemas(request.pair),
        rules=config.ignore.rules,
        builtin=config.ignore.builtin,
        roles=config.roles,
        schema_map=request.pair.schema_map,
    )
    return in_scope(desired, actual, kinds, scope)


def common_schemas(pair: TargetPair) -> tuple[str, ...]:
    """The patterns of the schemas in scope, in the actual side's names; none: all.

    Raises:
        ConfigError: the two sides are limited to different ones.
    """
    desired, actual = pair.carried_over, pair.actual.schemas
    if desired and actual and sorted(desired) != sorted(actual):
        raise ConfigError(
            f"{pair.desired.name} is limited to schemas {', '.join(desired)} and {pair.actual.name} to"
            f" {', '.join(actual)}: give both the same (schemas in config.yaml, ?schema= in the URLs)"
        )
    return actual or desired


def in_scope(
    desired: Snapshot, actual: Snapshot, kinds: Sequence[Kind], scope: Scope
) -> tuple[Snapshot, tuple[Hidden, ...]]:
    """The desired schema, where everything out of scope is as the actual one has it.

    Returns:
        The snapshot to compare the actual one with, and for each of the user's rules (and each of ours that did
        anything) the keys of the changes that are not there because of it.

    Raises:
        ConfigError: roles can't be told apart.
    """
    desired = with_roles(desired, kinds, scope.roles or {})
    changes = compare(actual, desired, kinds)
    masks = _Masks(desired, actual, kinds, scope)
    draft = _Draft(dict(desired.objects), desired, actual)
    for change in changes:
        reason = masks.reason(change.key)
        if reason:
            draft.take_over(change.key, reason)
        elif change.old is not None and change.new is not None:
            draft.take_attributes(change, dict(masks.attributes(change)))
    draft.follow([change.key for change in changes if change.old is None and not masks.is_about(change.key)])
    draft.remove_orphans()
    return draft.snapshot(), draft.hidden(masks.rules.reasons)


def keys_in(snapshot: Snapshot, kinds: Sequence[Kind], schemas: Sequence[str]) -> set[Key]:
    """The objects of the schemas that fit one of the patterns; everything without patterns."""
    tree = _Tree((snapshot,), kinds)
    return {key for key in snapshot.objects if not schemas or tree.is_in(key, schemas)}


def in_schemas(snapshot: Snapshot, kinds: Sequence[Kind], schemas: Sequence[str]) -> Snapshot:
    """The objects of the schemas that fit one of the patterns, and all that they need; everything without patterns."""
    if not schemas:
        return snapshot
    kept = keys_in(snapshot, kinds, schemas)
    queue = list(kept)
    while queue:
        needed = {edge.needs for edge in snapshot.needs.get(queue.pop(), ())} - kept
        kept |= needed
        queue += needed
    return replace(
        snapshot,
        objects={key: item for key, item in snapshot.objects.items() if key in kept},
        read_edges=lambda _: only(snapshot.edges, kept),
    )


class _Tree:
    """What an object is a part of, in one snapshot or in several."""

    def __init__(self, snapshots: Sequence[Snapshot], kinds: Sequence[Kind]) -> None:
        self.snapshots = snapshots
        self.kinds = {kind.name: kind for kind in kinds}

    def items(self, key: Key) -> Iterator[Object]:
        """The object, in each snapshot that has it."""
        return (snapshot.objects[key] for snapshot in self.snapshots if key in snapshot.objects)

    def parent(self, key: Key, item: Object) -> Key | None:
        """What the object is a part of, or stands on."""
        kind = self.kinds[key.kind]
        parent: Key | None = kind.whole(item)
        return parent

    def parents(self, key: Key) -> set[Key]:
        """What it is a part of: one, unless it moved."""
        found = {self.parent(key, item) for item in self.items(key)}
        return {parent for parent in found if parent is not None}

    def target(self, key: Key) -> Key | None:
        """For what is said about another object: that one."""
        return next((item[0] for item in self.items(key)), None) if self.kinds[key.kind].about else None

    def owners(self, key: Key) -> Iterator[Key]:
        """What takes the object along when dropped, though it is no part of it: the column of a serial sequence."""
        if self.kinds[key.kind].weak:
            for snapshot in self.snapshots:
                yield from (edge.needs for edge in snapshot.needs.get(key, ()) if edge.tie is Tie.OWNED)

    def is_in(self, key: Key, schemas: Sequence[str]) -> bool:
        """Whether the whole that the object is a part of is in one of these schemas, or is one."""
        parents = self.parents(key)
        if parents:
            return all(self.is_in(parent, schemas) for parent in parents)
        kind = self.kinds[key.kind]
        if kind.catalog == _SCHEMAS:
            return any(fits(pattern, key.path[0]) for pattern in schemas)
        if "schema" not in kind.identity:
            return False
        schema = next(self.items(key)).schema
        return bool(schema) and any(fits(pattern, schema) for pattern in schemas)


class _Masks:
    """Decides what is not compared."""

    def __init__(self, desired: Snapshot, actual: Snapshot, kinds: Sequence[Kind], scope: Scope) -> None:
        self.scope = scope
        self.rules = Rules(scope.rules)
        self._tree = _Tree((desired, actual), kinds)
        self._recognised = Recognised((desired, actual), enabled=scope.builtin)
        unread = {row.what for snapshot in (desired, actual) for row in snapshot.unreadable}
        self._unsaid = {key for key in desired.objects if self._says_nobody(key, desired)}
        self._not_asked = unread | {kind.name for kind in kinds if kind.optional and kind.optional not in scope.include}
        self._known: dict[Key, Reason | None] = {}

    def _says_nobody(self, key: Key, desired: Snapshot) -> bool:
        """Whether it only says that an object belongs to whoever loads the SQL: nothing that could be compared."""
        kind = self._tree.kinds[key.kind]
        return kind.about and any(getattr(desired.objects[key], field) == LOADER for field in kind.roles)

    def is_about(self, key: Key) -> bool:
        """Whether it is a comment, a grant or the like."""
        return self._tree.kinds[key.kind].about

    def reason(self, key: Key) -> Reason | None:
        """Why an object is not compared: its own reason, or that of what it is a part of."""
        if key not in self._known:
            self._known[key] = None  # nothing is a part of itself, but the ends of a tie may be tied both ways
            self._known[key] = self._reason(key)
        return self._known[key]

    def _reason(self, key: Key) -> Reason | None:
        if key.kind in self._not_asked or key in self._unsaid:
            return _NOT_ASKED
        if self.scope.schemas and not self._tree.is_in(key, self.scope.schemas):
            return _NOT_ASKED
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


@dataclass
class _Draft:
    """The desired objects while they take over what the actual side has."""

    objects: dict[Key, Object]
    desired: Snapshot
    actual: Snapshot

    def __post_init__(self) -> None:
        self._taken: dict[Key, Reason] = {}
        self._mixed: dict[Key, list[Reason]] = {}

    def take_over(self, key: Key, reason: Reason) -> None:
        """The object as the actual side has it, or no object."""
        self._taken[key] = reason
        before = self.actual.get(key)
        if before is None:
            del self.objects[key]
        else:
            self.objects[key] = before

    def take_attributes(self, change: Change, reasons: Mapping[str, Reason]) -> None:
        """Some attributes as the actual side has them."""
        if reasons:
            self._mixed[change.key] = list(dict.fromkeys(reasons.values()))
            values = {name: getattr(change.old, name) for name in reasons}
            self.objects[change.key] = self.objects[change.key]._replace(**values)

    def follow(self, added: Iterable[Key]) -> None:
        """Where an addition was given up, what can't be without it follows, such as the index on a column."""
        queue = [key for key in added if key in self._taken]
        while queue:
            gone = queue.pop()
            for edge in self.desired.dependents.get(gone, ()):
                if edge.tie is not Tie.NORMAL and edge.key not in self._taken:
                    self._mixed.pop(edge.key, None)
                    self.take_over(edge.key, self._taken[gone])
                    queue.append(edge.key)

    def remove_orphans(self) -> None:
        """What was taken over and is dropped by PostgreSQL along with something that is to go, goes with it."""
        queue = [key for key in self.actual.objects if key not in self.objects]
        while queue:
            for edge in self.actual.dependents.get(queue.pop(), ()):
                if edge.tie is not Tie.NORMAL and edge.key in self._taken:
                    del self.objects[edge.key], self._taken[edge.key]
                    queue.append(edge.key)

    def snapshot(self) -> Snapshot:
        """The effective desired snapshot."""
        if not self._taken and not self._mixed:
            return self.desired
        return replace(self.desired, objects=self.objects, read_edges=lambda _: self._edges())

    def _edges(self) -> Edges:
        """Of what was taken over the actual side's dependencies, of what has parts of both sides both."""
        own, taken = self._taken, {*self._taken, *self._mixed}
        parts = [(self.desired.edges, lambda key: key not in own), (self.actual.edges, taken.__contains__)]
        return Joined(parts, self.objects)

    def hidden(self, always: Iterable[Reason]) -> tuple[Hidden, ...]:
        """How much each rule hid; those in `always` are told even when that is nothing."""
        keys: defaultdict[Reason, list[str]] = defaultdict(list)
        for key, reason in self._taken.items():
            keys[reason].append(str(key))
        for key, reasons in self._mixed.items():
            for reason in reasons:
                keys[reason].append(str(key))
        ordered = dict.fromkeys([*always, *sorted(keys.keys() - {_NOT_ASKED})])
        return tuple(Hidden(*reason, tuple(sorted(keys[reason]))) for reason in ordered)
