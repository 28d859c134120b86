"""Who runs a private server: PostgreSQL refuses to be started by root (main.c, `check_root`)."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from driftwatch.errors import ShadowError

if TYPE_CHECKING:
    from pathlib import Path

UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """An operating-system account by its numbers."""

    uid: int
    gid: int


def server_account() -> Account | None:
    """The account that a root process runs its servers as; None when we are not root and stay who we are.

    Raises:
        ShadowError: we are root and there is no user `nobody`.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise ShadowError(
            f"PostgreSQL does not run as root and there is no user {UNPRIVILEGED!r} to run it as: "
            "run driftwatch as an ordinary user, or configure `shadow: url:`."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def can_reach(account: Account, path: Path) -> bool:
    """Whether the account may read the path (and enter it, for a folder), judged by permission bits."""
    real = path.resolve()
    if not real.exists():
        return False
    needed = stat.S_IROTH | stat.S_IXOTH if real.is_dir() else stat.S_IROTH
    return _allows(account, real, needed) and all(_allows(account, parent, stat.S_IXOTH) for parent in real.parents)


def _allows(account: Account, path: Path, needed: int) -> bool:
    """Compare the bits for others, or those of the owner or group when the account is that."""
    status = path.stat()
    if status.st_uid == account.uid:
        return status.st_mode >> 6 & needed == needed
    if status.st_gid == account.gid:
        return status.st_mode >> 3 & needed == needed
    return status.st_mode & needed == needed


def give(path: Path, account: Account | None) -> None:
    """Make the account the owner of one file or folder; nothing to do when it is None."""
    if account is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
