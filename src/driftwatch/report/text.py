"""The report in a terminal or a pipe: one layout, coloured by rich where a terminal shows it."""

from __future__ import annotations

import os
from itertools import chain
from typing import TYPE_CHECKING, TextIO

from driftwatch.model.change import Verb
from driftwatch.model.statement import Level, Lock
from driftwatch.model.verdict import Outcome
from driftwatch.report.display import is_long, lines_of, plural, shown, spaced, told, visible
from driftwatch.report.overview import (
    count_kinds,
    grouped,
    headline,
    kind_name,
    name_of,
    plan_size,
    proof_sentence,
    proof_word,
    rename_argument,
    short_name,
    side_name,
    three_steps,
    unmodelled_rows,
    ways_out,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from driftwatch.model.change import AttributeChange
    from driftwatch.model.comparison import Comparison, Finding
    from driftwatch.model.statement import Hazard
    from driftwatch.report.overview import Group

Span = tuple[str, str]
"""A text and its style in rich's words."""
Line = tuple[Span, ...]

_HEAD = 20
"""Lines of the migration that are shown."""
_FEW = 8
"""Names that are listed before a count stands for the rest."""

_SIGNS: Mapping[Verb, Span] = {Verb.ADD: ("+", "green"), Verb.DROP: ("-", "red"), Verb.ALTER: ("~", "cyan")}
_LEVELS: Mapping[Level, str] = {Level.BREAKING: "bold red", Level.BLOCKING: "yellow", Level.SAFE: "green"}
_OUTCOMES: Mapping[str, str] = {
    "no-drift": "bold green",
    "drift": "bold yellow",
    "breaking-drift": "bold red",
    "incomplete": "bold yellow",
}
_PROOFS: Mapping[Outcome, str] = {
    Outcome.PROVED: "green",
    Outcome.FAILED: "bold red",
    Outcome.UNPROVED: "yellow",
}


def render(comparison: Comparison) -> str:
    """The whole report as plain text."""
    return _plain(_lines(comparison))


def render_line(comparison: Comparison) -> str:
    """The report in one line: outcome, sides, counts and proof."""
    return _plain(iter([_one_line(comparison)]))


def write(comparison: Comparison, stream: TextIO, *, quiet: bool = False, color: bool | None = None) -> None:
    """Prints the report, coloured if `color` says so.

    Where it says nothing: on a terminal, unless NO_COLOR is set (no-color.org); plain in a pipe.
    """
    lines = iter([_one_line(comparison)]) if quiet else _lines(comparison)
    if _wants_color(stream) if color is None else color:
        _write_coloured(lines, stream)
    else:
        stream.write(_encodable(_plain(lines), stream))


def _wants_color(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _write_coloured(lines: Iterator[Line], stream: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, force_terminal=True, highlight=False, markup=False, emoji=False)
    for line in lines:
        styled = ((_encodable(text, stream), style) for text, style in _shown_spans(line))
        console.print(Text.assemble(*styled), soft_wrap=True)


def _plain(lines: Iterator[Line]) -> str:
    return "".join("".join(text for text, _ in _shown_spans(line)).rstrip() + "\n" for line in lines)


def _shown_spans(line: Line) -> Iterator[Span]:
    """Every span passes here on its way out: no name can steer the terminal."""
    return ((visible(text), style) for text, style in line)


def _encodable(text: str, stream: TextIO) -> str:
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _one_line(comparison: Comparison) -> Line:
    sides = f"{comparison.desired.name} -> {comparison.actual.name}: "
    line = ((sides, ""), (headline(comparison), _OUTCOMES[comparison.outcome]))
    return (*line, ("; ", ""), _proof(comparison)) if proof_sentence(comparison) else line


def _proof(comparison: Comparison) -> Span:
    return proof_sentence(comparison), _PROOFS[comparison.verdict.outcome]


def _lines(comparison: Comparison) -> Iterator[Line]:
    sections: tuple[Callable[[Comparison], Iterator[Line]], ...] = (
        _top,
        _warnings,
        _kinds,
        _changes,
        _undeclared,
        _three_steps,
        _renames,
        _information,
        _unmodelled,
        _unreadable,
        _hidden,
        _unplanned,
        _failures,
        _not_covered,
        _certificate,
        _migration,
    )
    return chain.from_iterable(section(comparison) for section in sections)


def _heading(text: str, note: str = "") -> Iterator[Line]:
    yield ()
    yield (text, "bold"), (f"  {note}" if note else "", "dim")


def _top(comparison: Comparison) -> Iterator[Line]:
    yield ((headline(comparison), _OUTCOMES[comparison.outcome]),)
    yield ()
    for role, side in (("desired", comparison.desired), ("actual", comparison.actual)):
        about = f"{side.location}, {side.server}, {plural(side.objects, 'object')}"
        yield (f"  {role:<8} ", "dim"), (side.name, "bold"), (f"  {about}", "")
    if proof_sentence(comparison):
        yield ("  proof    ", "dim"), _proof(comparison)


def _warnings(comparison: Comparison) -> Iterator[Line]:
    for warning in comparison.warnings:
        yield ("  warning  ", "yellow"), (warning, "")


def _kinds(comparison: Comparison) -> Iterator[Line]:
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


def _changes(comparison: Comparison) -> Iterator[Line]:
    for group in grouped(comparison.findings):
        yield ()
        if group.main:
            yield from _finding(group.main, name_of(group.key), "", "bold", comparison)
        else:
            yield ((f"  {kind_name(group.key)} {name_of(group.key)}", "bold"),)
        yield from _parts(group)
        for finding in group.others:
            yield from _finding(finding, short_name(finding.change.key, group.key), "  ", "", comparison)


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
        yield (f"{indent}    {way}: ", "magenta"), (_cut(" ".join(sql.split())), "")


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


def _renames(comparison: Comparison) -> Iterator[Line]:
    if comparison.renames:
        yield from _heading("Likely renames", "planned as drop and add unless you say yes")
    for rename in comparison.renames:
        question = f"{rename.old} is now {name_of(rename.new)}?"
        yield ("  ? ", "magenta"), (question, ""), (f"  {rename.likeness:.0%} alike", "dim")
        yield (f"      yes: {rename_argument(rename.option)}", ""), (f"  {rename.sql}" if rename.sql else "", "dim")


def _undeclared(comparison: Comparison) -> Iterator[Line]:
    if comparison.undeclared:
        yield from _heading("Undeclared in both", "alike on both sides, and no migration says so")
    for key in comparison.undeclared:
        yield ((f"  {kind_name(key)} {name_of(key)}", ""),)
    yield from _code(lines_of(comparison.undeclared_sql.rstrip()), "      ")


def _three_steps(comparison: Comparison) -> Iterator[Line]:
    steps = three_steps(comparison)
    if steps:
        yield from _heading("Breaking changes in three steps", "no running code meets a schema it does not know")
    for number, step in enumerate(steps, 1):
        yield ((f"  {number}. {step}", ""),)


def _information(comparison: Comparison) -> Iterator[Line]:
    if comparison.information:
        yield from _heading("Information", "told, never migrated")
    for change in comparison.information:
        told_of = "; ".join(told(attribute) for attribute in change.information) or change.verb
        yield (f"  {kind_name(change.key)} {name_of(change.key)}", ""), (f"  {_cut(told_of)}", "dim")


def _cut(text: str, width: int = 160) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _unmodelled(comparison: Comparison) -> Iterator[Line]:
    rows = unmodelled_rows(comparison)
    if rows:
        yield from _heading("Unmodelled", "seen in the catalogue, not read by any kind")
    alike: dict[str, list[str]] = {}
    for row in rows:
        if row.differs:
            yield ("  ! ", "yellow"), (f"{row.what} {row.name}", ""), (f"  {row.where}", "yellow")
        else:
            alike.setdefault(row.what, []).append(row.name)
    for what, names in alike.items():
        yield (f"  {what}: {_some(names)}", ""), ("  alike on both sides", "dim")


def _some(names: list[str] | tuple[str, ...]) -> str:
    rest = len(names) - _FEW
    return ", ".join(names[:_FEW]) + (f" and {rest:,} more" if rest > 0 else "")


def _unreadable(comparison: Comparison) -> Iterator[Line]:
    if comparison.unreadable:
        yield from _heading("Not readable", "asked for, and this role may not read it")
    for side, item in comparison.unreadable:
        yield ("  ! ", "red"), (f"{side_name(comparison, side)}: {item.what}: {item.reason}", "")


def _hidden(comparison: Comparison) -> Iterator[Line]:
    if comparison.hidden:
        yield from _heading("Ignored")
    for hidden in comparison.hidden:
        reason = f" ({hidden.reason})" if hidden.reason else ""
        yield (f"  {hidden.rule}{reason}: ", ""), (f"hid {plural(len(hidden.keys), 'difference')}", "dim")
        if hidden.keys:
            yield ((f"      {_some(hidden.keys)}", "dim"),)


def _unplanned(comparison: Comparison) -> Iterator[Line]:
    if comparison.migration.unplanned:
        yield from _heading("Not planned", "no statement was found for these")
    for unplanned in comparison.migration.unplanned:
        yield ("  ! ", "red"), (f"{unplanned.key}: {unplanned.reason}", "")


def _failures(comparison: Comparison) -> Iterator[Line]:
    if comparison.verdict.failures:
        yield from _heading("The proof failed")
    for failure in comparison.verdict.failures:
        first, *more = lines_of(failure.message) or [""]
        yield ("  ! ", "red"), (f"{failure.stage}: {first}", "")
        yield from (((f"      {line}", ""),) for line in more)
        yield from _code(lines_of(failure.sql), "      ")


def _not_covered(comparison: Comparison) -> Iterator[Line]:
    verdict = comparison.verdict
    if verdict.not_covered or verdict.stand_ins:
        yield from _heading("Not covered by the proof")
    for item in verdict.not_covered:
        yield ((f"  {item.what}: {item.reason}", ""),)
    if verdict.stand_ins:
        yield ((f"  only by name and signature: {', '.join(verdict.stand_ins)}", ""),)


def _certificate(comparison: Comparison) -> Iterator[Line]:
    certificate = comparison.certificate
    yield from _heading("What was compared")
    yield ((f"  {plural(certificate.objects, 'object')} of {certificate.scope}, by {certificate.reader}", ""),)
    yield ((f"  kinds: {', '.join(map(spaced, certificate.kinds))}", "dim"),)
    if certificate.excluded:
        yield ((f"  read and not compared: {', '.join(map(spaced, certificate.excluded))}", "dim"),)


def _migration(comparison: Comparison) -> Iterator[Line]:
    lines = lines_of(comparison.migration_sql.rstrip())
    if not comparison.migration or not lines:
        return
    note = f"{plan_size(comparison.migration)}, {proof_word(comparison.verdict)}"
    yield from _heading(f"Migration of {comparison.actual.name}", note)
    yield from _code(lines[:_HEAD], "  ")
    if len(lines) > _HEAD:
        yield ((f"  ... {plural(len(lines) - _HEAD, 'more line')}: --format sql prints all of them", "dim"),)


def _code(lines: list[str], indent: str) -> Iterator[Line]:
    for line in lines:
        yield ((indent + line.expandtabs(4), "dim" if line.startswith("--") else ""),)
