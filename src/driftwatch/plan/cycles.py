"""Cutting cycles: what is given up, least first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.edges import Tie
from driftwatch.model.statement import Implied
from driftwatch.plan.draft import ALTER, END, MAKE
from driftwatch.plan.kept import REFILL, holds_rows
from driftwatch.plan.soft import impossible, unheeded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from driftwatch.model.key import Key
    from driftwatch.plan.draft import Draft, Node
    from driftwatch.plan.edge import Edge


def cut(component: set[Node], draft: Draft, edges: Iterable[Edge]) -> None:
    """Give up the least that may break a cycle: soft edges, absorbed drops, folding, altering, one-step creation."""
    cuts = draft.cuts
    inside = [edge for edge in edges if edge.after in component and edge.before in component]
    keys = {edge.dependent for edge in inside} | {edge.needed for edge in inside}
    if any(edge.soft for edge in inside):
        _soften(component, inside, draft)
    elif absorbed := {key for key in keys if key in draft.absorbers and _separable(key, draft)}:
        # What is in the way is what needs something elsewhere: a foreign key, and not the keys of both tables.
        apart = {edge.dependent for edge in inside if edge.dependent != edge.needed}
        _separate(_outermost(absorbed & apart or absorbed, draft), draft)
    elif cascaded := {edge.dependent: edge.needed for edge in inside if _cascades(edge, draft)}:
        cuts.cascaded |= cascaded
    elif folded := {edge.dependent for edge in inside if edge.dependent in draft.folded_into}:
        cuts.unfolded |= _lightest(folded, draft)
    elif kept := {key for verb, key in component if verb == REFILL}:
        cuts.unkept.add(max(kept))
    elif promotable := {key for verb, key in component if verb == ALTER}:
        cuts.promoted |= _lightest(promotable, draft)
    elif forward := {key for verb, key in component if verb == MAKE and _has_forward_form(key, draft)}:
        cuts.forward.add(min(forward))
    elif loose := {key for verb, key in component if verb == END and _can_be_loosened(key, draft)}:
        cuts.loosened.add(min(loose))
    else:
        _give_up(component, draft)


def _soften(component: set[Node], inside: Sequence[Edge], draft: Draft) -> None:
    """Give up soft edges that can't hold, or else as few as can be; none where a clone can go with its origin instead.

    Two trees that refer to each other are taken apart like that: each other's foreign keys have to be gone before a
    partition with rows can be detached.
    """
    cuts = draft.cuts
    clones = {edge.dependent for edge in inside} & draft.fates.ended - draft.absorbers.keys() - cuts.cloned
    if clones := {key for key in clones if draft.origins(key) and _stands_alone(key, draft)}:
        cuts.cloned |= clones
    else:
        against = impossible(component, inside, draft.rank) or unheeded(component, inside, draft.rank)
        cuts.softened |= {edge.reason for edge in against}


def _stands_alone(key: Key, draft: Draft) -> bool:
    """Whether nothing but what is said about it hangs on an object: on a key an attached index does."""
    return all(draft.kinds[edge.key.kind].about for edge in draft.old.dependents.get(key, ()))


def _separable(key: Key, draft: Draft) -> bool:
    """Whether an absorbed object can be dropped by itself: an attached index can't."""
    if holds_rows(key, draft):
        return False
    return not isinstance(draft.kinds[key.kind].drop(draft.old.objects[key], draft.context), Implied)


def _outermost(keys: set[Key], draft: Draft) -> set[Key]:
    """Those that do not go along with another of them: a foreign key rather than its clones on partitions."""
    return {key for key in keys if keys.isdisjoint(draft.absorbers[key])}


def _separate(keys: set[Key], draft: Draft) -> None:
    """Drop them by themselves: a clone on a partition that goes with its table can only go with its origin (42P16)."""
    tried = {key for key in keys if draft.absorbers[key] == draft.origins(key)}
    clones = {key for key in keys - tried if draft.origins(key) and _keeps_its_tie(key, draft)}
    draft.cuts.cloned |= clones
    draft.cuts.explicit |= keys - clones


def _keeps_its_tie(key: Key, draft: Draft) -> bool:
    ties = {draft.link(edge) for edge in draft.old.needs.get(key, ()) if edge.tie is Tie.BOUND}
    return all(tie not in draft.fates.ended or tie in draft.absorbers for tie in ties)


def _cascades(edge: Edge, draft: Draft) -> bool:
    """Whether dropping what is needed can take the dependent along."""
    both_end = edge.before == draft.resolve((END, edge.dependent)) and edge.after == draft.resolve((END, edge.needed))
    return both_end and draft.kinds[edge.needed.kind].cascades and edge.dependent not in draft.cuts.cascaded


def _has_forward_form(key: Key, draft: Draft) -> bool:
    write = draft.kinds[key.kind].forward
    return write is not None and key not in draft.cuts.forward and bool(write(draft.new.objects[key], draft.context))


def _can_be_loosened(key: Key, draft: Draft) -> bool:
    kind = draft.kinds[key.kind]
    write = None if kind.lets_go else kind.loosen  # to let go of some things does not open every circle
    return write is not None and key not in draft.cuts.loosened and bool(write(draft.old.objects[key], draft.context))


def _lightest(keys: set[Key], draft: Draft) -> set[Key]:
    """Those of the kind that is created last: a default rather than its column."""
    last = max(draft.place(key) for key in keys)
    return {key for key in keys if draft.place(key) == last}


def _give_up(component: set[Node], draft: Draft) -> None:
    """Leave one object of the cycle out, by name."""
    around = ", ".join(sorted(str(key) for _, key in component))
    # One that was left out already is on the cycle for what it is rebuilt with.
    nodes = [node for node in component if node[1] not in draft.cuts.hopeless] or list(component)
    _, key = max(nodes, key=draft.rank)
    draft.cuts.hopeless[key] = f"it is on a cycle that can't be cut: {around}"
