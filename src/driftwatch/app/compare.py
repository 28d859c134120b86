"""`driftwatch compare`: the comparison, its reports, what is printed, the exit code."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from driftwatch.app.comparison.reading import read_sides
from driftwatch.app.comparison.who_moved import may_be_told
from driftwatch.app.progress import Progress
from driftwatch.app.session import Memory, Session, environments_key
from driftwatch.config import Color, FailOn, Format, Verify
from driftwatch.errors import HistoryError, ReportError
from driftwatch.report import FORMATS, prepare, write_reports

if TYPE_CHECKING:
    from driftwatch.app.comparison.reading import Readings
    from driftwatch.config import CompareRequest, Config
    from driftwatch.model.comparison import Comparison


_STANDS = "the comparison stands, this run is not remembered"


def compare(request: CompareRequest, config: Config) -> int:
    """Compare, write the reports, print what is asked for.

    Returns:
        The exit code.

    Raises:
        DriftwatchError: a side can't be read; or a report can't be written, after everything else was done.
    """
    memory, problem = _recalled(request, config)
    with Session(config, memory.key) as session, Progress(quiet=request.quiet) as progress:
        config.check_kinds([kind.name for kind in session.kinds])
        readings = read_sides(request, session, progress, memory.age, partial(_prepare, request, config))
        from driftwatch.app.comparison.comparing import compare_sides, exit_code

        comparison = compare_sides(readings, request, session, progress)
        if may_be_told(request, config):
            from driftwatch.app.comparison.labels import labelled

            comparison = labelled(comparison, readings, request, session, progress)
        progress.stage("writing the report")
        folder, unwritten = _reported(comparison, request)
        new = _is_new(comparison, request, config)
        if config.history and not problem:
            problem = _remember(comparison, readings, request, session, folder)
    _print(comparison, request, folder)
    if problem:
        click.echo(f"driftwatch: {problem}", err=True)
    if unwritten:
        raise unwritten
    return exit_code(comparison, request, new=new)


def _reported(comparison: Comparison, request: CompareRequest) -> tuple[Path | None, ReportError | None]:
    """The folder of the reports, or why they could not be written: what was found is told all the same."""
    try:
        return (write_reports(comparison, request.reports) if request.reports else None), None
    except ReportError as error:
        return None, ReportError(f"{error}; --output names another one for once, --no-report goes without")


def _prepare(request: CompareRequest, config: Config) -> None:
    """Import what comes after reading: the servers are at work on it, on other processors, and this thread waits."""
    import driftwatch.app.comparison.comparing

    if request.verify is not Verify.OFF:
        import driftwatch.app.proving.proof
    if may_be_told(request, config):
        import driftwatch.app.comparison.labels  # noqa: F401
    if request.reports:
        prepare()


def _recalled(request: CompareRequest, config: Config) -> tuple[Memory, str]:
    """What the history knows, where there is one, and why it can't be asked."""
    nothing = Memory(environments_key(config))
    if not config.history:
        return nothing, ""
    from driftwatch.app.remembering.remember import open_history, pair_name, recall

    try:
        return recall(config, open_history(config), pair_name(request.pair), datetime.now(UTC)), ""
    except HistoryError as error:
        return nothing, f"{error}; {_STANDS}"


def _is_new(comparison: Comparison, request: CompareRequest, config: Config) -> bool:
    """Whether something drifted that is not known; looked at only where it is asked for.

    Raises:
        DriftwatchError: there is nothing to hold it against.
    """
    if FailOn.NEW not in request.fail_on:
        return False
    from driftwatch.app.remembering.known import unknown

    return bool(unknown(comparison, request, config))


def _remember(
    comparison: Comparison, readings: Readings, request: CompareRequest, session: Session, folder: Path | None
) -> str:
    """Write the run down.

    Returns:
        What was not possible; a history that is broken, locked, full or read-only stops no comparison.
    """
    from driftwatch.app.remembering.remember import new_run, open_history, record_run

    # Whoever asks what is new asks again on the next push: that must not make it known.
    moves = request.ledger and FailOn.NEW not in request.fail_on
    report = folder.name if folder else ""
    now = datetime.now(UTC)
    try:
        run = new_run(request.pair, comparison, readings, session.kinds, finished_at=now, report=report, ledger=moves)
        with open_history(session.config).writing() as connection:
            record_run(connection, run, comparison, readings, session.kinds)
    except HistoryError as error:
        return f"{error}; {_STANDS}"
    return _index(request, session.config)


def _index(request: CompareRequest, config: Config) -> str:
    """Write the page beside the reports anew, where one was added to the configured folder.

    Returns:
        Why that was not possible.
    """
    if request.reports != config.base_dir / config.reports.directory:
        return ""
    from driftwatch.app.remembering.remember import open_history
    from driftwatch.app.remembering.upkeep import write_index

    try:
        write_index(config, open_history(config), datetime.now(UTC))
    except (HistoryError, ReportError) as error:
        return str(error)
    return ""


def _print(comparison: Comparison, request: CompareRequest, folder: Path | None) -> None:
    if request.format is Format.TEXT:
        from driftwatch.report.text import write

        write(comparison, sys.stdout, quiet=request.quiet, color=_color(request.color))
    elif request.format.executable:
        _print_sql(comparison, request)
    else:
        sys.stdout.write(FORMATS[request.format](comparison))
        if request.format is Format.GITHUB:
            _summarise(comparison)
    if folder and not request.quiet:
        click.echo(f"The report is in {folder}", err=True)


def _summarise(comparison: Comparison) -> None:
    """Add to the step's summary, where a step of GitHub Actions calls."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        from driftwatch.report.github import summary

        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(summary(comparison))


def _print_sql(comparison: Comparison, request: CompareRequest) -> None:
    from driftwatch.report.script import Which, guarded, refusal

    which: Which = "migration" if request.format is Format.SQL else "rollback"
    reason = refusal(comparison)
    if reason and not request.unproved:
        click.echo(f"driftwatch: {reason}", err=True)
    sys.stdout.write(guarded(comparison, which, unproved=request.unproved))


def _color(color: Color) -> bool | None:
    return {Color.ALWAYS: True, Color.NEVER: False}.get(color)
