"""The report as lines of text, section by section; the changes have a file of their own."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from driftwatch.model.verdict import Outcome
from driftwatch.report.display import lines_of, plural, spaced, told
from driftwatch.report.overview import (
    headline,
    kind_name,
    name_of,
    plan_size,
    proof_sentence,
    proof_word,
    rename_argument,
    side_name,
    three_steps,
    unmodelled_rows,
)
from driftwatch.report.text_changes import Line, Span, changes, cut, kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from driftwatch.model.comparison import Comparison

_HEAD = 20
"""Lines of the migration that are shown."""
_WIDTH = 78
"""Columns of what is enumerated."""
_FEW = 8
"""Names that are listed before a count stands for the rest."""

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


def one_line(comparison: Comparison) -> Line:
    """The report in one line."""
    sides = f"{comparison.desired.name} -> {comparison.actual.name}: "
    line = ((sides, ""), (headline(comparison), _OUTCOMES[comparison.outcome]))
    return (*line, ("; ", ""), _proof(comparison)) if proof_sentence(comparison) else line


def _proof(comparison: Comparison) -> Span:
    return proof_sentence(comparison), _PROOFS[comparison.verdict.outcome]


def all_lines(comparison: Comparison) -> Iterator[Line]:
    """The whole report."""
    sections: tuple[Callable[[Comparison], Iterator[Line]], ...] = (
        _top,
        _warnings,
        kinds,
        changes,
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


def _top(comparison: Comparison) -> Iterator[Line]:
    yield ((headline(comparison), _OUTCOMES[comparison.outcome]),)
    yield ()
    for role, side in (("desired", comparison.desired), ("actual", comparison.actual)):
        about = f"{side.location}, {side.server}, {plural(side.objects, 'object')}"
        yield (f"  {role:<8} ", "dim"), (side.name, "bold"), (f"  {about}", "")
    if proof_sentence(comparison):
        yield ("  proof    ", "dim"), _proof(comparison)


def _heading(text: str, note: str = "") -> Iterator[Line]:
    yield ()
    yield (text, "bold"), (f"  {note}" if note else "", "dim")


def _warnings(comparison: Comparison) -> Iterator[Line]:
    for warning in comparison.warnings:
        yield ("  warning  ", "yellow"), (warning, "")


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


def _renames(comparison: Comparison) -> Iterator[Line]:
    if comparison.renames:
        yield from _heading("Likely renames", "planned as drop and add unless you say yes")
    for rename in comparison.renames:
        question = f"{rename.old} is now {name_of(rename.new)}?"
        yield ("  ? ", "magenta"), (question, ""), (f"  {rename.likeness:.0%} alike", "dim")
        yield (f"      yes: {rename_argument(rename.option)}", ""), (f"  {rename.sql}" if rename.sql else "", "dim")


def _information(comparison: Comparison) -> Iterator[Line]:
    if comparison.information:
        yield from _heading("Information", "told, never migrated")
    alike: dict[tuple[str, str], list[str]] = {}
    for change in comparison.information:
        told_of = "; ".join(told(attribute) for attribute in change.information) or change.verb
        alike.setdefault((kind_name(change.key), told_of), []).append(name_of(change.key))
    for (kind, told_of), (name, *others) in alike.items():
        yield (f"  {kind} {name}", ""), (f"  {cut(told_of)}", "dim")
        if others:
            yield ((f"      the same in {len(others):,} more: {_some(others)}", "dim"),)


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
    yield from _enumerated("kinds", certificate.kinds)
    if certificate.excluded:
        yield from _enumerated("read and not compared", certificate.excluded)


def _enumerated(what: str, names: Sequence[str]) -> Iterator[Line]:
    """A long list, with line breaks where a terminal would put them into the middle of a word."""
    from textwrap import wrap

    text = f"  {what}: {', '.join(map(spaced, names))}"
    lines = wrap(text, _WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    yield from (((line, "dim"),) for line in lines)


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
