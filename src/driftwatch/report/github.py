"""The report for GitHub Actions: annotations on stdout, and the step's summary.

Annotations are workflow commands, `::error title=…::message`. GitHub shows ten of each level a step: the worst come
first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.statement import Level
from driftwatch.model.verdict import Outcome
from driftwatch.report import overview
from driftwatch.report.display import visible
from driftwatch.report.sarif import LEVELS, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.model.comparison import Comparison

SUMMARY_BYTES = 1024 * 1024
"""GitHub takes no more of one step."""

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(comparison: Comparison) -> str:
    """One annotation a line; the outcome is the last."""
    return "".join(f"{line}\n" for line in _lines(comparison))


def _lines(comparison: Comparison) -> Iterator[str]:
    for _, item in comparison.unreadable:
        yield _command("error", "Not readable", f"{item.what}: {item.reason}")
    if comparison.verdict.outcome is Outcome.FAILED:
        yield _command("error", "The proof failed", comparison.verdict.sentence)
    for level in overview.LEVELS:
        for finding in comparison.findings:
            if finding.level is level:
                title = f"Schema drift ({level})"
                yield _command(_COMMANDS[LEVELS[level]], title, sentence(finding, comparison))
        if level is Level.BLOCKING:
            yield from _unmodelled(comparison)
    yield _data(f"{comparison.desired.name} -> {comparison.actual.name}: {overview.headline(comparison)}")


def _unmodelled(comparison: Comparison) -> Iterator[str]:
    for row in overview.unmodelled_rows(comparison):
        if row.differs:
            yield _command("warning", "Schema drift (unmodelled)", f"{row.what} {row.name}: {row.where}")


def _command(level: str, title: str, message: str) -> str:
    return f"::{level} title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    """What GitHub's own toolkit escapes; a line that begins with `::` would be a command."""
    return visible(text).replace("%", "%25").replace("::", ":%3A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary(comparison: Comparison) -> str:
    """The step's summary in Markdown; where the report is too long, its headline."""
    from driftwatch.report.markdown import prose, render

    text = render(comparison)
    if len(text.encode("utf-8", "backslashreplace")) < SUMMARY_BYTES:
        return text
    return f"## {prose(overview.headline(comparison))}\n\nThe report is too long for a summary: see its file.\n"
