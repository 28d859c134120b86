"""What becomes of each object: made, ended, altered; with the rebuilding of what depends on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from driftwatch.model.change import Verb
from driftwatch.model.edges import Tie
from driftwatch.model.rules import Alter, Replace
from driftwatch.plan.kept import kept

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from driftwatch.model.change import Change
    from driftwatch.model.context import Context
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object


@dataclass
class Fates:
    """Work in progress of `decide`: a replaced object is both made and ended."""

    context: Context
    kinds: Mapping[str, Kind]
    made: set[Key] = field(default_factory=set)
    ended: set[Key] = field(default_factory=set)
    altered: dict[Key, set[str]] = field(default_factory=dict)
    aside: set[Key] = field(default_factory=set)
    """Ended types that columns still use until they are retyped."""
    loosened: set[Key] = field(default_factory=set)
    """What stays, or stays for a while, and lets go of something that ends before."""
    unseated: dict[Key, set[Key]] = field(default_factory=dict)
    """For what is altered: what can't stand meanwhile."""
    _queue: list[Key] = field(default_factory=list)
    _linked: list[tuple[Key | None, Key]] = field(default_factory=list)
    """What has to be rebuilt unless its link ends as well: settled last, when that is known."""

    def frozen_context(self, folded: Mapping[Key, tuple[Key, ...]]) -> Context:
        """What writers may know of the fates."""
        return replace(
            self.context,
            made=frozenset(self.made),
            ended=frozenset(self.ended),
            altered={key: frozenset(names) for key, names in self.altered.items()},
            folded=folded,
        )

    def take(self, change: Change) -> None:
        """The fate that a change asks for by itself."""
        key = change.key
        if change.verb is Verb.ADD:
            self._make(key)
        elif change.verb is Verb.DROP:
            self.ended.add(key)
            self._queue.append(key)
            self._restore(self.kinds[key.kind].strips(change.old, self.context))
        elif change.attributes:
            self._alter(change)

    def _restore(self, stripped: Iterable[Key]) -> None:
        for key in stripped:
            self.replace(key)

    def _alter(self, change: Change) -> None:
        rules = self.kinds[change.key.kind].alter
        names = {attribute.name for attribute in change.attributes}
        if any(self._replaces(rules[name], change) for name in names):
            self.replace(change.key)
        else:
            self.alter(change.key, names)

    def _replaces(self, rule: object, change: Change) -> bool:
        if isinstance(rule, Alter):
            return rule.replace_if(change.old, change.new, self.context)
        return isinstance(rule, Replace)

    def alter(self, key: Key, names: set[str]) -> None:
        """Alter these attributes in place, unless the object is replaced anyway."""
        known = self.altered.setdefault(key, set())
        if key in self.ended:
            del self.altered[key]
        elif not names <= known:
            known |= names
            self._queue.append(key)

    def replace(self, key: Key) -> None:
        """Drop and create the object."""
        if key in self.ended:
            return
        self.altered.pop(key, None)
        self.ended.add(key)
        self._queue.append(key)
        self._make(key)

    def _make(self, key: Key) -> None:
        """Make it, and replace what is in its way."""
        self.made.add(key)
        kind, item = self.kinds[key.kind], self.context.new.objects[key]
        self._remake_parent(kind, item)
        for other in kind.displaces(item, self.context):
            if other in self.context.old.objects:
                self.replace(other)

    def _remake_parent(self, kind: Kind, item: Object) -> None:
        """Replace what a made object is a part of, where it can't be added to that as it stands."""
        parent = kind.parent(item)
        stays = parent in self.context.old.objects and parent in self.context.new.objects
        if parent and stays and kind.remakes_parent(item, self.context):
            self.replace(parent)

    def spread(self) -> None:
        """Rebuild what depends on what is ended, or stands in the way of what is altered, to the end."""
        while self._queue or self._linked:
            if self._queue:
                self._spread_from(self._queue.pop())
                continue
            link, key = self._linked.pop()
            if link not in self.ended and key in self.context.new.objects:
                self.replace(key)
        self._keep_parts()
        self.loosened = {key for key in self.altered.keys() | self.aside if any(self.let_go_by(key))}

    def let_go_by(self, key: Key) -> Iterable[Key]:
        """What ends and is let go of before, lest this has to go with it."""
        lets_go = self.kinds[key.kind].lets_go
        ending = [edge.needs for edge in self.context.old.needs.get(key, ()) if edge.needs in self.ended]
        return [needed for needed in ending if needed.kind in lets_go and not self._leaves(key, needed)]

    def _leaves(self, key: Key, needed: Key) -> bool:
        """Whether altering the object leads away from what ends, so that it need not let go before."""
        attribute = self.kinds[key.kind].lets_go[needed.kind]
        item, wanted = (snapshot.get(key) for snapshot in (self.context.old, self.context.new))
        changes = getattr(item, attribute) != getattr(wanted, attribute, None)
        return key in self.altered and changes and needed not in self.made

    def _spread_from(self, key: Key) -> None:
        if key in self.altered:
            self._unseat(key)
        for edge in self.context.old.dependents.get(key, ()):
            if edge.key not in self.context.new.objects or edge.key in self.ended:
                continue
            if key not in self.ended:
                if key in self.altered and edge.tie is not Tie.OWNED and self._in_the_way(key, edge.key):
                    self.replace(edge.key)
            elif edge.tie is Tie.BOUND or (edge.tie is Tie.INHERITED and key in self.made):
                self._linked.append((self._link(edge.key, key), edge.key))
            elif edge.tie in {Tie.NORMAL, Tie.AUTO}:
                self._rebuild(key, edge.key)
        if key in self.ended:
            holders = self.kinds[key.kind].holders(self.context.old.objects[key])
            self._linked += [(self._link(key, holder), holder) for holder in holders]

    def _unseat(self, key: Key) -> None:
        """Replace what can't stand while this is altered."""
        old, new = self.context.old.objects[key], self.context.new.objects[key]
        rules = (self.kinds[key.kind].alter[name] for name in sorted(self.altered[key]))
        found = {each for rule in rules if isinstance(rule, Alter) for each in rule.unseats(old, new, self.context)}
        self.unseated[key] = found
        for each in sorted(found):
            if each in self.context.old.objects and each in self.context.new.objects:
                self.replace(each)

    def _link(self, key: Key, other: Key) -> Key | None:
        old = self.context.old
        return self.kinds[key.kind].link(old.objects[key], other, old)

    def _rebuild(self, key: Key, dependent: Key) -> None:
        if held := self.kinds[dependent.kind].lets_go.get(key.kind):
            self.alter(dependent, {held})
            return
        attribute = self.kinds[dependent.kind].on_replaced.get(key.kind) if self.kinds[key.kind].set_aside else None
        unchanged = dependent not in self.altered or self._name_lives_on(key, dependent)
        unchanged = unchanged or (attribute is None and self._calls_as_before(dependent))
        if attribute and key in self.made and self._made_anew(dependent, attribute):
            self.replace(dependent)
        elif attribute and (unchanged or key in self.made or attribute in self.altered[dependent]):
            self.aside.add(key)
            if unchanged or key in self.made:
                self.alter(dependent, {attribute})
        elif not attribute and (key in self.made or unchanged):
            self.replace(dependent)

    def _name_lives_on(self, key: Key, dependent: Key) -> bool:
        """Whether the dependent needs an object of another kind afterwards that bears the name of the one that ends."""
        needs = (edge.needs for edge in self.context.new.needs.get(dependent, ()))
        return any(needed.path == key.path and needed.kind != key.kind for needed in needs)

    def _calls_as_before(self, key: Key) -> bool:
        """Whether no code of an altered object changes: the same words mean another object then, as of an overload."""
        code = self.kinds[key.kind].code
        return bool(code) and not self.altered[key] & code

    def _made_anew(self, key: Key, attribute: str) -> bool:
        """Whether this attribute of the object can't be altered in place, whatever its value is."""
        rule = self.kinds[key.kind].alter[attribute]
        old, new = self.context.old.objects[key], self.context.new.objects[key]
        return isinstance(rule, Alter) and rule.replace_if(old, new, self.context)

    def _keep_parts(self) -> None:
        """Set aside what a type that is set aside is made of, or calls, for it stays as long."""
        self.aside |= set(self._types_of_kept())
        todo = list(self.aside)
        while todo:
            whole = todo.pop()
            for edge in self.context.old.needs.get(whole, ()):
                part = edge.needs
                if part not in self.aside and self._can_wait(part):
                    self.aside.add(part)
                    todo.append(part)

    def _types_of_kept(self) -> Iterable[Key]:
        """What the rows that are kept are made of, and their table itself hangs on."""
        old = self.context.old
        for whole in kept(self.frozen_context({})):
            yield from (edge.needs for edge in old.needs.get(whole, ()) if self._can_wait(edge.needs))
            for part in old.dependents.get(whole, ()):
                types = self.kinds[part.key.kind].on_replaced if part.key in self.ended else {}
                needs = old.needs.get(part.key, ()) if types else ()
                yield from (edge.needs for edge in needs if edge.needs.kind in types and self._can_wait(edge.needs))

    def _can_wait(self, part: Key) -> bool:
        """Whether it ends and can be renamed; what stands in a circle with a type goes by that type's own drop."""
        if part not in self.ended or self.kinds[part.kind].set_aside is None:
            return False
        return self.kinds[part.kind].cascades or not self.context.old.entwined(part)

    def _in_the_way(self, key: Key, dependent: Key) -> bool:
        old, new = self.context.old, self.context.new
        found = (self.kinds[key.kind].alter[name] for name in self.altered[key])
        rules = [rule for rule in found if isinstance(rule, Alter)]
        yields = self.kinds[dependent.kind].yields
        if any(dependent.kind in rule.rebuilds for rule in rules) and yields(old.objects[dependent], key):
            return True
        return any(rule.bars(dependent, old.objects[key], new.objects[key], self.context) for rule in rules)


def decide(
    changes: Iterable[Change], context: Context, promoted: Iterable[Key] = (), left_out: Container[Key] = ()
) -> Fates:
    """The fates of all objects.

    Args:
        changes: from `driftwatch.diff.compare.drift`.
        context: both snapshots and the server's version.
        promoted: altered objects that have to be replaced, since altering them would be a cycle.
        left_out: objects for which there is no way.
    """
    fates = Fates(context, context.kinds)
    for change in changes:
        if change.key not in left_out:
            fates.take(change)
    for key in promoted:
        fates.replace(key)
    fates.spread()
    return fates
