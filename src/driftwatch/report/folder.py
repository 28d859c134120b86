"""The folder of a comparison's reports: written aside, then renamed, so that it is there whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import shutil
from datetime import UTC
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from driftwatch.errors import ReportError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from driftwatch.model.comparison import Comparison, Side

_TAKEN = {errno.EEXIST, errno.ENOTEMPTY}
_UNSAFE = re.compile(r"[^\w.-]+")
_CONNINFO = re.compile(r"\b(host|dbname)\s*=\s*([^\s'\\]+)")
_NAME_BYTES = 80
"""Two names, the time and a number have to fit into 255 bytes."""


def write_reports(comparison: Comparison, directory: Path) -> Path:
    """Writes `<time>-<desired>-<actual>/` with all reports and both scripts, and points `latest` to it.

    Returns:
        The new folder.

    Raises:
        ReportError: the folder or `latest` could not be written; nothing half-written is left.
    """
    contents = _contents(comparison)
    staging = directory / f".driftwatch-{os.urandom(6).hex()}"
    try:
        _write(contents, staging)
        folder = _publish(staging, directory / _folder_name(comparison))
    except OSError as error:
        raise ReportError(
            f"The reports could not be written to {directory}: {error.strerror or error}; "
            "free it, or name another one in config.yaml (reports: {directory: …})"
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    _point_latest(directory, folder)
    return folder


def _contents(comparison: Comparison) -> Mapping[str, str]:
    from driftwatch.report import html, json, markdown

    return {
        "report.md": markdown.render(comparison),
        "report.html": html.render(comparison),
        "report.json": json.render(comparison),
        "migration.sql": comparison.migration_sql,
        "rollback.sql": comparison.rollback_sql,
    }


def _write(contents: Mapping[str, str], folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, text in contents.items():
        # A path that is no UTF-8 comes with lone surrogates; newline="" keeps each body's own line ends.
        with (folder / name).open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            file.write(text)


def _publish(staging: Path, wanted: Path) -> Path:
    """Renames to the wanted name, or to the first free one with a number behind it."""
    for number in count(1):
        folder = wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}")
        try:
            staging.rename(folder)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
        else:
            break
    return folder


def _point_latest(directory: Path, folder: Path) -> None:
    """Replaces the link `latest` in one step; where the file system has no links, `latest.txt` holds the name."""
    staging = directory / f".latest-{os.urandom(6).hex()}"
    try:
        try:
            staging.symlink_to(folder.name, target_is_directory=True)
            target = directory / "latest"
        except (OSError, NotImplementedError):
            staging.write_text(f"{folder.name}\n", encoding="utf-8")
            target = directory / "latest.txt"
        os.replace(staging, target)  # noqa: PTH105 - Path.replace says the same less plainly
    except OSError as error:
        raise ReportError(
            f"The reports are in {folder}, but {directory / 'latest'} could not be pointed to them: "
            f"{error.strerror or error}; remove what is in its place."
        ) from error
    finally:
        staging.unlink(missing_ok=True)


def _folder_name(comparison: Comparison) -> str:
    at = comparison.at.astimezone(UTC)
    return f"{at:%Y%m%dT%H%M%SZ}-{_side_name(comparison.desired)}-{_side_name(comparison.actual)}"


def _side_name(side: Side) -> str:
    """A name fit for a folder: never a URL, which could hold a password, and never a path."""
    name = side.name
    if "://" in name:
        name = _of_url(name)
    elif "=" in name:
        found = dict(_CONNINFO.findall(name))
        name = "-".join(found[part] for part in ("host", "dbname") if part in found)
    name = _UNSAFE.sub("_", name.replace("\\", "/").rstrip("/").rpartition("/")[2]).strip("._-")
    return name.encode(errors="ignore")[:_NAME_BYTES].decode(errors="ignore") or "database"


def _of_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or "local"
    except ValueError:
        return ""
    return f"{host}-{parts.path.strip('/')}".strip("-").replace("/", "_")
