"""What is done after each run that is remembered: the index page beside the reports, and what is old goes."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from driftwatch.config import History as Configured
from driftwatch.errors import ReportError
from driftwatch.history.prune import prune
from driftwatch.history.runs import runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from driftwatch.config import Config
    from driftwatch.history.engine import History
    from driftwatch.history.values import Run

_FOLDER = re.compile(r"(\d{8}T\d{6}Z)-.+\Z")
_TIME = "%Y%m%dT%H%M%S%z"


def keep_up(config: Config, history: History, now: datetime) -> None:
    """Take away what is older than the configuration keeps, and write `index.html` anew.

    Raises:
        HistoryError: the history can't be read or written.
        ReportError: the reports' folder can't be written.
    """
    keep = (config.history or Configured()).keep
    folder = config.base_dir / config.reports.directory
    with history.writing() as connection:
        if keep:
            prune(connection, now - timedelta(seconds=keep))
        found = runs(connection)
    try:
        if keep:
            remove_old(folder, now - timedelta(seconds=keep))
        _write_index(folder, found, now)
    except OSError as error:
        raise ReportError(f"{folder / 'index.html'} could not be written: {error.strerror or error}") from None


def remove_old(folder: Path, before: datetime) -> None:
    """Remove reports of ours that are older; what has another name or no report.json in it is somebody else's."""
    latest = (folder / "latest").resolve()
    for path, at in _reports(folder):
        if at < before and path.resolve() != latest:
            shutil.rmtree(path)


def _reports(folder: Path) -> Iterator[tuple[Path, datetime]]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        named = _FOLDER.match(path.name)
        if named and not path.is_symlink() and (path / "report.json").is_file():
            yield path, datetime.strptime(named[1].replace("Z", "+0000"), _TIME).astimezone(UTC)


def _write_index(folder: Path, found: Sequence[Run], now: datetime) -> None:
    from driftwatch.report.index import render

    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".index-{os.urandom(6).hex()}"
    try:
        names = {path.name for path, _ in _reports(folder)}
        part.write_text(render(found, names, now), encoding="utf-8", errors="backslashreplace")
        part.replace(folder / "index.html")
    finally:
        part.unlink(missing_ok=True)
