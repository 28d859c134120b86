"""Python programs in processes of their own, to be killed, and to be run by another user."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

import driftwatch
from driftwatch.shadow.account import can_reach, server_account

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterator

SOURCES = Path(driftwatch.__file__).parents[1]
PACKAGES = Path(psycopg.__file__).parents[1]
SYSTEM_PYTHON = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")
PATIENCE = 600.0
"""Seconds, on a slow machine that does much else; nobody waits them out unless something is wrong."""

FOREVER = 3600
"""Seconds that whatever is to be waited for takes: more than our patience."""


def interpreter(user: str) -> Path | None:
    """A Python that the user can run and that finds our packages; None when there is none."""
    account = server_account() if user == "nobody" else None
    if account is None:
        return Path(sys.executable)
    readable = [path for path in (Path(sys.executable), SYSTEM_PYTHON) if can_reach(account, path)]
    ours = can_reach(account, SOURCES / "driftwatch") and can_reach(account, PACKAGES / "psycopg")
    return readable[0] if readable and ours else None


def users() -> list[str]:
    """Who programs can be run as here: ourselves and, when we are root, an ordinary user."""
    return ["ourselves"] if server_account() is None or interpreter("nobody") is None else ["ourselves", "nobody"]


@contextmanager
def home(user: str) -> Iterator[Path]:
    """A folder of the user's own that it can reach, which pytest's `tmp_path` of root is not."""
    with tempfile.TemporaryDirectory(prefix="driftwatch-home-") as name:
        account = server_account() if user == "nobody" else None
        if account is not None:
            os.chown(name, account.uid, account.gid)
        yield Path(name)


def start(code: str, folder: Path, user: str = "ourselves", **environment: str) -> subprocess.Popen[str]:
    """Run a program whose home and cache are in the folder."""
    account = server_account() if user == "nobody" else None
    return subprocess.Popen(
        [str(interpreter(user)), "-c", code],
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "PYTHONPATH": f"{SOURCES}{os.pathsep}{PACKAGES}",
            "PYTHONDONTWRITEBYTECODE": "1",
            **environment,
        },
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        user=None if account is None else account.uid,
        group=None if account is None else account.gid,
        extra_groups=None if account is None else [],
    )


def told(process: subprocess.Popen[str]) -> str:
    """The next line that the program prints; its errors when it ended instead."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        _, errors = process.communicate()
        raise AssertionError(errors)
    return line


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL: it can't clean up."""
    process.kill()
    process.communicate()


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds within a time that no machine needs; once is enough, what comes and goes is not asked again."""
    deadline = time.monotonic() + PATIENCE
    while not (found := holds()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def state(process: int) -> str:
    """As proc_pid_stat(5) has it: "S" for one that waits for something, "R" for one that works."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def catches(process: int, number: signal.Signals) -> bool:
    """Whether it has a handler for the signal by now and would not die of it (SigCgt in proc_pid_status(5))."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return bool(int(lines["SigCgt"], 16) >> (number - 1) & 1)


def processes_of(folder: str) -> list[int]:
    """The running processes (not those that wait to be reaped) that name the folder in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command, state = (
                (entry / "cmdline").read_bytes(),
                (entry / "stat").read_text().rpartition(")")[2].split()[0],
            )
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if folder.encode() in command and state != "Z":
            found.append(int(entry.name))
    return found
