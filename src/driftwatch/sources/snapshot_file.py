"""Saved snapshots: JSON with one object a line in the order of their keys, so that two files can be held side by side.

A line is `[kind, attributes, dependencies]`. Attributes that are nothing (false, 0, '', an empty list, null) are left
out; the head of the file lists the attributes of each kind, so that a file which lacks one is noticed.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from driftwatch.errors import SourceError
from driftwatch.model.blank import blanks
from driftwatch.model.edges import Edge, Listed, Tie
from driftwatch.model.key import Key, parse_key
from driftwatch.model.snapshot import PG_CATALOG, Server, Snapshot, Unmodelled, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object

FORMAT = 2
"""Grows when an older driftwatch could not read the file any more."""

_HEAD = "driftwatch_snapshot"
_AGAIN = "take the snapshot again (driftwatch snapshot)"


def dumps(snapshot: Snapshot, kinds: Sequence[Kind]) -> str:
    """A snapshot as the text of a file.

    Args:
        snapshot: what to write, with its dependencies.
        kinds: every kind that was read.
    """
    forms = {kind.name: _Form(kind) for kind in kinds}
    fields = (f"{_text(name)}: {_text(form.kind.model._fields)}" for name, form in forms.items())
    objects = (forms[key.kind].line(key, item, snapshot) for key, item in sorted(snapshot.objects.items()))
    parts = [
        f'"{_HEAD}": {FORMAT}',
        f'"server": {_text([snapshot.server.version, snapshot.server.database])}',
        f'"reader": {_text(snapshot.reader)}',
        f'"kinds": {{\n{_lines(fields)}}}',
        f'"objects": [\n{_lines(objects)}]',
        f'"unmodelled": [\n{_lines(_text(row) for row in snapshot.unmodelled)}]',
        f'"unreadable": [\n{_lines(_text(row) for row in snapshot.unreadable)}]',
    ]
    return "{" + ",\n".join(parts) + "}\n"


def save(snapshot: Snapshot, path: Path, kinds: Sequence[Kind]) -> None:
    """Write a snapshot to a file, whole or not at all; one that is there is replaced.

    Raises:
        SourceError: the file can't be written.
    """
    text = dumps(snapshot, kinds).encode()
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(text)  # a device or a pipe
        else:
            _replace(path.resolve(), text)
    except OSError as error:
        raise SourceError(f"{path} can't be written: {error.strerror or error}") from None


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def load(path: Path, kinds: Sequence[Kind]) -> Snapshot:
    """Read a snapshot that `save` wrote.

    Returns:
        The snapshot; kinds that the file does not know are among what is unreadable.

    Raises:
        SourceError: there is no such file, it is no snapshot, it is damaged, or another driftwatch made it that knows
            other kinds or attributes.
    """
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise SourceError(f"{path} can't be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        text = ""
    return loads(text, path, kinds)


def loads(text: str, place: Path | str, kinds: Sequence[Kind]) -> Snapshot:
    """The snapshot that `dumps` wrote; `place` is what errors call it.

    Raises:
        SourceError: as `load`.
    """
    content = _parsed(text, place)
    forms = {kind.name: _Form(kind) for kind in kinds}
    try:
        _check_kinds(place, content, forms)
        return _snapshot(place, content, forms)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SourceError(f"{place} is damaged: {_AGAIN}") from None


class _Form:
    """How one kind's objects stand in a file."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._nothing = blanks(kind.model)
        self._target = kind.model._fields[0] if kind.about else ""

    def line(self, key: Key, item: Object, snapshot: Snapshot) -> str:
        """An object with its dependencies."""
        values = item._asdict()
        if self._target:
            values[self._target] = str(values[self._target])
        told = {name: value for name, value in values.items() if value != self._nothing[name]}
        edges: defaultdict[str, list[str]] = defaultdict(list)
        for edge in snapshot.needs.get(key, ()):
            edges[edge.tie.name.lower()].append(str(edge.needs))
        needs = {tie: sorted(needed) for tie, needed in sorted(edges.items())}
        return _text([key.kind, told, needs] if needs else [key.kind, told])

    def item(self, values: Mapping[str, Any]) -> Object:
        """The object of such a line."""
        made = self._nothing | {name: _frozen(value) for name, value in values.items()}
        if self._target:
            made[self._target] = parse_key(made[self._target])
        return self.kind.model(**made)


def _frozen(value: Any) -> Any:  # noqa: ANN401  anything that JSON holds
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lines(rows: Iterable[str]) -> str:
    return ",\n".join(rows) + "\n"


def _parsed(text: str, path: Path | str) -> Mapping[str, Any]:
    if not text.startswith(f'{{"{_HEAD}": '):
        raise SourceError(f"{path} is no snapshot of driftwatch's: make one with driftwatch snapshot")
    try:
        content: Mapping[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(f"{path} is damaged or cut short in line {error.lineno}: {_AGAIN}") from None
    if content[_HEAD] != FORMAT:
        raise SourceError(
            f"{path} was made by another version of driftwatch (its format is {content[_HEAD]}, not {FORMAT}): {_AGAIN}"
        )
    return content


def _check_kinds(path: Path | str, content: Mapping[str, Any], forms: Mapping[str, _Form]) -> None:
    """What the file says of kinds must be what this driftwatch knows of them."""
    for name, fields in content["kinds"].items():
        if name not in forms:
            raise SourceError(f"{path} holds kind {name}, which this driftwatch does not know: upgrade it, or {_AGAIN}")
        odd = sorted(set(fields) ^ set(forms[name].kind.model._fields))
        if odd:
            raise SourceError(
                f"{path} was made by another version of driftwatch: kind {name} differs in {', '.join(odd)}: {_AGAIN}"
            )


def _snapshot(path: Path | str, content: Mapping[str, Any], forms: Mapping[str, _Form]) -> Snapshot:
    objects: dict[Key, Object] = {}
    needs: list[tuple[Key, Mapping[str, list[str]]]] = []
    for name, values, *edges in content["objects"]:
        item = forms[name].item(values)
        key = forms[name].kind.key(item)
        objects[key] = item
        needs += [(key, edge) for edge in edges]
    return Snapshot(
        objects=objects,
        server=Server(*content["server"]),
        read_edges=lambda snapshot: Listed(lambda: _edges(path, snapshot, needs)),
        unmodelled=tuple(Unmodelled(*row) for row in content["unmodelled"]),
        unreadable=(*(Unreadable(*row) for row in content["unreadable"]), *_unknown(content["kinds"], forms)),
        reader=content["reader"],
        sees=_sees(content["reader"]),
    )


def _sees(reader: str) -> Mapping[str, tuple[str, ...]] | None:
    if reader == PG_CATALOG:
        return None
    from driftwatch.catalog.information_schema.objects import SEES

    return SEES


def _unknown(there: Iterable[str], kinds: Iterable[str]) -> Iterator[Unreadable]:
    known = set(there)
    return (
        Unreadable(name, f"the snapshot was made by a driftwatch that did not read it yet: {_AGAIN}")
        for name in kinds
        if name not in known
    )


def _edges(
    path: Path | str, snapshot: Snapshot, needs: Iterable[tuple[Key, Mapping[str, list[str]]]]
) -> Iterator[Edge]:
    keys = {str(key): key for key in snapshot.objects}
    for key, ties in needs:
        for tie, names in ties.items():
            for name in names:
                if name not in keys:
                    raise SourceError(f"{path} is damaged: nothing in it is {name}, which {key} needs: {_AGAIN}")
                yield Edge(key, keys[name], Tie[tie.upper()])
