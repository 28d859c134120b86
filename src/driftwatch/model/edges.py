"""The dependencies between a snapshot's objects, worked out for those keys only that are asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from enum import Enum
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from driftwatch.model.key import Key


class Tie(Enum):
    """What dropping the needed object does."""

    ORDER = "nothing: the dependent only has to be created later, and dropped earlier, where it can"
    NORMAL = "refused while the dependent stands (pg_depend's n)"
    AUTO = "silently drops the dependent too (pg_depend's a, i, P and S)"
    OWNED = "silently drops the dependent too, unless it is cut loose before (a sequence and its column)"
    INHERITED = "drops the dependent too, unless that is declared by itself as well (a column and its parent's)"
    BOUND = "silently drops the dependent too, which was created without it (an index and the partitioned one above)"


class Edge(NamedTuple):
    """`key` depends on `needs`."""

    key: Key
    needs: Key
    tie: Tie = Tie.NORMAL


class ByKey:
    """Edges by one of their ends, in the order of their keys however they were read; without any for other keys."""

    def __init__(self, find: Callable[[Key], Iterable[Edge]]) -> None:
        self._find = find
        self._known: dict[Key, tuple[Edge, ...]] = {}

    def __getitem__(self, key: Key) -> tuple[Edge, ...]:
        """The edges at a key, worked out once."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = tuple(sorted(self._find(key), key=itemgetter(0, 1)))
        return known

    def get(self, key: Key, default: tuple[Edge, ...] = ()) -> tuple[Edge, ...]:
        """The edges at a key."""
        return self[key] or default


class Edges(ABC):
    """Where a snapshot's edges come from: `needs` by what depends, `dependents` by what is depended on."""

    def __init__(self) -> None:
        self.needs = ByKey(self._needs)
        self.dependents = ByKey(self._dependents)

    @abstractmethod
    def _needs(self, key: Key) -> Iterable[Edge]: ...

    @abstractmethod
    def _dependents(self, key: Key) -> Iterable[Edge]: ...

    @abstractmethod
    def __iter__(self) -> Iterator[Edge]:
        """Every edge, once."""


class Listed(Edges):
    """Edges that are known one by one."""

    def __init__(self, find: Callable[[], Iterable[Edge]]) -> None:
        """Edges that are looked up when the first of them is asked for."""
        super().__init__()
        self._find = find

    @cached_property
    def _all(self) -> tuple[Edge, ...]:
        return tuple(self._find())

    @cached_property
    def _by_key(self) -> Mapping[Key, list[Edge]]:
        return _group(self._all, 0)

    @cached_property
    def _by_needed(self) -> Mapping[Key, list[Edge]]:
        return _group(self._all, 1)

    def _needs(self, key: Key) -> Iterable[Edge]:
        return self._by_key.get(key, ())

    def _dependents(self, key: Key) -> Iterable[Edge]:
        return self._by_needed.get(key, ())

    def __iter__(self) -> Iterator[Edge]:
        return iter(self._all)


class Joined(Edges):
    """Edges of several sources, of each those from keys that count there, as far as both ends are kept."""

    def __init__(self, parts: Sequence[tuple[Edges, Callable[[Key], bool]]], kept: Container[Key]) -> None:
        """Join sources.

        Args:
            parts: each source, and for which keys what they need is taken from it.
            kept: the keys that an edge may lead from and to.
        """
        super().__init__()
        self._parts = parts
        self._kept = kept

    def _needs(self, key: Key) -> Iterable[Edge]:
        return self._taken((edges.needs[key], counts) for edges, counts in self._parts)

    def _dependents(self, key: Key) -> Iterable[Edge]:
        return self._taken((edges.dependents[key], counts) for edges, counts in self._parts)

    def _taken(self, found: Iterable[tuple[Iterable[Edge], Callable[[Key], bool]]]) -> Iterable[Edge]:
        kept = self._kept
        edges = (edge for some, counts in found for edge in some if edge.key in kept and counts(edge.key))
        return dict.fromkeys(edge for edge in edges if edge.needs in kept)

    def __iter__(self) -> Iterator[Edge]:
        return iter(self._taken(self._parts))


def only(edges: Edges, kept: Container[Key]) -> Edges:
    """The edges between the keys that are kept."""
    return Joined([(edges, lambda _: True)], kept)


def _group(edges: Iterable[Edge], by: int) -> Mapping[Key, list[Edge]]:
    grouped: defaultdict[Any, list[Edge]] = defaultdict(list)
    for edge in edges:
        grouped[edge[by]].append(edge)
    return grouped
