"""An immutable, complete, normalised state of a schema, with its dependency edges."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from driftwatch.model.edges import Listed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from driftwatch.model.edges import ByKey, Edges, Tie
    from driftwatch.model.key import Key

_Value = TypeVar("_Value")
_Answer = TypeVar("_Answer")

Object = Any
"""One object's attributes: an instance of its kind's model, a NamedTuple."""


class Unmodelled(NamedTuple):
    """Something in the catalogue that no kind reads: what it is, its name, and a digest of its definition."""

    what: str
    name: str
    digest: str


class Unreadable(NamedTuple):
    """Something this role could not read, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Server:
    """Where a snapshot was read: `version` as in server_version_num (150020), `database` by name."""

    version: int
    database: str = ""
    superuser: bool | None = field(default=None, compare=False)
    """Whether the role it was read as is a superuser; None: that is not known."""

    @property
    def major(self) -> int:
        """15 for 150020."""
        return self.version // 10000


PG_CATALOG = "pg_catalog"
INFORMATION_SCHEMA = "information_schema"


@dataclass(frozen=True)
class Snapshot:
    """Objects by key; their edges are worked out when asked for: a comparison without drift needs none."""

    objects: Mapping[Key, Object]
    server: Server
    read_edges: Callable[[Snapshot], Edges] = field(default=lambda _: Listed(tuple), repr=False, compare=False)
    unmodelled: tuple[Unmodelled, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    reader: str = PG_CATALOG
    """By what it was read: `pg_catalog`, or `information_schema`."""
    written: Callable[[Key], datetime | None] = field(default=lambda _: None, repr=False, compare=False)
    """When an object was last written, by the server's commit times; None: not lately, or that is not known."""
    sees: Mapping[str, tuple[str, ...]] | None = field(default=None, repr=False, hash=False)
    """For each kind that the reader knows the attributes that it can express; None: every one of every kind."""
    partly: frozenset[Key] = field(default=frozenset(), compare=False)
    """Partitioned tables that have more partitions than are here: what is made on them has to reach those by itself."""

    @cached_property
    def edges(self) -> Edges:
        """Every dependency between two objects of this snapshot."""
        return self.read_edges(self)

    @property
    def needs(self) -> ByKey:
        """For each key the edges to what it depends on."""
        return self.edges.needs

    @property
    def dependents(self) -> ByKey:
        """For each key the edges from what depends on it."""
        return self.edges.dependents

    @cached_property
    def by_kind(self) -> Mapping[str, list[Object]]:
        """The objects of each kind."""
        return _by_kind(self.objects, self.objects.values())

    @cached_property
    def keys_by_kind(self) -> Mapping[str, list[Key]]:
        """The keys of each kind, in the order of its objects in `by_kind`."""
        return _by_kind(self.objects, self.objects)

    def with_dependents(self, keys: Iterable[Key], *, but: Collection[Tie] = ()) -> set[Key]:
        """These, and everything that depends on them, at whatever distance, by other ties than those in `but`."""
        found = set(keys)
        todo = list(found)
        while todo:
            for edge in self.dependents.get(todo.pop(), ()):
                if edge.key not in found and edge.tie not in but:
                    found.add(edge.key)
                    todo.append(edge.key)
        return found

    def entwined(self, key: Key) -> list[Key]:
        """What the object needs and is needed by: of a base type, the functions that read and write its values."""
        around = {edge.key for edge in self.dependents.get(key, ())}
        return sorted({edge.needs for edge in self.needs.get(key, ())} & around)

    @cached_property
    def _answers(self) -> dict[tuple[Callable[..., Any], Key], Any]:
        return {}

    def once(self, ask: Callable[[Key, Snapshot], _Answer], key: Key) -> _Answer:
        """What `ask` says of an object here, asked once: each of a table's hundreds of columns asks about the table."""
        if (ask, key) not in self._answers:
            self._answers[ask, key] = ask(key, self)
        answer: _Answer = self._answers[ask, key]
        return answer

    @cached_property
    def _parts(self) -> dict[str, Mapping[tuple[str, ...], list[Object]]]:
        return {}

    def parts(self, relation: Key, kind: str) -> list[Object]:
        """The objects of a kind that name this relation as their table."""
        if kind not in self._parts:
            found: defaultdict[tuple[str, ...], list[Object]] = defaultdict(list)
            items = self.by_kind.get(kind, [])
            apart = bool(items) and "table_schema" in items[0]._fields
            for item in items:
                found[item.table_schema if apart else item.schema, item.table].append(item)
            self._parts[kind] = found
        return self._parts[kind].get(relation.path, [])

    @cached_property
    def _beginnings(self) -> dict[str, Mapping[tuple[str, ...], list[Key]]]:
        return {}

    def beginning_with(self, kind: str, path: tuple[str, ...]) -> list[Key]:
        """The keys of a kind whose path is this one and one name more."""
        if kind not in self._beginnings:
            found: defaultdict[tuple[str, ...], list[Key]] = defaultdict(list)
            for key in self.keys_by_kind.get(kind, ()):
                found[key.path[:-1]].append(key)
            self._beginnings[kind] = found
        return self._beginnings[kind].get(path, [])

    @cached_property
    def _pointing(self) -> dict[str, Mapping[tuple[str, ...], list[Object]]]:
        return {}

    def pointing(self, kind: str, relation: tuple[str, ...]) -> list[Object]:
        """The objects of a kind that refer to this relation."""
        if kind not in self._pointing:
            found: defaultdict[tuple[str, ...], list[Object]] = defaultdict(list)
            for item in self.by_kind.get(kind, ()):
                if item.referenced:
                    found[item.referenced].append(item)
            self._pointing[kind] = found
        return self._pointing[kind].get(relation, [])

    @cached_property
    def _partitions(self) -> Mapping[tuple[str, ...], list[Key]]:
        partitions: defaultdict[tuple[str, ...], list[Key]] = defaultdict(list)
        divided = [kind for kind, items in self.by_kind.items() if "parent_schema" in items[0]._fields]
        for kind in divided:
            for key, item in zip(self.keys_by_kind[kind], self.by_kind[kind], strict=True):
                if item.parent_schema is not None:
                    partitions[kind, item.parent_schema, item.parent].append(key)
        return partitions

    def below(self, kind: str, path: tuple[str, ...]) -> list[Key]:
        """The objects of a kind that name this path as their parent's."""
        return self._partitions.get((kind, *path), [])

    def beneath(self, kind: str, path: tuple[str, ...]) -> Iterator[Key]:
        """The same, at every depth."""
        for key in self.below(kind, path):
            yield key
            yield from self.beneath(kind, key.path)

    def having(self, others: Mapping[Key, Object]) -> Snapshot:
        """The snapshot with other objects under some of its keys, and the same edges."""
        return replace(self, objects={**self.objects, **others}, read_edges=lambda _: self.edges)

    def get(self, key: Key) -> Object | None:
        """The object with this key, if there is one."""
        return self.objects.get(key)


def _by_kind(keys: Iterable[Key], values: Iterable[_Value]) -> dict[str, list[_Value]]:
    """The values of keys by kind. They come kind by kind, nearly always: so no loop of ours looks at each."""
    found: defaultdict[str, list[_Value]] = defaultdict(list)
    for kind, pairs in groupby(zip(map(itemgetter(0), keys), values, strict=True), itemgetter(0)):
        found[kind].extend(map(itemgetter(1), pairs))
    return dict(found)
