"""What is compared: the desired schema with everything that is not to be compared put as the actual one has it.

Leaving a difference out of the list of changes would not do: the plan has to know what stands there, since it may have
to drop and create it around something else. So the desired snapshot takes over the actual one's objects, with their
dependencies, and gives up what the actual one lacks. After that nothing needs to know of scopes and rules.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.diff.compare import compare
from driftwatch.diff.descent import Descent
from driftwatch.diff.masks import Masks, Scope
from driftwatch.diff.roles import with_roles
from driftwatch.diff.tablespaces import at_home
from driftwatch.diff.taking_over import Draft
from driftwatch.diff.tree import Tree
from driftwatch.diff.usual import as_usual
from driftwatch.errors import ConfigError
from driftwatch.model.edges import only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driftwatch.config import CompareRequest, Config, VerifyRequest
    from driftwatch.config.target import TargetPair
    from driftwatch.model.change import Change
    from driftwatch.model.comparison import Hidden
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot


class Scoped(NamedTuple):
    """Two schemas as they are compared.

    Attributes:
        desired: Where everything out of scope is as the actual side has it.
        actual: Without what only follows what is compared; nearly always the same as it came.
        hidden: For each of the user's rules, and each of ours that did anything, the keys of the changes that are not
            there because of it.
        following: Keys that are not compared, and change along with what is.
        changes: What leads from the actual one to the desired one.
    """

    desired: Snapshot
    actual: Snapshot
    hidden: tuple[Hidden, ...]
    following: frozenset[Key]
    changes: tuple[Change, ...]


def effective(
    desired: Snapshot,
    actual: Snapshot,
    kinds: Sequence[Kind],
    request: CompareRequest | VerifyRequest,
    config: Config,
) -> Scoped:
    """Both schemas as far as a request and the configuration ask for them, and how much each rule hid.

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
            f" {', '.join(actual)}: give both the same (schemas in config.yaml, ?schema= in the URLs), or say"
            " which stands for which (schema_map)"
        )
    return actual or desired


def in_scope(desired: Snapshot, actual: Snapshot, kinds: Sequence[Kind], scope: Scope) -> Scoped:
    """The desired schema, where everything out of scope is as the actual one has it.

    Raises:
        ConfigError: roles can't be told apart.
    """
    desired = at_home(with_roles(desired, kinds, scope.roles or {}), actual, kinds)
    desired = as_usual(desired, actual, kinds)
    changes = compare(actual, desired, kinds)
    masks = Masks(desired, actual, kinds, scope)
    draft = Draft(dict(desired.objects), desired, actual)
    following: set[Key] = set()
    descent = Descent(desired, actual, kinds, masks, changes)
    for change in changes:
        reason = masks.reason(change.key)
        comes_down = reason is not None and descent.comes_down(change.key)
        if reason and not comes_down:
            draft.take_over(change.key, reason)
        elif change.old is not None and change.new is not None:
            kept = descent.kept(change, reason) if reason else masks.attributes(change)
            draft.take_attributes(change, dict(kept))
        if reason and comes_down:
            following.add(change.key)
            draft.follow_above(change.key, reason)
    draft.leave_out(descent.left_out())
    draft.follow([change.key for change in changes if change.old is None and not masks.is_about(change.key)])
    draft.remove_orphans()
    wanted, there = draft.snapshot(), draft.remaining()
    left = compare(there, wanted, kinds, among={change.key for change in changes} | draft.touched)
    return Scoped(wanted, there, draft.hidden(masks.rules.reasons), frozenset(following), left)


def keys_in(snapshot: Snapshot, kinds: Sequence[Kind], schemas: Sequence[str]) -> set[Key]:
    """The objects of the schemas that fit one of the patterns; everything without patterns."""
    tree = Tree((snapshot,), kinds)
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
