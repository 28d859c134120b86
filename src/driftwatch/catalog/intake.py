"""Rows become objects, one kind after the other, as the answers to a batch come in."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch.catalog.addresses import Addresses
from driftwatch.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object


Row = tuple[Any, ...]

AT_ONCE = 5000
"""How many rows are Python's own at a time: as libpq holds them they take a third of the memory."""


class Result(NamedTuple):
    """The rows of one query, and the names of their columns."""

    names: tuple[str, ...]
    size: int
    load: Callable[[int, int], list[Row]]
    """The rows from one number up to another."""

    def chunks(self) -> Iterator[list[Row]]:
        """All rows, some at a time."""
        for start in range(0, self.size, AT_ONCE):
            yield self.load(start, min(start + AT_ONCE, self.size))

    @property
    def rows(self) -> list[Row]:
        """All rows."""
        return self.load(0, self.size)


class Pool:
    """What was read of a kind first; objects that are read again and are equal are kept once.

    Two sides of a comparison are mostly alike: of the second one hardly more than the differences takes up memory.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        """One side at a time is taken in: only so does the later one find the other's."""
        self._known: dict[str, dict[Key, tuple[Key, Object]]] = {}

    def of(self, kind: str) -> Mapping[Key, tuple[Key, Object]] | None:
        """What was read of a kind, by key; None for the first to ask, who is to tell."""
        return self._known.get(kind)

    def tell(self, kind: str, objects: Mapping[Key, Object]) -> None:
        """What was read of a kind first."""
        self._known[kind] = dict(zip(objects, objects.items(), strict=True))

    def clear(self) -> None:
        """Forget what was read, once all is."""
        self._known.clear()


class Intake:
    """The objects of one database, while they come in."""

    def __init__(self, pool: Pool | None = None, key: str = "") -> None:
        self.objects: dict[Key, Object] = {}
        self.addresses = Addresses()
        self._pool = pool
        self._key = key

    def take(self, kind: Kind, result: Result) -> None:
        """All rows of a kind's query; what it stands on has to be there before what is said about that."""
        start = 3 if kind.about else 2 if result.names[1:2] == ("objsubid",) else 1
        _check_names(kind, result.names[start:], kind.model._fields[1:] if kind.about else kind.model._fields)
        if not result.size:
            return
        with self._pool.lock if self._pool else nullcontext():
            known = self._pool.of(kind.name) if self._pool else None
            objects: dict[Key, Object] = {}
            for rows in result.chunks():
                places, values = _columns(kind, result.names, rows, start)
                keys, items = (self._about if kind.about else self._made)(kind, places, values)
                if known:
                    _share(known, keys, items)
                objects.update(zip(keys, items, strict=True))
                if kind.catalog:
                    self.addresses.add(kind.catalog, keys, places[0], places[1] if len(places) > 1 else None)
            if self._pool and known is None:
                self._pool.tell(kind.name, objects)
        self.objects |= objects

    def _made(self, kind: Kind, _places: list[Any], values: list[Any]) -> tuple[list[Key], list[Object]]:
        """Column by column, since loops over a million values are best left to the interpreter."""
        items = list(map(partial(tuple.__new__, kind.model), zip(*values, strict=True)))
        if kind.clean:
            items = [kind.clean(item, self._key) for item in items]
        paths = zip(*values[: len(kind.identity)], strict=True)
        return [tuple.__new__(Key, (kind.name, path)) for path in paths], items

    def _about(self, kind: Kind, places: list[Any], values: list[Any]) -> tuple[list[Key], list[Object]]:
        find = self.addresses.find
        targets = [find(*place) for place in zip(*places, strict=True)]
        rows = zip(targets, *values, strict=True)
        items = list(map(partial(tuple.__new__, kind.model), (row for row in rows if row[0] is not None)))
        own = len(kind.identity)
        return [tuple.__new__(Key, (kind.name, (str(item[0]), *item[1:own]))) for item in items], items


def _share(known: Mapping[Key, tuple[Key, Object]], keys: list[Key], items: list[Object]) -> None:
    """Puts what is known already in the place of what is equal to it."""
    for n, key in enumerate(keys):
        pair = known.get(key)
        if pair is not None and pair[1] == items[n]:
            keys[n], items[n] = pair


def _check_names(kind: Kind, names: tuple[str, ...], fields: tuple[str, ...]) -> None:
    """A query and its model must agree, also when no row comes back."""
    if names != fields:
        raise TypeError(f"kind {kind.name}: the query gives {names}, the model has {fields}")


def _columns(kind: Kind, names: tuple[str, ...], rows: list[Row], start: int) -> tuple[list[Any], list[Any]]:
    """The rows' columns: those before `start` as they came, those after it as the model has them."""
    columns = list(zip(*rows, strict=True))
    annotations = [kind.model.__annotations__[name] for name in names[start:]]
    return columns[:start], [
        # NamedTuple keeps what `from __future__ import annotations` made strings as ForwardRef.
        _as_annotated(getattr(annotation, "__forward_arg__", str(annotation)), column)
        for annotation, column in zip(annotations, columns[start:], strict=True)
    ]


def _as_annotated(annotation: str, column: Sequence[Any]) -> Sequence[Any]:
    """Tuples for lists, and for NULL the empty one, where the model has tuples.

    Most arrays in the catalogues are NULL, which takes a fraction of the time that `{}` takes to be sent and loaded.
    """
    if not annotation.startswith("tuple"):
        return column
    empty = None if annotation.endswith("None") else ()
    return [empty if value is None else frozen(value) for value in column]


def frozen(value: Any) -> Any:  # noqa: ANN401  anything that psycopg loads
    """Lists as tuples, all the way down."""
    if not isinstance(value, list):
        return value
    return tuple(map(frozen, value) if list in map(type, value) else value)
