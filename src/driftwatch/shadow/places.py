"""Where a private server's files go: memory where there is plenty, else the temporary folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.errors import ShadowError
from driftwatch.shadow.account import can_reach

if TYPE_CHECKING:
    from driftwatch.shadow.account import Account

MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes an unguessable folder of mode 0700 in it
MEMORY_NEEDED = 4 << 30
"""Bytes that must be free: five databases of 5,000 tables take one gigabyte."""

SOCKET_PATH_LIMIT = 103
"""Bytes of a socket's path on macOS (`sun_path`; Linux has 107)."""

NO_LIMIT = 1 << 60
"""Control groups of version 1 say "no limit" with a number of 63 bits, rounded down to whole pages."""

NAME_LIMIT = len("/driftwatch-4294967295-12345678/.s.PGSQL.5432")
FIRST_ORDINARY_UID = 1000


def places() -> list[Path]:
    """Folders that may hold run directories, the best first; what TMPDIR names goes before all."""
    usual = Path(tempfile.gettempdir())
    ranked = [usual, MEMORY] if "TMPDIR" in os.environ else [MEMORY, usual]
    return list(dict.fromkeys([*ranked, Path("/tmp"), Path("/var/tmp")]))  # noqa: S108 - as above


def choose(account: Account | None) -> Path:
    """The first place that the server's account can reach, short enough for its socket.

    Raises:
        ShadowError: there is none.
    """
    for place in places():
        if _fits(place, account) and (place != MEMORY or _plenty_of_memory(account)):
            return place
    raise ShadowError(
        f"No folder was found for the shadow's server: set TMPDIR to one that can be written, of less than "
        f"{SOCKET_PATH_LIMIT - NAME_LIMIT} bytes."
    )


def _fits(place: Path, account: Account | None) -> bool:
    short = len(os.fsencode(place)) + NAME_LIMIT <= SOCKET_PATH_LIMIT
    return (
        short
        and place.is_dir()
        and os.access(place, os.W_OK | os.X_OK)
        and (account is None or can_reach(account, place))
    )


def _plenty_of_memory(account: Account | None) -> bool:
    """Creating a database's 300 files takes 10 ms there, and up to 250 on a disk that others use too.

    Not in a container with a memory limit or the usual 64 MB, and not where systemd's logind would delete our
    files when the user logs out (RemoveIPC, see the manual, section 18.4.2).
    """
    return (
        _free(MEMORY) > MEMORY_NEEDED
        and _available() > 2 * MEMORY_NEEDED
        and not _limited()
        and (account is not None or os.geteuid() < FIRST_ORDINARY_UID or not Path("/run/systemd/system").exists())
    )


def _free(folder: Path) -> int:
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize


def _available() -> int:
    """Bytes of memory that Linux could give without swapping."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


def _limited() -> bool:
    """Whether a control group limits our memory: files in memory count there."""
    own = Path("/proc/self/cgroup").read_text().rpartition("0::")[2].strip().lstrip("/")
    root = Path("/sys/fs/cgroup")
    files = [root / "memory.max", root / own / "memory.max", root / "memory/memory.limit_in_bytes"]
    limits = [file.read_text().strip() for file in files if file.exists()]
    return any(limit != "max" and int(limit) < NO_LIMIT for limit in limits)
