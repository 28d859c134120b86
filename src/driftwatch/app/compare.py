"""`driftwatch compare`: the comparison, its reports, what is printed, the exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from driftwatch.app.comparing import compare_sources, exit_code
from driftwatch.app.progress import Progress
from driftwatch.app.session import Session
from driftwatch.config import Color, Format
from driftwatch.report import FORMATS, write_reports

if TYPE_CHECKING:
    from pathlib import Path

    from driftwatch.config import CompareRequest, Config
    from driftwatch.model.comparison import Comparison


def compare(request: CompareRequest, config: Config) -> int:
    """Compare, write the reports, print what is asked for.

    Returns:
        The exit code.

    Raises:
        DriftwatchError: a side can't be read, or a report can't be written.
    """
    with Session(config) as session, Progress(quiet=request.quiet) as progress:
        config.check_kinds([kind.name for kind in session.kinds])
        comparison = compare_sources(request, session, progress)
        progress.stage("writing the report")
        folder = write_reports(comparison, request.reports) if request.reports else None
    _print(comparison, request, folder)
    return exit_code(comparison, request)


def _print(comparison: Comparison, request: CompareRequest, folder: Path | None) -> None:
    if request.format is Format.TEXT:
        from driftwatch.report.text import write

        write(comparison, sys.stdout, quiet=request.quiet, color=_color(request.color))
    elif request.format.executable:
        _print_sql(comparison, request)
    else:
        sys.stdout.write(FORMATS[request.format](comparison))
    if folder and not request.quiet:
        click.echo(f"The report is in {folder}", err=True)


def _print_sql(comparison: Comparison, request: CompareRequest) -> None:
    from driftwatch.report.script import Which, guarded, refusal

    which: Which = "migration" if request.format is Format.SQL else "rollback"
    reason = refusal(comparison)
    if reason and not request.unproved:
        click.echo(f"driftwatch: {reason}", err=True)
    sys.stdout.write(guarded(comparison, which, unproved=request.unproved))


def _color(color: Color) -> bool | None:
    return {Color.ALWAYS: True, Color.NEVER: False}.get(color)
