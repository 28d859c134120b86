"""From changes to a plan: fates, statements, one graph, one order.

A node of the graph is what happens to one object: (`end`, key), (`make`, key), (`alter`, key), and for a type that is set
aside also (`discard`, key). Objects whose drop comes with another's are absorbed into its node, and objects whose creation
stands in another's CREATE statement are folded into it. Where absorbing or folding closes a cycle, the object gets a
statement of its own; an altered object on a cycle is replaced; a kind with a forward form is created in two steps.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from driftwatch.model.kind import Context
from driftwatch.model.plan import Plan, Step, Unplanned
from driftwatch.model.snapshot import Tie
from driftwatch.model.statement import Implied, Statement
from driftwatch.plan.batch import batch
from driftwatch.plan.fates import decide
from driftwatch.plan.graph import cycles, order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from driftwatch.model.change import Change
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.plan.fates import Fates

Node = tuple[str, "Key"]
_TAKES_ALONG = frozenset({Tie.AUTO, Tie.OWNED, Tie.BOUND})
END, MAKE, ALTER, DISCARD, COMPLETE = "end", "make", "alter", "discard", "complete"
_VERBS = {END: "drop", MAKE: "create", ALTER: "alter", DISCARD: "drop", COMPLETE: "create"}


@dataclass
class Cuts:
    """What was given up to break cycles."""

    explicit: set[Key] = field(default_factory=set)
    """Dropped by a statement of their own instead of with their parent."""
    unfolded: set[Key] = field(default_factory=set)
    """Created by a statement of their own instead of in their parent's."""
    promoted: set[Key] = field(default_factory=set)
    """Replaced instead of altered."""
    forward: set[Key] = field(default_factory=set)
    """Created in a first form without dependencies, completed later."""
    softened: set[tuple[Key, Key]] = field(default_factory=set)
    """Soft edges that were given up."""
    hopeless: dict[Key, str] = field(default_factory=dict)

    def size(self) -> int:
        """Grows with every cut."""
        return sum(map(len, (self.explicit, self.unfolded, self.promoted, self.forward, self.softened, self.hopeless)))


@dataclass(frozen=True)
class _Edge:
    """`after` comes after `before`, because of these two keys."""

    after: Node
    before: Node
    dependent: Key
    needed: Key
    soft: bool = False
    """Better so, but not needed: the first to go where there is a cycle."""


def plan(  # noqa: PLR0913  each is a different thing, and all but three have defaults
    changes: Iterable[Change],
    old: Snapshot,
    new: Snapshot,
    kinds: Sequence[Kind],
    *,
    version: int | None = None,
    with_data: bool = True,
    include: Iterable[str] = (),
) -> Plan:
    """The plan that brings a database with the old schema to the new one.

    Args:
        changes: the drift, from `driftwatch.diff.compare`.
        old: what the database holds.
        new: what it is to hold.
        kinds: every kind, in the order in which they are best created.
        version: server_version_num of the database; the old snapshot's by default.
        with_data: False when only the shape matters, as on a shadow.
        include: the words of `include` that were asked for.
    """
    context = Context(
        old=old,
        new=new,
        version=version or old.server.version,
        with_data=with_data,
        include=frozenset(include),
        kinds={kind.name: kind for kind in kinds},
    )
    changes, cuts = list(changes), Cuts()
    while True:
        draft = _Draft(decide(changes, context, cuts.promoted, cuts.hopeless), cuts)
        done, left = order(draft.nodes, draft.after, draft.rank)
        if not left:
            return Plan(batch(draft.steps(done), draft.direct_needs), _unplanned(cuts))
        size = cuts.size()
        for component in cycles(left, draft.after):
            draft.cut(component)
        if cuts.size() == size:
            names = ", ".join(sorted(str(key) for _, key in left)[:5])
            raise AssertionError(f"a cycle was not cut: {names}")


def _unplanned(cuts: Cuts) -> tuple[Unplanned, ...]:
    return tuple(Unplanned(key, reason) for key, reason in sorted(cuts.hopeless.items()))


class _Draft:
    """One attempt at a plan, with the cuts known so far."""

    def __init__(self, fates: Fates, cuts: Cuts) -> None:
        self.fates, self.cuts = fates, cuts
        self.old, self.new, self.kinds = fates.context.old, fates.context.new, fates.kinds
        self._rank = {kind.name: n for n, kind in enumerate(self.kinds.values())}
        self._slots_taken = self._slots(self.new, fates.made)
        self.aside = {key for key in fates.aside if key in fates.made or self._reused(key)}
        self.absorbers = self._absorbers()
        self.folded_into = self._folded()
        self.context = fates.frozen_context(self._by_target())
        self._alias: dict[Node, Node] = {}
        self.statements = self._write()
        self.nodes = sorted({self.resolve(node) for node in self._all_nodes()}, key=self.rank)
        self.edges = [edge for edge in self._edges() if edge.after != edge.before and not self._softened(edge)]
        self.after: dict[Node, set[Node]] = defaultdict(set)
        for edge in self.edges:
            self.after[edge.after].add(edge.before)

    def _softened(self, edge: _Edge) -> bool:
        return edge.soft and (edge.dependent, edge.needed) in self.cuts.softened

    # What goes with what

    def _slots(self, snapshot: Snapshot, keys: Iterable[Key]) -> dict[tuple[str, ...], list[Key]]:
        taken = defaultdict(list)
        for key in sorted(keys):
            for slot in self.kinds[key.kind].slots(snapshot.objects[key]):
                taken[slot].append(key)
        return taken

    def _reused(self, key: Key) -> bool:
        return any(slot in self._slots_taken for slot in self.kinds[key.kind].slots(self.old.objects[key]))

    def _absorbers(self) -> dict[Key, list[Key]]:
        """For each ended object whose drop comes with others': those others."""
        found = {}
        for key in self.fates.ended - self.cuts.explicit:
            owners = [
                edge.needs
                for edge in self.old.needs.get(key, ())
                if edge.tie in _TAKES_ALONG and edge.needs in self.fates.ended
            ]
            if owners:
                found[key] = sorted(owners)
        return found

    def _folded(self) -> dict[Key, Key]:
        """For each made object that another's CREATE includes: that other."""
        found = {}
        for key in self.fates.made - self.cuts.unfolded:
            target = self.kinds[key.kind].folds_into(self.new.objects[key])
            if target in self.fates.made:
                found[key] = target
        return found

    def _by_target(self) -> dict[Key, tuple[Key, ...]]:
        grouped = defaultdict(list)
        for key, target in sorted(self.folded_into.items()):
            grouped[target].append(key)
        return {target: tuple(keys) for target, keys in grouped.items()}

    # Nodes

    def _all_nodes(self) -> Iterable[Node]:
        yield from ((END, key) for key in self.fates.ended if key not in self.absorbers)
        yield from ((MAKE, key) for key in self.fates.made if key not in self.folded_into)
        yield from ((ALTER, key) for key in self.fates.altered)
        yield from ((DISCARD, key) for key in self.aside)
        yield from ((COMPLETE, key) for key in self.cuts.forward & self.fates.made)

    def resolve(self, node: Node) -> Node:
        """The node in whose statements this one happens."""
        seen = set()
        while node not in seen:
            seen.add(node)
            verb, key = node
            if verb == END and key in self.absorbers:
                node = self.gone(self.absorbers[key][0])
            elif verb == MAKE and key in self.folded_into:
                node = (MAKE, self.folded_into[key])
            else:
                node = self._alias.get(node, node)
        return node

    def gone(self, key: Key) -> Node:
        """The node after which an ended object is no more."""
        return (DISCARD, key) if key in self.aside else (END, key)

    def made(self, key: Key) -> Node | None:
        """The node after which an object is as the new snapshot has it; None when it was so before."""
        if key in self.fates.made:
            return self.resolve((COMPLETE, key) if key in self.cuts.forward else (MAKE, key))
        return self.resolve((ALTER, key)) if key in self.fates.altered else None

    # Statements

    def _write(self) -> dict[Node, Sequence[Statement]]:
        written: dict[Node, Sequence[Statement]] = {}
        for node in sorted(self._all_nodes()):
            result = self._written(node)
            if isinstance(result, Implied):
                self._alias[node] = self._cause(node, result.by)
                written[node] = ()
            else:
                written[node] = result
        return written

    def _cause(self, node: Node, by: Key) -> Node:
        candidates: list[Node] = [(MAKE, by)] if by in self.fates.made else []
        candidates += [(ALTER, by)] if by in self.fates.altered else []
        candidates += [(END, by)] if by in self.fates.ended else []
        if node[0] == END:
            candidates.reverse()
        return candidates[0] if candidates else node

    def _written(self, node: Node) -> Any:  # noqa: ANN401  a Writing, or a part of one
        verb, key = node
        kind = self.kinds[key.kind]
        if verb == END:
            item = self.old.objects[key]
            return [kind.set_aside(item, self.context)[0]] if key in self.aside else kind.drop(item, self.context)
        if verb == DISCARD:
            return [kind.set_aside(self.old.objects[key], self.context)[1]]
        if verb == ALTER:
            return self._altered(key, kind)
        item = self.new.objects[key]
        if verb == COMPLETE:
            return kind.complete(item, self.context)
        made = (kind.forward if key in self.cuts.forward else kind.create)(item, self.context)
        return made if isinstance(made, Implied) else [*made, *self._settled(key)]

    def _settled(self, key: Key) -> Iterable[Statement]:
        """What follows the creation of an object and of those that are folded into it, whatever they are."""
        for made in (key, *self.context.folded.get(key, ())):
            for kind in self.kinds.values():
                if kind.settle:
                    yield from kind.settle(made, self.context)

    def _altered(self, key: Key, kind: Kind) -> Any:  # noqa: ANN401
        """Each writer once, in the order in which the kind lists its attributes."""
        old, new = self.old.objects[key], self.new.objects[key]
        writers = [kind.alter[name].write for name in kind.alter if name in self.fates.altered[key]]
        statements: list[Statement] = []
        for writer in dict.fromkeys(writers):
            result = writer(old, new, self.context)
            if isinstance(result, Implied):
                return result
            statements += result
        return statements

    # Edges

    def _edges(self) -> Iterable[_Edge]:
        yield from self._creation_edges()
        yield from self._removal_edges()
        yield from self._slot_edges()
        for key in self.fates.ended & self.fates.made:
            yield _Edge(self.resolve((MAKE, key)), self.resolve((END, key)), key, key)
        for key in self.aside:
            yield _Edge((DISCARD, key), self.resolve((END, key)), key, key)
            if key in self.fates.made:
                yield _Edge((DISCARD, key), self.resolve((MAKE, key)), key, key)
        for key in self.cuts.forward & self.fates.made:
            yield _Edge((COMPLETE, key), (MAKE, key), key, key)

    def _creation_edges(self) -> Iterable[_Edge]:
        """Make and alter after what the new object needs is as it shall be."""
        for key in [*self.fates.made, *self.fates.altered]:
            node = self.made(key)
            for edge in self.new.needs.get(key, ()):
                needed = edge.needs
                before = self.made(needed)
                if needed in self.cuts.forward:
                    before = self.resolve((MAKE, needed))  # its name is enough
                if before is None or node is None or edge.tie in {Tie.OWNED, Tie.BOUND}:
                    continue
                yield _Edge(node, before, key, needed, soft=edge.tie is Tie.ORDER)
                if key in self.cuts.forward and not self._reaches(needed, key):
                    yield _Edge(self.resolve((MAKE, key)), before, key, needed)

    def _reaches(self, start: Key, goal: Key) -> bool:
        """Whether the new object needs the goal, over however many others."""
        seen, todo = {start}, [start]
        while todo:
            for edge in self.new.needs.get(todo.pop(), ()):
                if edge.needs == goal:
                    return True
                if edge.needs not in seen:
                    seen.add(edge.needs)
                    todo.append(edge.needs)
        return False

    def _removal_edges(self) -> Iterable[_Edge]:
        """Before an object is gone or altered, what needed its old state is gone or altered."""
        for key in [*self.fates.ended, *self.fates.altered]:
            leaving = (ALTER, key) if key in self.fates.altered else self.gone(key)
            for edge in self.old.needs.get(key, ()):
                needed = edge.needs
                if needed in self.fates.ended:
                    for after in self._endings(needed):
                        yield _Edge(after, self.resolve(leaving), key, needed, soft=edge.tie is Tie.ORDER)
                        if key in self.fates.made and key in self.fates.ended:
                            # Built again, it must not bind to the old object: a foreign key takes any fitting index.
                            yield _Edge(self.resolve((MAKE, key)), after, key, needed, soft=True)
                elif needed in self.fates.altered and key in self.fates.ended:
                    yield _Edge(self.resolve((ALTER, needed)), self.resolve(leaving), key, needed)

    def _endings(self, key: Key) -> Iterable[Node]:
        """Every node that makes an ended object vanish: its own, or those of all that it is dropped with."""
        owners = self.absorbers.get(key)
        if not owners:
            return [self.resolve(self.gone(key))]
        return [self.resolve(self.gone(owner)) for owner in owners]

    def _slot_edges(self) -> Iterable[_Edge]:
        """A name is free before it is taken."""
        for key in self.fates.ended:
            freed = self.resolve((END, key))
            for slot in self.kinds[key.kind].slots(self.old.objects[key]):
                for taker in self._slots_taken.get(slot, ()):
                    yield _Edge(self.resolve((MAKE, taker)), freed, taker, key)
        for key in self.fates.altered:
            slots = self.kinds[key.kind].slots
            before, after = set(slots(self.old.objects[key])), set(slots(self.new.objects[key]))
            for taker in (taker for slot in before - after for taker in self._slots_taken.get(slot, ())):
                yield _Edge(self.resolve((MAKE, taker)), self.resolve((ALTER, key)), taker, key)
            for ended in self.fates.ended if after - before else ():
                if (after - before) & set(self.kinds[ended.kind].slots(self.old.objects[ended])):
                    yield _Edge(self.resolve((ALTER, key)), self.resolve((END, ended)), key, ended)

    # Order

    def rank(self, node: Node) -> tuple[Any, ...]:
        """Of what may come next: enum values, then rebuilding drops, then creations, then the drops that lose something."""
        verb, key = node
        place = self._rank[key.kind]
        if verb == ALTER and any(statement.commits for statement in self.statements.get(node, ())):
            return (0, place, key)
        if verb == END and key in self.fates.made:
            return (1, -place, key)
        if verb in {END, DISCARD}:
            return (3, -place, key)
        position = getattr(self.new.objects[key], "position", 0)
        return (2, place, key.path[:2], position if isinstance(position, int) else 0, key)

    def steps(self, nodes: Iterable[Node]) -> list[tuple[Node, Step]]:
        """The statements of ordered nodes."""
        return [
            (node, Step(node[1], _VERBS[node[0]], statement)) for node in nodes for statement in self.statements[node]
        ]

    def direct_needs(self, node: Node) -> set[Node]:
        """What a node comes directly after."""
        return self.after.get(node, set())

    # Cycles

    def cut(self, component: set[Node]) -> None:
        """Give up the least that may break a cycle: soft edges, absorbed drops, folding, altering, one-step creation."""
        inside = [edge for edge in self.edges if edge.after in component and edge.before in component]
        keys = {edge.dependent for edge in inside} | {edge.needed for edge in inside}
        if soft := {(edge.dependent, edge.needed) for edge in inside if edge.soft}:
            self.cuts.softened |= soft
        elif absorbed := {key for key in keys if key in self.absorbers and self._separable(key)}:
            self.cuts.explicit |= absorbed
        elif folded := {edge.dependent for edge in inside if edge.dependent in self.folded_into}:
            self.cuts.unfolded |= self._lightest(folded)
        elif promotable := {key for verb, key in component if verb == ALTER}:
            self.cuts.promoted |= self._lightest(promotable)
        elif forward := {
            key
            for verb, key in component
            if verb == MAKE and self.kinds[key.kind].forward and key not in self.cuts.forward
        }:
            self.cuts.forward.add(min(forward))
        else:
            self._give_up(component)

    def _separable(self, key: Key) -> bool:
        """Whether an absorbed object can be dropped by itself: an attached index can't."""
        return not isinstance(self.kinds[key.kind].drop(self.old.objects[key], self.context), Implied)

    def _lightest(self, keys: set[Key]) -> set[Key]:
        """Those of the kind that is created last: a default rather than its column."""
        last = max(self._rank[key.kind] for key in keys)
        return {key for key in keys if self._rank[key.kind] == last}

    def _give_up(self, component: set[Node]) -> None:
        """Leave one object of the cycle out, by name."""
        around = ", ".join(sorted(str(key) for _, key in component))
        _, key = max(component, key=self.rank)
        self.cuts.hopeless[key] = f"it is on a cycle that can't be cut: {around}"
