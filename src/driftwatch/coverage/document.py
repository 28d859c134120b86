"""The ledger as docs/coverage.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.coverage.ledger import MAJORS, REST
from driftwatch.model.rules import Ignore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from driftwatch.coverage.ledger import Column, Ledger
    from driftwatch.model.kind import Kind

_HEAD = f"""\
# What is read of the catalogue

Made by `scripts/coverage-ledger` from `src/driftwatch/coverage/catalogues.toml`, which tests hold against the kinds'
queries and the catalogues of PostgreSQL {MAJORS.start} to {MAJORS.stop - 1}: they fail on a column that is not here.
Where majors stand behind a column, only those have it.

[By kind](#by-kind) · [Read, and no drift](#read-and-no-drift) · [Read in part](#read-in-part) ·
[Not read](#not-read) · [What pg_dump writes and we leave out](#what-pg_dump-writes-and-we-leave-out)
"""


def markdown(ledger: Ledger, kinds: Sequence[Kind]) -> str:
    """The document's text."""
    read = [*_by_kind(ledger, kinds), *_ignored(kinds), *_in_part(ledger)]
    return "\n".join([_HEAD, *read, *_not_read(ledger), *_left_out(ledger)])


def _by_kind(ledger: Ledger, kinds: Sequence[Kind]) -> Iterator[str]:
    yield "## By kind\n\nA catalogue's column → the attribute that it is read into.\n"
    for kind in kinds:
        since = f" (from {kind.minimum // 10000} on)" if kind.minimum else ""
        yield f"### {kind.name}{since}\n"
        yield from (f"- `{catalogue}`: {told}" for catalogue, told in _catalogues(ledger, kind.name).items())
        yield ""


def _catalogues(ledger: Ledger, kind: str) -> dict[str, str]:
    """For each catalogue that the kind reads its columns, those with the same attributes together."""
    told: dict[str, dict[str, list[str]]] = {}
    for column in ledger.columns:
        readings = [reading for reading in column.readings if reading.kind == kind]
        if readings:
            first = max(column.majors.start, min(reading.since for reading in readings))
            name = f"{column.name}{_majors(range(first, column.majors.stop))}"
            attributes = ", ".join(reading.attribute for reading in readings)
            told.setdefault(column.catalogue, {}).setdefault(attributes, []).append(name)
    return {
        catalogue: "; ".join(f"{', '.join(names)} → {attributes}" for attributes, names in groups.items())
        for catalogue, groups in told.items()
    }


def _majors(majors: range) -> str:
    if majors == MAJORS:
        return ""
    first, last = majors.start, majors.stop - 1
    if first == last:
        return f" ({first})"
    if last == MAJORS.stop - 1:
        return f" (from {first})"
    return f" ({first} to {last})" if first > MAJORS.start else f" (to {last})"


def _ignored(kinds: Sequence[Kind]) -> Iterator[str]:
    yield "## Read, and no drift\n"
    yield "Attributes whose difference alone is none; those in italics are told as information.\n"
    for kind in kinds:
        rules = [(name, rule) for name, rule in kind.alter.items() if isinstance(rule, Ignore)]
        if rules:
            told = "; ".join(f"{f'*{name}*' if rule.told else name}: {rule.reason}" for name, rule in rules)
            yield f"- `{kind.name}`: {told}"
    yield ""


def _in_part(ledger: Ledger) -> Iterator[str]:
    yield "## Read in part\n"
    for column in ledger.columns:
        if column.more and not column.reason:
            yield f"- `{column.catalogue}`.{_named(column, ledger)}: {column.more}"
    yield ""


def _not_read(ledger: Ledger) -> Iterator[str]:
    yield "## Not read\n"
    for reason, meaning in ledger.reasons.items():
        told = _unread(ledger, reason)
        if told:
            yield f"**{reason}**: {meaning}.\n"
            yield from (f"- {', '.join(f'`{name}`' for name in names)}: {columns}" for columns, names in told.items())
            yield ""


def _unread(ledger: Ledger, reason: str) -> dict[str, list[str]]:
    """What is not read for a reason, in words that columns of several catalogues may share, and those catalogues."""
    told: dict[str, dict[str, list[str]]] = {}
    for column in ledger.columns:
        if column.reason == reason:
            name = f"{_named(column, ledger)}{_majors(column.majors)}"
            told.setdefault(column.catalogue, {}).setdefault(column.more, []).append(name)
    found: dict[str, list[str]] = {}
    for catalogue, groups in told.items():
        columns = "; ".join(f"{', '.join(names)}{f' ({more})' if more else ''}" for more, names in groups.items())
        found.setdefault(columns, []).append(catalogue)
    return found


def _named(column: Column, ledger: Ledger) -> str:
    if column.name != REST:
        return column.name
    others = any(other.catalogue == column.catalogue and other.name != REST for other in ledger.columns)
    return "the other columns" if others else "every column"


def _left_out(ledger: Ledger) -> Iterator[str]:
    yield "## What pg_dump writes and we leave out\n"
    yield from (f"- {what}: {why}" for what, why in ledger.dump.items())
    yield ""
