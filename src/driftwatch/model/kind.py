"""The contract between a kind of object and the engines, which know no kind by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch.model.key import Key

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.edges import Tie
    from driftwatch.model.rules import Rule
    from driftwatch.model.snapshot import Object, Snapshot
    from driftwatch.model.statement import Statement, Writing

WHOLE = "whole"
"""For `Kind.stands_in`: the row of what the object is a part of, or is said about."""

Finder = Callable[[Any, "Snapshot"], Iterable[Key]]
"""What finds the keys of what an object depends on."""

Claim = tuple[Key, Key]
"""What is needed, and what needs it."""

Claiming = Callable[[Sequence[Key], Sequence[Any], "Snapshot"], Iterator[Claim]]
"""What finds that for many objects of one kind, given with their keys: a call for each would take longer."""

Neighbours = Callable[[Key, "Snapshot"], Iterable[Key]]
"""What finds the objects of a kind that may depend on a key, and maybe some more."""


def _nothing(*_: object) -> tuple[Any, ...]:
    return ()


def _none(_: object) -> None:
    return None


class Beyond(NamedTuple):
    """One way to know of dependencies that pg_depend need not know."""

    find: Claiming
    reaches: frozenset[str] | None = None
    """The kinds of what is needed; None: any."""
    neighbours: Neighbours | None = None


def _found(find: Finder, keys: Sequence[Key], items: Sequence[Any], snapshot: Snapshot) -> Iterator[Claim]:
    return ((needed, key) for key, item in zip(keys, items, strict=True) for needed in find(item, snapshot))


@dataclass(frozen=True)
class KeepsRows:
    """How the rows of a replaced object come to its successor: the old one stands under another name meanwhile."""

    applies: Callable[[Any, Context], bool]
    """Whether this (old) object has rows, and they have a place."""
    aside: Callable[[Any, Context], Sequence[Statement]]
    """Gives the old object its other name."""
    back: Callable[[Any, Context, Mapping[Key, bool]], Sequence[Statement]]
    """Copies the rows and drops the old object, given what stepped aside with it, and whether that was renamed."""
    holds: Callable[[Key, Context], bool]
    """Whether a part of the old object holds some of them: a column, a partition's place."""
    through: Callable[[Any, Context], Iterable[Key]]
    """All that has to be as it shall be before rows are put into it."""


@dataclass(frozen=True, eq=False, repr=False)
class Kind:
    """One kind of schema object: how to read it, compare it and write it.

    `query(version)` is SQL whose columns are `objid` (and `objsubid` where needed), then the model's fields in order.
    For what is said about another object (`about`), they are `classid, objid, objsubid` of that object, then the fields
    after the first, which is the target's `Key`.
    """

    name: str
    model: type[Any]
    identity: tuple[str, ...]
    query: Callable[[int], str]
    create: Callable[[Any, Context], Writing]
    drop: Callable[[Any, Context], Writing]
    alter: Mapping[str, Rule]
    catalog: str = ""
    """The system catalogue whose rows these objects are (`pg_class`), as in pg_depend's classid."""
    stands_in: str = ""
    """For a kind without `catalog` of its own: `WHOLE`, or the catalogue whose rows name the whole (`pg_description`).

    By it is told when an object was written; empty: that is not known."""
    about: bool = False
    """True for comments, grants and the like: an object that another object carries."""
    cascades: bool = False
    """True where `drop` also drops what stands in a circle with the object (a base type and its functions)."""
    completes: bool = False
    """True where what is built on the parent may want the object too: a proof builds them together.

    Without a parent: what is built on all that the object depends on."""
    ambient: bool = False
    """True where the objects reach into statements that do not name them: a proof always builds them."""
    refuses: Callable[[Any], bool] | None = None
    """Whether the object may refuse statements that do not name it: it is made after all of them, and gone before."""
    shared: bool = False
    """True where the objects stand in a catalogue of the whole cluster, so that a copied database lacks them."""
    runs: bool = False
    """True where making such an object, or writing its table anew, may run the functions that it depends on."""
    opaque: Callable[[Any], bool] | None = None
    """Whether the object holds code whose names pg_depend does not know; None where no object does."""
    follows_path: Callable[[Any], bool] | None = None
    """Whether code in the object looks names up by the session's search_path; None where no object's does."""
    optional: str = ""
    """The word of `include` without which objects of this kind are read and not compared."""
    mentioned: str = ""
    """What such objects are, in a sentence that tells of differences where nobody asked for the kind."""
    roles: tuple[str, ...] = ()
    """Fields that hold the name of a role, or a tuple of such names."""
    owned_by_superusers: bool = False
    """True where the server takes nobody but a superuser for the owner of such an object."""
    needs_superuser: Callable[[Any, int], bool] = lambda _item, _version: False
    """Whether to make or alter such an object takes a superuser (manual, its CREATE command), by server_version_num."""
    minimum: int = 0
    """server_version_num from which on the kind exists."""
    in_words: Mapping[str, Callable[[Any], object]] = field(default_factory=dict)
    """What people are told of an attribute's value, where the model keeps it as the catalogue does (a letter)."""
    since: Mapping[str, int] = field(default_factory=dict)
    """Attributes that count only when both servers have at least this server_version_num."""
    defaults: Mapping[str, Callable[[int], object]] = field(default_factory=dict)
    """What an attribute is by itself, by server_version_num, where that moved: two servers' defaults are alike."""
    clean: Callable[[Any, str], Any] | None = None
    """What is done to each object as it is read, before anything else sees it: secrets become digests by a key, which
    is empty where there is none."""
    rebuilt: Callable[[Any], Any] = lambda item: item
    """The object as a shadow can rebuild it: run-time states that no SQL asks for (an INVALID index) put right.

    `pg_dump` leaves out what has to be put right."""
    placed: bool = False
    """Whether the objects have files in a `tablespace`, None being the database's own."""
    without_icu: Callable[[Any], Any] | None = None
    """The object as a server without ICU can hold it: a stand-in by name."""
    reference: Callable[[Any], str] | None = None
    """How COMMENT ON and ALTER name the object: `TABLE public.users`; None where it can carry nothing."""
    grantable: Callable[[Any], str | None] | None = None
    """How GRANT … ON names the object: `FUNCTION public.f(integer)`; None where it can be granted nothing."""
    parent: Callable[[Any], Key | None] = _none
    """The object that this one is a part of: dropped with it, shown under it."""
    remakes_parent: Callable[[Any, Context], bool] = lambda _item, _context: False
    """Whether the object can only be added with its parent made anew."""
    needs: Finder = _nothing
    """What the object depends on beyond its parent and what pg_depend says."""
    follows: Finder = _nothing
    """What the object is created after, and dropped before, without depending on it."""
    reaches: frozenset[str] = frozenset()
    """The kinds of what `needs` and `follows` give."""
    neighbours: Neighbours | None = None
    """The objects of this kind, and maybe some more, whose `needs` and `follows` may give a key.

    For a kind of which a schema has too many to ask each; None: any may."""
    names: Finder = _nothing
    """What its statements name besides, so that a proof of them has to build it as well."""
    inherits: Callable[[Any, Snapshot], Iterable[tuple[Key, Tie]]] = _nothing
    """The objects of its kind, in its table's parents, that it comes from: those in its attribute `inherited_from`.

    `INHERITED` where it may outlive them, else `BOUND`."""
    link: Callable[[Any, Key, Snapshot], Key | None] = lambda _item, _other, _snapshot: None
    """The object through which another one reaches this (a partition's place in its parent, for their columns).

    Once that is dropped, whatever happens to the other leaves this one alone."""
    holders: Callable[[Any], Iterable[Key]] = _nothing
    """What does not let go of the object while its `link` stands: for it to be dropped, they are replaced."""
    goes_before: Callable[[Any, Context], bool] = lambda _item, _context: False
    """Whether it has to be gone before what it would otherwise go along with."""
    clears: Callable[[Any, Snapshot], Iterable[Key]] = _nothing
    """Objects of the old snapshot that have to be gone, where they go at all, before this one is created."""
    leans_on_first: Callable[[Any, Snapshot], Iterable[Claim]] = _nothing
    """Where the server chooses by age what the object depends on: that, and each other one, which comes after it."""
    displaces: Callable[[Any, Context], Iterable[Key]] = _nothing
    """Objects that would do otherwise, but have to be made anew after this one."""
    strips: Callable[[Any, Context], Iterable[Key]] = _nothing
    """What loses a part as this object is dropped for good, and is made anew after it where it shall keep that."""
    hands_over: Callable[[Any, Context], Iterable[Key]] = _nothing
    """What has to be made, or gone where it goes at all, before rows leave an ended object for it.

    They leave as the object is dropped, or, where it is made again, right before that."""
    folds_into: Callable[[Any], Key | None] = _none
    """The object whose CREATE statement may include this one."""
    stands_apart: Callable[[Any, Snapshot], bool] = lambda _item, _snapshot: False
    """Whether it can't be included there all the same, for what else is in the snapshot."""
    slots: Callable[[Any], Iterable[tuple[str, ...]]] = _nothing
    """Names it occupies that another kind's object could claim: `("relation", schema, name)`."""
    called: Callable[[Any], Iterable[tuple[str, ...]]] = _nothing
    """The name that SQL calls it by; others of other arguments may share it, and the arguments choose."""
    weak: frozenset[str] = frozenset()
    """Kinds to which pg_depend's edges from this one do not order its creation: the tie is an object of its own (a
    sequence and the column that owns it, a partition and its parent), but dropping the one drops the other."""
    yields: Callable[[Any, Key], bool] = lambda _item, _altered: True
    """Whether this dependent has to be rebuilt when the altered object's `Alter` names its kind in `rebuilds`."""
    on_replaced: Mapping[str, str] = field(default_factory=dict)
    """Kinds that, when replaced, do not take this object with them: the attribute that is altered instead."""
    code: frozenset[str] = frozenset()
    """The attributes that hold all the expressions of an object which is altered in place; empty: any might."""
    settle: Callable[[Key, Context], Iterable[Statement]] | None = None
    """What has to be said about any object that the plan makes or alters, right after: takes back what objects of this
    kind make the server add by itself (default privileges)."""
    set_aside: Callable[[Any, Context], tuple[Statement, Statement]] | None = None
    """For types, and functions that they call: a statement that renames the old one out of the way, and one that drops
    it under that name later."""
    keeps_rows: KeepsRows | None = None
    """For what holds rows and can be replaced."""
    step_aside: Callable[[Any], Sequence[Statement]] | None = None
    """What gives the object, which stays for a while as a part of one that keeps its rows, a name that nobody needs."""
    rows_first: Callable[[Any], bool] = lambda _item: False
    """Whether it would act on rows that are put into its table, so that they have to be there before."""
    rights_first: Callable[[Any, Context], bool] = lambda _item, _context: False
    """Whether making it runs functions with the rights of another object's owner, who has to have them by then."""
    fill: Callable[[Any, Context], Sequence[Statement]] | None = None
    """What fetches the rows of an object that is made by a query of its own: after all else, as its owner."""
    forward: Callable[[Any, Context], Sequence[Statement]] | None = None
    """A first form without dependencies, which cuts a cycle; the full form comes by `complete` afterwards.

    No statements where this object has none."""
    loosen: Callable[[Any, Context], Sequence[Statement]] | None = None
    """The other way round, before the drop: statements after which the object depends on nothing that is in the way."""
    complete: Callable[[Any, Context], Sequence[Statement]] | None = None
    lets_go: Mapping[str, str] = field(default_factory=dict)
    """Kinds that, when replaced, do not take this object with them either: of theirs alone `loosen` lets go, and
    altering this attribute takes hold of what comes in their place."""
    rename: Callable[[Any, str], Statement] | None = None
    """The statement that gives the object a new last name."""

    @cached_property
    def whole(self) -> Callable[[Any], Key | None]:
        """What the object is a part of, or is said about."""
        return itemgetter(0) if self.about else self.parent

    @cached_property
    def beyond(self) -> tuple[Beyond, ...]:
        """What knows of dependencies that pg_depend need not know."""
        own = frozenset({self.name})
        named = (find for find in (self.needs, self.follows) if find is not _nothing)
        return (
            # Of what stands in a row of its own pg_depend knows the whole, and of a part its address tells it.
            *([Beyond(self._in_whole)] if not self.catalog and self.whole is not _none else ()),
            *([Beyond(self._heirs, own)] if self.inherits is not _nothing else ()),
            *(Beyond(partial(_found, find), self.reaches, self.neighbours) for find in named),
        )

    def _in_whole(self, keys: Sequence[Key], items: Sequence[Object], _snapshot: Snapshot) -> Iterator[Claim]:
        return ((whole, key) for whole, key in zip(map(self.whole, items), keys, strict=True) if whole is not None)

    def _heirs(self, keys: Sequence[Key], items: Sequence[Object], snapshot: Snapshot) -> Iterator[Claim]:
        heirs = ((key, item) for key, item in zip(keys, items, strict=True) if item.inherited_from)
        return ((needed, key) for key, item in heirs for needed, _ in self.inherits(item, snapshot))

    def __post_init__(self) -> None:
        """Every attribute has a rule, checked when the kind's module is imported."""
        attributes = set(self.model._fields) - set(self.identity)
        if attributes != set(self.alter):
            odd = ", ".join(sorted(attributes ^ set(self.alter)))
            raise TypeError(f"kind {self.name}: attributes without a rule, or rules without an attribute: {odd}")
        if unknown := ", ".join(sorted({*self.in_words, *self.since, *self.defaults} - attributes)):
            raise TypeError(f"kind {self.name}: `in_words`, `since` or `defaults` of what is no attribute: {unknown}")
        if bool(self.reaches) != (self.needs is not _nothing or self.follows is not _nothing):
            raise TypeError(f"kind {self.name}: `reaches` has to name the kinds of what `needs` and `follows` give")

    def key(self, item: Object) -> Key:
        """The identity of one of this kind's objects."""
        if self.about:
            return Key(self.name, (str(item[0]), *item[1 : len(self.identity)]))
        return Key(self.name, tuple(item[: len(self.identity)]))
