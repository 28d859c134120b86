"""What has to come before what: create after what is needed, drop before it, free a name before it is taken."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from driftwatch.model.edges import Tie
from driftwatch.plan import filling, kept
from driftwatch.plan.draft import ALTER, COMPLETE, DISCARD, END, LOOSEN, MAKE
from driftwatch.plan.edge import Edge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.edges import Edge as Needs
    from driftwatch.model.key import Key
    from driftwatch.plan.draft import Draft, Node


def edges(draft: Draft) -> list[Edge]:
    """Every edge between two nodes, without the soft ones that were given up."""
    given_up = draft.cuts.softened
    return [edge for edge in _edges(draft) if edge.after != edge.before and not (edge.soft and edge.reason in given_up)]


def _edges(draft: Draft) -> Iterable[Edge]:
    yield from _creation_edges(draft)
    yield from _removal_edges(draft)
    yield from _unlinking_edges(draft)
    yield from _unseating_edges(draft)
    yield from _slot_edges(draft)
    yield from _handing_edges(draft)
    for key in draft.fates.ended & draft.fates.made:
        yield Edge(draft.resolve((MAKE, key)), draft.resolve((END, key)), key, key)
    for key in draft.aside:
        yield Edge((DISCARD, key), draft.resolve((END, key)), key, key)
        if key in draft.fates.made:
            yield Edge((DISCARD, key), draft.resolve((MAKE, key)), key, key)
    yield from _loosening_edges(draft)
    yield from kept.edges(draft)
    yield from filling.edges(draft)
    for key in draft.cuts.forward & draft.fates.made:
        yield Edge((COMPLETE, key), (MAKE, key), key, key)


def _loosening_edges(draft: Draft) -> Iterable[Edge]:
    """Let go first; what is altered afterwards must not bind to the old object again."""
    for key in draft.loosened:
        yield Edge(draft.resolve((END if key in draft.fates.ended else ALTER, key)), (LOOSEN, key), key, key)
    for key in draft.fates.loosened & draft.fates.altered.keys():
        for needed in draft.fates.let_go_by(key):
            for ending in _endings(draft, needed):
                yield Edge(draft.resolve((ALTER, key)), ending, key, needed)


def _leaving(draft: Draft, key: Key, needed: Key) -> Node:
    """The node after which an object needs no longer what its old state needed."""
    partly = key in draft.fates.loosened and needed.kind in draft.kinds[key.kind].lets_go
    if key in draft.cuts.loosened or partly:
        return LOOSEN, key
    return draft.resolve((ALTER, key) if key in draft.fates.altered else draft.gone(key))


def _creation_edges(draft: Draft) -> Iterable[Edge]:
    """Make and alter after what the new object needs is as it shall be."""
    for key in [*draft.fates.made, *draft.fates.altered]:
        node = draft.made(key)
        for edge in draft.new.needs.get(key, ()):
            needed = edge.needs
            before = draft.made(needed)
            if needed in draft.cuts.forward and _reaches(draft, needed, key):
                before = draft.resolve((MAKE, needed))  # on the same circle, its name has to be enough
            if before is None or node is None or edge.tie in {Tie.OWNED, Tie.BOUND}:
                continue
            yield Edge(node, before, key, needed, soft=edge.tie is Tie.ORDER)
            if key in draft.cuts.forward and not _reaches(draft, needed, key):
                yield Edge(draft.resolve((MAKE, key)), before, key, needed)
    for key in draft.fates.made:
        for gone in draft.kinds[key.kind].clears(draft.new.objects[key], draft.old):
            if gone in draft.fates.ended:
                yield Edge(draft.resolve((MAKE, key)), draft.resolve(draft.gone(gone)), key, gone, soft=True)
    yield from _overload_edges(draft)
    yield from _age_edges(draft)


def _age_edges(draft: Draft) -> Iterable[Edge]:
    """Of what is alike to the server, that which another leans on is there first."""
    for key in draft.fates.made:
        for first, later in draft.kinds[key.kind].leans_on_first(draft.new.objects[key], draft.new):
            if draft.fates.made.issuperset((first, later)):
                yield Edge(draft.resolve((MAKE, later)), draft.resolve((MAKE, first)), later, first, soft=True)


def _overload_edges(draft: Draft) -> Iterable[Edge]:
    """What calls another by its name is made once those are gone that the name could also mean."""
    leaving: defaultdict[tuple[str, ...], list[Key]] = defaultdict(list)
    for key in draft.fates.ended:
        for name in draft.kinds[key.kind].called(draft.old.objects[key]):
            leaving[name].append(key)
    for key in [*draft.fates.made, *draft.fates.altered] if leaving else ():
        for needed in {edge.needs for edge in draft.new.needs.get(key, ())}:
            for name in draft.kinds[needed.kind].called(draft.new.objects[needed]):
                for gone in leaving.get(name, ()):
                    node = draft.made(key)
                    if node is not None and gone != needed:
                        yield Edge(node, draft.resolve(draft.gone(gone)), key, gone, soft=True)


def _reaches(draft: Draft, start: Key, goal: Key) -> bool:
    """Whether the new object needs the goal, over however many others."""
    seen, todo = {start}, [start]
    while todo:
        for edge in draft.new.needs.get(todo.pop(), ()):
            if edge.needs == goal:
                return True
            if edge.needs not in seen:
                seen.add(edge.needs)
                todo.append(edge.needs)
    return False


def _removal_edges(draft: Draft) -> Iterable[Edge]:
    """Before an object is gone or altered, what needed its old state is gone or altered."""
    for key in [*draft.fates.ended, *draft.fates.altered]:
        for edge in draft.old.needs.get(key, ()):
            needed = edge.needs
            if draft.unlinked(edge):
                continue
            leaving = _leaving(draft, key, needed)
            if edge.tie is Tie.INHERITED:
                yield from _inherited_removal(draft, key, needed, leaving)
            elif needed in draft.fates.ended:
                for after in _endings(draft, needed):
                    yield Edge(after, leaving, key, needed, soft=edge.tie is Tie.ORDER)
                    if key in draft.fates.made and key in draft.fates.ended and needed not in draft.aside:
                        # Built again, it must not bind to the old object: a foreign key takes any fitting index.
                        yield Edge(draft.resolve((MAKE, key)), after, key, needed, soft=True)
                if needed in draft.aside and key in draft.fates.ended and not draft.gone_with(key, needed):
                    # What is dropped by the type's name (a function) is dropped before that changes.
                    yield Edge(draft.resolve((END, needed)), draft.resolve((END, key)), key, needed, soft=True)
            elif needed in draft.fates.altered and (key in draft.fates.ended or _turns_away(draft, edge)):
                yield Edge(draft.resolve((ALTER, needed)), leaving, key, needed, soft=key not in draft.fates.ended)


def _turns_away(draft: Draft, edge: Needs) -> bool:
    """Whether altering an object ends that it has to come after another, which may be altered without it then."""
    return edge.tie is Tie.ORDER and edge not in draft.new.needs.get(edge.key, ())


def _unlinking_edges(draft: Draft) -> Iterable[Edge]:
    """What hangs on a parent's part, and does not go with its own whole, is cut loose before either of them goes."""
    for needed in draft.fates.ended:
        for edge in draft.old.dependents.get(needed, ()):
            link = draft.link(edge)
            if link is None or edge.key in draft.absorbers or not draft.unlinked(edge):
                continue
            loose = draft.resolve((END, link))
            yield Edge(draft.resolve(draft.gone(needed)), loose, edge.key, needed)
            if edge.key in draft.fates.ended:
                yield Edge(draft.resolve(draft.gone(edge.key)), loose, edge.key, link)


def _unseating_edges(draft: Draft) -> Iterable[Edge]:
    """What can't stand while something is altered is gone before, and made after."""
    for key in draft.fates.unseated.keys() & draft.fates.altered.keys():
        altering = draft.resolve((ALTER, key))
        for each in draft.fates.unseated[key]:
            if each in draft.fates.ended:
                yield Edge(altering, draft.resolve(draft.gone(each)), each, key)
            if each in draft.fates.made:
                yield Edge(draft.resolve((MAKE, each)), altering, each, key)


def _handing_edges(draft: Draft) -> Iterable[Edge]:
    """Rows leave for others once those are there, and nothing keeps them from taking any."""
    for key in draft.fates.ended:
        node = draft.resolve((MAKE if key in draft.fates.made else END, key))
        for taker in draft.kinds[key.kind].hands_over(draft.old.objects[key], draft.context):
            before = draft.gone(taker) if taker in draft.fates.ended else draft.made(taker)
            if before is not None:
                yield Edge(node, draft.resolve(before), key, taker, soft=True)


def _inherited_removal(draft: Draft, key: Key, needed: Key, leaving: Node) -> Iterable[Edge]:
    """What is inherited can only be touched once the parent's is gone."""
    if needed in draft.fates.ended:
        for before in _endings(draft, needed):
            yield Edge(leaving, before, key, needed)


def _endings(draft: Draft, key: Key) -> Iterable[Node]:
    """Every node that makes an ended object vanish: its own, or those of all that it is dropped with."""
    owners = draft.absorbers.get(key)
    if not owners:
        return [draft.resolve(draft.gone(key))]
    return [draft.resolve(draft.gone(owner)) for owner in owners]


def _slot_edges(draft: Draft) -> Iterable[Edge]:
    """A name is free before it is taken."""
    freed: defaultdict[tuple[str, ...], list[Node]] = defaultdict(list)
    taken = defaultdict(list, {slot: [(MAKE, key) for key in keys] for slot, keys in draft.slots_taken.items()})
    for key in draft.fates.ended:
        for slot in draft.kinds[key.kind].slots(draft.old.objects[key]):
            freed[slot].append((END, key))
    for key in draft.fates.altered:
        slots = draft.kinds[key.kind].slots
        before, after = set(slots(draft.old.objects[key])), set(slots(draft.new.objects[key]))
        for slot in before - after:
            freed[slot].append((ALTER, key))
        for slot in after - before:
            taken[slot].append((ALTER, key))
    for slot, leaving in freed.items():
        for taker in taken.get(slot, ()):
            for holder in leaving:
                # Two that swap their names are a circle; to replace one of them would cost its rows.
                swapped = taker[0] == holder[0] == ALTER
                yield Edge(draft.resolve(taker), draft.resolve(holder), taker[1], holder[1], soft=swapped)
