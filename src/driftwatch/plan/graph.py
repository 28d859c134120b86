"""A deterministic topological order, and the cycles where there is none."""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

Node = TypeVar("Node")


def order(
    nodes: Iterable[Node], after: Mapping[Node, set[Node]], rank: Callable[[Node], Any]
) -> tuple[list[Node], list[Node]]:
    """Nodes so that each comes after all of `after[node]`; of those that may come next the one with the lowest rank.

    Returns:
        The order, and the nodes that are left since they are on a cycle or behind one.
    """
    waiting = {node: len(after.get(node, ())) for node in nodes}
    before: defaultdict[Node, list[Node]] = defaultdict(list)
    for node, needed in after.items():
        for need in needed:
            before[need].append(node)
    ready = [(rank(node), n, node) for n, (node, count) in enumerate(waiting.items()) if not count]
    heapq.heapify(ready)
    done, serial = [], len(waiting)
    while ready:
        _, _, node = heapq.heappop(ready)
        done.append(node)
        del waiting[node]
        for follower in before[node]:
            waiting[follower] -= 1
            if not waiting[follower]:
                serial += 1
                heapq.heappush(ready, (rank(follower), serial, follower))
    return done, list(waiting)


def yet_to_come(
    done: Sequence[Node], after: Mapping[Node, set[Node]], commits: AbstractSet[Node], urgent: AbstractSet[Node]
) -> dict[Node, int]:
    """How many transactions have to follow the one with a node, when each stands in as late a one as can be.

    So the first ones hold what others wait for, and no more: a later one may fail when they are committed already, and
    an index that is dropped in the one and made anew in the other would be missing until somebody looks.

    Args:
        done: in an order that `after` allows.
        after: for a node those it directly comes after.
        commits: those that are committed before what comes after them.
        urgent: those that stay in the first transaction where there are several, with all they need.
    """
    found = _from_the_end(done, after, commits, dict.fromkeys(done, 0))
    most = max(found.values(), default=0)
    return _from_the_end(done, after, commits, found | dict.fromkeys(urgent, most))


def _from_the_end(
    done: Sequence[Node], after: Mapping[Node, set[Node]], commits: AbstractSet[Node], at_least: Mapping[Node, int]
) -> dict[Node, int]:
    found = dict(at_least)
    for node in reversed(done):
        for need in after.get(node, ()):
            found[need] = max(found[need], found[node] + (need in commits))
    return found


def cycles(nodes: Iterable[Node], after: Mapping[Node, set[Node]]) -> list[set[Node]]:
    """The strongly connected components with more than one node (Tarjan's algorithm, without recursion)."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
    found: list[set[Node]] = []
    for root in nodes:
        if root in index:
            continue
        work = [(root, iter(sorted(after.get(root, ()), key=repr)))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            child = next(rest, None)
            if child is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = _pop(stack, on_stack, node)
                    if len(component) > 1:
                        found.append(component)
            elif child not in index:
                index[child] = low[child] = len(index)
                stack.append(child)
                on_stack.add(child)
                work.append((child, iter(sorted(after.get(child, ()), key=repr))))
            elif child in on_stack:
                low[node] = min(low[node], index[child])
    return found


def _pop(stack: list[Node], on_stack: set[Node], root: Node) -> set[Node]:
    component: set[Node] = set()
    while root not in component:
        node = stack.pop()
        on_stack.discard(node)
        component.add(node)
    return component
