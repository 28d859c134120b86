"""One attempt at a plan: what happens to each object, in which node, by which statements.

A node is what happens to one object: (`end`, key), (`make`, key), (`alter`, key), and for a type that is set aside also
(`discard`, key). Objects whose drop comes with another's are absorbed into its node, and objects whose creation stands
in another's CREATE statement are folded into it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from driftwatch.model.edges import Tie
from driftwatch.model.plan import Step
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Implied
from driftwatch.plan import kept
from driftwatch.plan.filling import FILL, filled
from driftwatch.plan.kept import REFILL
from driftwatch.plan.rereadable import rereadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from driftwatch.model.edges import Edge
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Statement
    from driftwatch.plan.cuts import Cuts
    from driftwatch.plan.fates import Fates

Node = tuple[str, "Key"]
END, MAKE, ALTER, DISCARD, COMPLETE, LOOSEN = "end", "make", "alter", "discard", "complete", "loosen"
_VERBS = {END: "drop", MAKE: "create", ALTER: "alter", DISCARD: "drop", COMPLETE: "create", LOOSEN: "alter"}
_VERBS |= {REFILL: "create", FILL: "create"}
_TAKES_ALONG = frozenset({Tie.AUTO, Tie.OWNED, Tie.BOUND})


class Draft:
    """One attempt at a plan, with the cuts known so far."""

    def __init__(self, fates: Fates, cuts: Cuts) -> None:
        self.fates, self.cuts = fates, cuts
        self.old, self.new, self.kinds = fates.context.old, fates.context.new, fates.kinds
        self._rank = {kind.name: n for n, kind in enumerate(self.kinds.values())}
        self.slots_taken = self._slots(self.new, fates.made)
        self.loosened = (cuts.loosened & fates.ended) | fates.loosened
        self.aside = {key for key in fates.aside if key in fates.made or self._reused(key)}
        self.carried = {part: key for key in sorted(self.aside) for part in self._entwined(key)}
        self.absorbers = self._absorbers()
        # A partition goes, with its rows, along with what it is a partition of.
        self.kept = kept.kept(fates.frozen_context({})) - cuts.unkept - self.absorbers.keys()
        self.folded_into = self._folded()
        self.context = fates.frozen_context(self._by_target())
        self._alias: dict[Node, Node] = {}
        self.statements = self._write()
        self.nodes = sorted({self.resolve(node) for node in self._all_nodes()}, key=self.rank)

    # What goes with what

    def _slots(self, snapshot: Snapshot, keys: Iterable[Key]) -> dict[tuple[str, ...], list[Key]]:
        taken = defaultdict(list)
        for key in sorted(keys):
            for slot in self.kinds[key.kind].slots(snapshot.objects[key]):
                taken[slot].append(key)
        return taken

    def _reused(self, key: Key) -> bool:
        slots = self.kinds[key.kind].slots(self.old.objects[key])
        return any(slot in self.slots_taken for slot in slots) or not self.fates.made.isdisjoint(self._entwined(key))

    def _entwined(self, key: Key) -> list[Key]:
        """What is set aside with a type, and goes with it, since neither can be without the other."""
        if not self.kinds[key.kind].cascades:
            return []
        return [part for part in self.old.entwined(key) if part in self.fates.ended]

    def _absorbers(self) -> dict[Key, list[Key]]:
        """For each ended object whose drop comes with others': those others."""
        ended = self.fates.ended - self.carried.keys()
        found = {key: [owner] for key, owner in self.cuts.cascaded.items() if {key, owner} <= ended}
        cloned = self.cuts.cloned & (ended - self.cuts.explicit)
        found |= {key: origins for key in cloned if (origins := self.origins(key))}
        context = self.fates.frozen_context({})
        for key in ended - self.cuts.explicit - found.keys():
            if self.kinds[key.kind].goes_before(self.old.objects[key], context):
                continue
            owners = [
                edge.needs
                for edge in self.old.needs.get(key, ())
                if edge.tie in _TAKES_ALONG and edge.needs in self.fates.ended and not self.unlinked(edge)
            ]
            if owners:
                found[key] = sorted(owners)
        return found

    def origins(self, key: Key) -> list[Key]:
        """What an ended object was cloned from, where that ends."""
        bound = (edge.needs for edge in self.old.needs.get(key, ()) if edge.tie is Tie.BOUND)
        return sorted(needed for needed in bound if needed in self.fates.ended)

    def unlinked(self, edge: Edge) -> bool:
        """Whether the two are cut loose from each other before either ends."""
        cloned = edge.tie is Tie.BOUND and edge.key in self.cuts.cloned
        return edge.tie in {Tie.BOUND, Tie.INHERITED} and not cloned and self.link(edge) in self.fates.ended

    def link(self, edge: Edge) -> Key | None:
        """What the dependent hangs on the needed object by; None where that is the edge itself."""
        return self.kinds[edge.key.kind].link(self.old.objects[edge.key], edge.needs, self.old)

    def _folded(self) -> dict[Key, Key]:
        """For each made object that another's CREATE includes: that other."""
        found = {}
        for key in self.fates.made - self.cuts.unfolded:
            kind, item = self.kinds[key.kind], self.new.objects[key]
            target = kind.folds_into(item)
            if target in self.fates.made and not kind.stands_apart(item, self.new):
                found[key] = target
        return found

    def _by_target(self) -> dict[Key, tuple[Key, ...]]:
        grouped = defaultdict(list)
        for key, target in sorted(self.folded_into.items()):
            grouped[target].append(key)
        return {target: tuple(keys) for target, keys in grouped.items()}

    # Nodes

    def _all_nodes(self) -> Iterable[Node]:
        yield from ((END, key) for key in self.fates.ended if key not in self.absorbers and key not in self.carried)
        yield from ((MAKE, key) for key in self.fates.made if key not in self.folded_into)
        yield from ((ALTER, key) for key in self.fates.altered)
        yield from ((DISCARD, key) for key in self.aside)
        yield from ((COMPLETE, key) for key in self.cuts.forward & self.fates.made)
        yield from ((LOOSEN, key) for key in self.loosened)
        yield from ((REFILL, key) for key in self.kept)
        yield from ((FILL, key) for key in filled(self))

    def resolve(self, node: Node) -> Node:
        """The node in whose statements this one happens."""
        seen = set()
        while node not in seen:
            seen.add(node)
            verb, key = node
            if verb == END and key in self.carried:
                node = (END, self.carried[key])
            elif verb == END and key in self.absorbers:
                node = self.gone(self.absorbers[key][0])
            elif verb == MAKE and key in self.folded_into:
                node = (MAKE, self.folded_into[key])
            else:
                node = self._alias.get(node, node)
        return node

    def gone(self, key: Key) -> Node:
        """The node after which an ended object is no more."""
        whole = self.carried.get(key, key)
        return (DISCARD, whole) if whole in self.aside else (END, whole)

    def gone_with(self, one: Key, other: Key) -> bool:
        """Whether two ended objects go in the same statement."""
        return self.resolve(self.gone(one)) == self.resolve(self.gone(other))

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
        if verb == END and key in self.kept:
            return kept.aside(key, self)
        if verb == REFILL:
            return kept.back(key, self)
        if verb == END:
            item = self.old.objects[key]
            if key in self.aside:
                return [self._set_aside(key)[0]]
            dropped = kind.drop(item, self.context)
            return dropped if isinstance(dropped, Implied) else kept.quietly(key, dropped, self)
        if verb == DISCARD:
            return [self._set_aside(key)[1]]
        if verb == LOOSEN and kind.loosen:
            return kind.loosen(self.old.objects[key], self.context)
        if verb == ALTER:
            return self._altered(key, kind)
        return self._made(node, kind)

    def _made(self, node: Node, kind: Kind) -> Any:  # noqa: ANN401
        verb, key = node
        item = self.new.objects[key]
        if verb == FILL and kind.fill:
            return kind.fill(item, self.context)
        if verb == COMPLETE and kind.complete:
            return [*kind.complete(item, self.context), *self._settled(key)]
        if key in self.cuts.forward and kind.forward:
            return kind.forward(item, self.context)
        made = kind.create(item, self.context)
        return made if isinstance(made, Implied) else [*made, *self._settled(key)]

    def _set_aside(self, key: Key) -> tuple[Statement, Statement]:
        """The two statements for a type that is still used when its successor is made."""
        write = self.kinds[key.kind].set_aside
        if write is None:
            raise TypeError(f"objects of kind {key.kind} can't be set aside")
        return write(self.old.objects[key], self.context)

    def _settled(self, key: Key) -> Iterable[Statement]:
        """What follows what happens to an object and to those that are folded into it, whatever they are."""
        for made in (key, *self.context.folded.get(key, ())):
            for kind in self.kinds.values():
                if kind.settle:
                    yield from kind.settle(made, self.context)

    def _altered(self, key: Key, kind: Kind) -> Any:  # noqa: ANN401
        """Each writer once, in the order in which the kind lists its attributes."""
        old, new = self.old.objects[key], self.new.objects[key]
        rules = (kind.alter[name] for name in kind.alter if name in self.fates.altered[key])
        writers = [rule.write for rule in rules if isinstance(rule, Alter)]
        statements: list[Statement] = []
        for writer in dict.fromkeys(writers):
            result = writer(old, new, self.context)
            if isinstance(result, Implied):
                return result
            statements += result
        return [*statements, *self._settled(key)]

    # Order

    def place(self, key: Key) -> int:
        """Where the key's kind stands in the order of creation."""
        return self._rank[key.kind]

    def rank(self, node: Node) -> tuple[Any, ...]:
        """Of what may come next: enum values, rebuilding drops, creations, the drops that lose something, then filling.

        What may refuse any of that goes before it, and comes after it.
        """
        verb, key = node
        place = self._rank[key.kind]
        if self.kinds[key.kind].refuses:
            return (5 if self._refuses_after(node) else -1, place, key)
        if verb == ALTER and self._commits(node):
            return (0, place, key)
        if verb == LOOSEN or (verb == END and key in self.fates.made):
            return (1, -place, key)
        if verb in {END, DISCARD}:
            return (3, -place, key)
        if verb == FILL:
            return (4, place, key)
        item = self.new.objects[key]
        if verb == MAKE and self.kinds[key.kind].rights_first(item, self.context):
            return (2, len(self._rank), key)
        position = getattr(item, "position", 0)
        return (2, place, key.path[:2], position if isinstance(position, int) else 0, *_numbered(key.path[-1]), key)

    @property
    def commits(self) -> set[Node]:
        """What has to be committed before anything makes use of it."""
        return {node for node in self.nodes if self._commits(node)}

    @property
    def urgent(self) -> set[Node]:
        """What stays in the first transaction.

        What may refuse the rest goes before it. A new value may be used by the text of a function, which no dependency
        tells of: where some are committed first, all are.
        """
        refusing = {node for node in self.nodes if self.kinds[node[1].kind].refuses and not self._refuses_after(node)}
        return refusing | self.commits

    def _commits(self, node: Node) -> bool:
        return any(statement.commits for statement in self.statements.get(node, ()))

    def _refuses_after(self, node: Node) -> bool:
        verb, key = node
        refuses = self.kinds[key.kind].refuses
        return verb not in {END, DISCARD} and refuses is not None and refuses(self.new.objects[key])

    def steps(self, nodes: Iterable[Node]) -> list[tuple[Node, Step]]:
        """The statements of ordered nodes."""
        return [
            (node, Step(node[1], _VERBS[node[0]], rereadable(statement)))
            for node in nodes
            for statement in self.statements[node]
        ]


def _numbered(name: str) -> tuple[str, int]:
    """By which `a_fkey4` comes before `a_fkey12`, as when the server numbered them.

    The other way round it gave 4 to a part of 12: a foreign key to a partitioned table has one for each partition.
    """
    stem = name.rstrip("0123456789")
    return stem, int(name[len(stem) :] or -1)
