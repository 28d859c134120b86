"""The changes as lines of text: counted by kind, then one by one, grouped by object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.change import Verb
from driftwatch.model.statement import Level, Lock
from driftwatch.report.alike import told_once
from driftwatch.report.display import is_long, lines_of, plural, shown, spaced, told
from driftwatch.report.overview import count_kinds, grouped, kind_name, name_of, short_name, ways_out, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from driftwatch.model.change import AttributeChange
    from driftwatch.model.comparison import Comparison, Finding
    from driftwatch.model.key import Key
    from driftwatch.model.statement import Hazard
    from driftwatch.report.overview import Group

Span = tuple[str, str]
"""A text and its style in rich's words."""
Line = tuple[Span, ...]

_SIGNS: Mapping[Verb, Span] = {Verb.ADD: ("+", "green"), Verb.DROP: ("-", "red"), Verb.ALTER: ("~", "cyan")}
_LEVELS: Mapping[Level, str] = {Level.BREAKING: "bold red", Level.BLOCKING: "yellow", Level.SAFE: "green"}


def kinds(comparison: Comparison) -> Iterator[Line]:
    """How many changes of which kind, and the worst that one of them is."""
    rows = count_kinds(comparison.findings)
    if not rows:
        return
    width = max(len(row.kind) for row in rows)
    yield ()
    yield ((f"  {'':<{width}}  {'added':>7}  {'dropped':>7}  {'altered':>7}", "dim"),)
    for row in rows:
        numbers = (row.verbs[Verb.ADD], row.verbs[Verb.DROP], row.verbs[Verb.ALTER])
        cells = "".join(f"  {number or '.':>7}" for number in numbers)
        yield (f"  {spaced(row.kind):<{width}}{cells}  ", ""), (row.worst, _LEVELS[row.worst])


def changes(comparison: Comparison) -> Iterator[Line]:
    """Each change, below what it belongs to."""
    for group, others in told_once(grouped(comparison.findings)):
        yield ()
        if group.main:
            yield from _finding(group.main, name_of(group.key), "", "bold", comparison)
        else:
            yield ((f"  {kind_name(group.key)} {name_of(group.key)}", "bold"),)
        yield from _parts(group)
        for finding in group.others:
            yield from _finding(finding, short_name(finding.change.key, group.key), "  ", "", comparison)
        if others:
            yield ((f"  the same in {len(others):,} more: {_some(others)}", "dim"),)


def _some(keys: Sequence[Key], most: int = 3) -> str:
    names = ", ".join(name_of(key) for key in keys[:most])
    return f"{names} … {name_of(keys[-1])}" if len(keys) > most else names


def _finding(finding: Finding, name: str, indent: str, style: str, comparison: Comparison) -> Iterator[Line]:
    sign, colour = _SIGNS[finding.change.verb]
    yield (
        (f"{indent}{sign} ", colour),
        (f"{kind_name(finding.change.key)} {name}", style),
        (f"  {finding.level}", _LEVELS[finding.level]),
        (f"  {finding.lock}" if finding.lock is not Lock.NONE else "", "dim"),
        (f"  [{finding.label}]" if finding.label else "", "magenta"),
    )
    for attribute in finding.change.attributes:
        yield ((f"{indent}    {_told_short(attribute)}", ""),)
    yield from _hazards(finding.hazards, indent)
    if finding.written:
        yield ((f"{indent}    {written(finding, comparison)}", "dim"),)
    for way, sql in ways_out(finding):
        yield (f"{indent}    {way}: ", "magenta"), (cut(" ".join(sql.split())), "")


def _hazards(hazards: Iterable[Hazard], indent: str) -> Iterator[Line]:
    for hazard in hazards:
        yield (f"{indent}    ! {hazard.danger.title}", _LEVELS[hazard.danger.level]), (f": {hazard.message}", "")


def _told_short(attribute: AttributeChange) -> str:
    if not is_long(attribute) or attribute.details:
        return told(attribute)
    lines = [len(lines_of(shown(value))) for value in (attribute.old, attribute.new)]
    return f"{spaced(attribute.name)}: changed ({plural(lines[0], 'line')} before, {lines[1]:,} after)"


def _parts(group: Group) -> Iterator[Line]:
    if not group.parts:
        return
    kinds = count_kinds(group.parts)
    yield ((f"    with {', '.join(plural(kind.total, spaced(kind.kind)) for kind in kinds)}", "dim"),)
    yield from _hazards(dict.fromkeys(hazard for finding in group.parts for hazard in finding.hazards), "")


def cut(text: str, width: int = 160) -> str:
    """The text, if it is short; else its beginning."""
    return text if len(text) <= width else f"{text[: width - 3]}..."
