"""The folder of one private server, and the clean-up of those whose process was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.shadow.account import give
from driftwatch.shadow.places import choose, places

if TYPE_CHECKING:
    from driftwatch.shadow.account import Account

UNLOCKED_SECONDS = 60.0
"""A folder without a lock is one that is just being made, or one whose making was interrupted long ago."""


class RunDirectory:
    """A private folder (0700), short enough for a socket, with a lock that lives as long as we do."""

    def __init__(self, account: Account | None) -> None:
        """Make it.

        Args:
            account: Who the server runs as, and so whose folder it is; None for ourselves.
        """
        self.path = Path(tempfile.mkdtemp(prefix=_prefix(), dir=choose(account)))
        self._lock: int | None = _take_lock(self.path)
        give(self.path, account)

    def remove(self) -> None:
        """Delete it with everything in it; a second call does nothing."""
        if self._lock is not None:
            shutil.rmtree(self.path, ignore_errors=True)  # what is left, the next run's clean-up takes
            os.close(self._lock)
            self._lock = None


def clean_leftovers(account: Account | None) -> list[Path]:
    """Delete the folders of runs that were killed; a server that still uses one ends itself.

    (PostgreSQL's postmaster looks for its `postmaster.pid` every minute and stops when it is gone.)

    Returns:
        The folders deleted.
    """
    candidates = [path for place in places() for path in place.glob(f"{_prefix()}*")]
    return [path for path in candidates if _remove_if_dead(path, account)]


def _prefix() -> str:
    return f"driftwatch-{os.geteuid()}-"


def _take_lock(folder: Path) -> int:
    """Lock first, then give it its name: a lock that can be seen is always held, or its owner is dead."""
    unnamed = folder / "lock.new"
    handle = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    unnamed.rename(folder / "lock")
    return handle


def _remove_if_dead(folder: Path, account: Account | None) -> bool:
    """Delete the folder of a run whose lock nobody holds."""
    try:
        status = folder.lstat()
        owners = {os.geteuid(), os.geteuid() if account is None else account.uid}
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in owners or not _is_dead(folder, status):
            return False
    except FileNotFoundError:  # another run was faster
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return True


def _is_dead(folder: Path, status: os.stat_result) -> bool:
    try:
        handle = os.open(folder / "lock", os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return time.time() - status.st_mtime > UNLOCKED_SECONDS
    except OSError:  # a symbolic link or the like: not made by us
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
