"""Unpacking an archive so that nothing of it lands elsewhere."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Unpack into the folder.

    Raises:
        tarfile.TarError: a member would land outside of it.
    """
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
        return
    # Python 3.11.0 to 3.11.3, Debian 12's among them, know no filters.
    for member in archive.getmembers():
        if not (folder / member.name).resolve().is_relative_to(folder.resolve()):
            raise tarfile.ReadError(f"{member.name} would land outside of {folder}")
    archive.extractall(folder)  # noqa: S202 - looked at just before
