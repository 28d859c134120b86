"""What is done after each run that is remembered: the index page beside the reports, and what is old goes."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from driftwatch.app.remembering.due import missed
from driftwatch.config import History as Configured
from driftwatch.errors import ReportError
from driftwatch.history.prune import prune
from driftwatch.history.runs import runs
from driftwatch.report.index import render

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from driftwatch.config import Config
    from driftwatch.history.engine import History
    from driftwatch.history.prune import Pruned

_FOLDER = re.compile(r"(\d{8}T\d{6}Z)-.+\Z")
_TIME = "%Y%m%dT%H%M%S%z"
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def keep_up(config: Config, history: History, now: datetime) -> None:
    """Take away what is older than the configuration keeps, and write `index.html` anew.

    Raises:
        HistoryError: the history can't be read or written.
        ReportError: the reports' folder can't be written.
    """
    keep = (config.history or Configured()).keep
    if keep:
        take_away(config, history, now - timedelta(seconds=keep))
    write_index(config, history, now)


def take_away(config: Config, history: History, before: datetime) -> tuple[Pruned, int]:
    """Take away what ended before a time.

    Returns:
        What was taken out of the history, and how many reports were removed.

    Raises:
        HistoryError: the history can't be written.
        ReportError: a report can't be removed.
    """
    with history.writing() as connection:
        done = prune(connection, before)
    return done, remove_old(config.base_dir / config.reports.directory, before)


def write_index(config: Config, history: History, now: datetime) -> None:
    """Write `index.html` beside the reports anew, where the reports are configured to be.

    Raises:
        HistoryError: the history can't be read.
        ReportError: the reports' folder can't be written.
    """
    folder = config.base_dir / config.reports.directory
    with history.reading() as connection:
        found = runs(connection)
        gaps = missed(connection, list(config.schedule.values()), _EVER, now)
    try:
        _write(folder, lambda names: render(found, names, now, gaps))
    except OSError as error:
        raise ReportError(f"{folder / 'index.html'} could not be written: {error.strerror or error}") from None


def remove_old(folder: Path, before: datetime) -> int:
    """Remove reports of ours that are older; what has another name or no report.json in it is somebody else's.

    Returns:
        How many there were.

    Raises:
        ReportError: one can't be removed.
    """
    latest = (folder / "latest").resolve()
    old = [path for path, at in _reports(folder) if at < before and path.resolve() != latest]
    try:
        for path in old:
            shutil.rmtree(path)
    except OSError as error:
        raise ReportError(f"{folder}: an old report can't be removed: {error.strerror or error}") from None
    return len(old)


def _reports(folder: Path) -> Iterator[tuple[Path, datetime]]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        named = _FOLDER.match(path.name)
        if named and not path.is_symlink() and (path / "report.json").is_file():
            yield path, datetime.strptime(named[1].replace("Z", "+0000"), _TIME).astimezone(UTC)


def _write(folder: Path, page: Callable[[Collection[str]], str]) -> None:
    """The page of the reports that are there, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".index-{os.urandom(6).hex()}"
    try:
        names = {path.name for path, _ in _reports(folder)}
        part.write_text(page(names), encoding="utf-8", errors="backslashreplace")
        part.replace(folder / "index.html")
    finally:
        part.unlink(missing_ok=True)
