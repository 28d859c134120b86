"""An immutable, complete, normalised state of a schema, with its dependency edges."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from driftwatch.model.key import Key

Object = Any
"""One object's attributes: an instance of its kind's model, a NamedTuple."""


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

    @property
    def major(self) -> int:
        """15 for 150020."""
        return self.version // 10000


@dataclass(frozen=True)
class Snapshot:
    """Objects by key; edges are worked out when first asked for, since a comparison without drift needs none."""

    objects: Mapping[Key, Object]
    server: Server
    read_edges: Callable[[Snapshot], tuple[Edge, ...]] = field(default=lambda _: (), repr=False, compare=False)
    unmodelled: tuple[Unmodelled, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every dependency between two objects of this snapshot."""
        return self.read_edges(self)

    @cached_property
    def needs(self) -> Mapping[Key, tuple[Edge, ...]]:
        """For each key the edges to what it depends on."""
        return _group(self.edges, 0)

    @cached_property
    def dependents(self) -> Mapping[Key, tuple[Edge, ...]]:
        """For each key the edges from what depends on it."""
        return _group(self.edges, 1)

    @cached_property
    def by_kind(self) -> Mapping[str, list[Object]]:
        """The objects of each kind."""
        found: defaultdict[str, list[Object]] = defaultdict(list)
        for key, item in self.objects.items():
            found[key.kind].append(item)
        return found

    @cached_property
    def _parts(self) -> Mapping[tuple[str, str, str], list[Object]]:
        parts: defaultdict[tuple[str, str, str], list[Object]] = defaultdict(list)
        for key, item in self.objects.items():
            table = getattr(item, "table", None)
            if table is not None:
                parts[key.kind, item.schema, table].append(item)
        return parts

    def parts(self, relation: Key, kind: str) -> list[Object]:
        """The objects of a kind that name this relation as their table."""
        schema, name = relation.path
        return self._parts.get((kind, schema, name), [])

    @cached_property
    def _partitions(self) -> Mapping[tuple[str, ...], list[Key]]:
        partitions: defaultdict[tuple[str, ...], list[Key]] = defaultdict(list)
        for key, item in self.objects.items():
            parent = getattr(item, "parent_schema", None)
            if parent is not None:
                partitions[key.kind, parent, item.parent].append(key)
        return partitions

    def below(self, kind: str, path: tuple[str, ...]) -> list[Key]:
        """The objects of a kind that name this path as their parent's."""
        return self._partitions.get((kind, *path), [])

    def get(self, key: Key) -> Object | None:
        """The object with this key, if there is one."""
        return self.objects.get(key)


def _group(edges: tuple[Edge, ...], by: int) -> Mapping[Key, tuple[Edge, ...]]:
    grouped: defaultdict[Any, list[Edge]] = defaultdict(list)
    for edge in edges:
        grouped[edge[by]].append(edge)
    return {key: tuple(found) for key, found in grouped.items()}


def empty_snapshot(server: Server) -> Snapshot:
    """A database with nothing in it, as a plan's starting point."""
    return Snapshot(objects={}, server=server)
