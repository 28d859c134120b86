"""Reports: one comparison told in several formats, each module imported when its format is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.report.folder import write_reports

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from driftwatch.model.comparison import Comparison

__all__ = ["FORMATS", "prepare", "write_reports"]


def prepare() -> None:
    """Load what `write_reports` needs and compile the templates: most of what a report of few changes takes."""
    from driftwatch.report import html, json, markdown  # noqa: F401

    html.template()
    markdown.template()


def _text(comparison: Comparison) -> str:
    from driftwatch.report.text import render

    return render(comparison)


def _markdown(comparison: Comparison) -> str:
    from driftwatch.report.markdown import render

    return render(comparison)


def _html(comparison: Comparison) -> str:
    from driftwatch.report.html import render

    return render(comparison)


def _json(comparison: Comparison) -> str:
    from driftwatch.report.json import render

    return render(comparison)


def _sarif(comparison: Comparison) -> str:
    from driftwatch.report.sarif import render

    return render(comparison)


def _junit(comparison: Comparison) -> str:
    from driftwatch.report.junit import render

    return render(comparison)


def _github(comparison: Comparison) -> str:
    from driftwatch.report.github import render

    return render(comparison)


def _sql(comparison: Comparison) -> str:
    from driftwatch.report.script import guarded

    return guarded(comparison, "migration")


def _rollback(comparison: Comparison) -> str:
    from driftwatch.report.script import guarded

    return guarded(comparison, "rollback")


FORMATS: Mapping[str, Callable[[Comparison], str]] = {
    "text": _text,
    "markdown": _markdown,
    "html": _html,
    "json": _json,
    "sarif": _sarif,
    "junit": _junit,
    "github": _github,
    "sql": _sql,
    "rollback": _rollback,
}
"""What `--format` may say, and what renders it; `sql` and `rollback` only hand out what was proved."""
