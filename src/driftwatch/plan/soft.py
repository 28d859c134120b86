"""Which soft edges of a cycle are given up: those that can't hold, and else as few as an order of the rest leaves."""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from driftwatch.plan.graph import order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from driftwatch.plan.draft import Node
    from driftwatch.plan.edge import Edge


def impossible(component: set[Node], inside: Sequence[Edge], rank: Callable[[Node], Any]) -> list[Edge]:
    """The soft edges that say the opposite of the hard ones, which alone have no cycle.

    Args:
        component: nodes on cycles.
        inside: the edges between them.
        rank: the order of what may come next.
    """
    hard = _after(edge for edge in inside if not edge.soft)
    nodes, _ = order(component, hard, rank)
    bit = {node: 1 << n for n, node in enumerate(nodes)}
    before: dict[Node, int] = {}  # as a set of bits: a tree of partitions has thousands of nodes
    for node in nodes:
        known = 0
        for needed in hard.get(node, ()):
            known |= before[needed] | bit[needed]
        before[node] = known
    return [edge for edge in inside if edge.soft and before[edge.before] & bit[edge.after]]


def unheeded(component: set[Node], inside: Sequence[Edge], rank: Callable[[Node], Any]) -> list[Edge]:
    """The soft edges against an order by the hard ones that heeds as many as it can."""
    hard, soft = _after(edge for edge in inside if not edge.soft), [edge for edge in inside if edge.soft]
    place = {node: n for n, node in enumerate(_most_heeded(component, hard, _after(soft), rank))}
    return [edge for edge in soft if place[edge.after] < place[edge.before]]


def _after(edges: Iterable[Edge]) -> dict[Node, set[Node]]:
    found: defaultdict[Node, set[Node]] = defaultdict(set)
    for edge in edges:
        found[edge.after].add(edge.before)
    return found


def _most_heeded(
    component: set[Node],
    hard: Mapping[Node, set[Node]],
    soft: Mapping[Node, set[Node]],
    rank: Callable[[Node], Any],
) -> list[Node]:
    """An order by the hard edges, of what may come next always what has the fewest soft ones against it."""
    waiting = {node: len(hard.get(node, ())) for node in component}
    against = {node: len(soft.get(node, ())) for node in component}
    followers, wishing = _reversed(hard), _reversed(soft)
    ready = [(against[node], rank(node), node) for node, count in waiting.items() if not count]
    heapq.heapify(ready)
    done: dict[Node, None] = {}
    while ready:
        count, _, node = heapq.heappop(ready)
        if node in done or count != against[node]:
            continue  # it stands there again with fewer against it
        done[node] = None
        for follower in followers[node]:
            waiting[follower] -= 1
        for wisher in wishing[node]:
            against[wisher] -= 1
        for other in followers[node] | wishing[node]:
            if not waiting[other] and other not in done:
                heapq.heappush(ready, (against[other], rank(other), other))
    return list(done)


def _reversed(after: Mapping[Node, set[Node]]) -> defaultdict[Node, set[Node]]:
    found: defaultdict[Node, set[Node]] = defaultdict(set)
    for node, needed in after.items():
        for need in needed:
            found[need].add(node)
    return found
