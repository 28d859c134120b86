"""The ledger of the system catalogues' columns: declared in `catalogues.toml`, held against the kinds and servers."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.catalog.connection import NEWEST, OLDEST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from driftwatch.model.kind import Kind

MAJORS = range(OLDEST // 10000, NEWEST // 10000)
REST = "*"
"""Stands for the columns of a catalogue that are not named."""

_MAJORS = re.compile(r"(\d*)-(\d*): ")
_REASON = re.compile(r"not ([\w-]+)(?:: (.+))?", re.DOTALL)
_READING = re.compile(r"(\w+)\.(\w+)(?:@(\d+))?(?:\((\w+)\))?")


class Reading(NamedTuple):
    """An attribute of a kind that reads a column."""

    kind: str
    attribute: str
    since: int
    """The first major on which it does."""
    through: str
    """The word of the query that brings it: the column, or a function or view that knows it."""


class Column(NamedTuple):
    """A line of the ledger: either with readings, or with a reason why there are none."""

    catalogue: str
    name: str
    majors: range
    readings: tuple[Reading, ...]
    reason: str
    """A word of `Ledger.reasons`."""
    more: str


class Ledger(NamedTuple):
    """The whole of it."""

    columns: tuple[Column, ...]
    reasons: Mapping[str, str]
    """What each reason means."""
    dump: Mapping[str, str]
    """What pg_dump writes and is left out, and why."""


def load() -> Ledger:
    """The ledger of `catalogues.toml`.

    Raises:
        ValueError: a line is none that the file's head explains.
    """
    tables = tomllib.loads(files(__package__).joinpath("catalogues.toml").read_text(encoding="utf-8"))
    reasons, dump = tables.pop("reasons"), tables.pop("dump")
    columns = (_column(catalogue, name, line) for catalogue, lines in tables.items() for name, line in lines.items())
    return Ledger(tuple(columns), reasons, dump)


def _column(catalogue: str, name: str, line: str) -> Column:
    span = _MAJORS.match(line)
    first, last = (span[1], span[2]) if span else ("", "")
    majors = range(int(first or MAJORS.start), int(last or MAJORS.stop - 1) + 1)
    text = line[span.end() :] if span else line
    if reason := _REASON.fullmatch(text):
        return Column(catalogue, name, majors, (), reason[1], reason[2] or "")
    listed, _, more = text.partition("; ")
    readings = tuple(_reading(f"{catalogue}.{name}", majors, word) for word in listed.split(", "))
    return Column(catalogue, name, majors, readings, "", more)


def _reading(column: str, majors: range, word: str) -> Reading:
    match = _READING.fullmatch(word)
    if not match:
        raise ValueError(f'{column}: "{word}" is no kind.attribute, with @major and (function) or without')
    kind, attribute, since, through = match.groups()
    return Reading(kind, attribute, int(since or majors.start), through or column.rpartition(".")[2])


def faults(ledger: Ledger, kinds: Iterable[Kind]) -> Iterator[str]:
    """What the ledger says of kinds and attributes that is not so, and attributes that it does not name."""
    by_name = {kind.name: kind for kind in kinds}
    for column in ledger.columns:
        name = f"{column.catalogue}.{column.name}"
        if column.reason and column.reason not in ledger.reasons:
            yield f"{name}: there is no reason {column.reason}"
        for reading in column.readings:
            yield from (f"{name}: {fault}" for fault in _faults(reading, column.majors, by_name))
    named = {(reading.kind, reading.attribute) for column in ledger.columns for reading in column.readings}
    every = {(kind.name, field) for kind in by_name.values() for field in kind.model._fields}
    yield from (f"{kind}.{attribute}: no column is said to be read by it" for kind, attribute in sorted(every - named))


def _faults(reading: Reading, majors: range, by_name: Mapping[str, Kind]) -> Iterator[str]:
    kind = by_name.get(reading.kind)
    if kind is None or reading.attribute not in kind.model._fields:
        yield f"there is no {reading.kind}.{reading.attribute}"
        return
    for major in majors:
        version = major * 10000
        if major < reading.since or version < kind.minimum:
            continue
        if not re.search(rf"\b{reading.through}\b", kind.query(version)):
            yield f"on {major} the query of {kind.name} does not name {reading.through}"


def unlike(ledger: Ledger, major: int, catalogues: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Where the ledger and a server disagree.

    Args:
        ledger: what is declared.
        major: the server's.
        catalogues: the names of its catalogues' columns.
    """
    declared: dict[str, set[str]] = {}
    for column in ledger.columns:
        if major in column.majors:
            declared.setdefault(column.catalogue, set()).add(column.name)
    for catalogue in sorted({*declared, *catalogues}):
        there, said = set(catalogues.get(catalogue, ())), declared.get(catalogue, set())
        if not there:
            yield f"{catalogue}: PostgreSQL {major} has no such catalogue"
        if REST not in said:
            yield from (f"{catalogue}.{name}: which kind reads it?" for name in sorted(there - said))
        yield from (f"{catalogue}.{name}: PostgreSQL {major} has none" for name in sorted(said - there - {REST}))
