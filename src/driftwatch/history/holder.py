"""Who holds a night: a process, named so that another one on the same machine can tell that it has ended.

A pid says nothing by itself: containers have pids of their own. What names a process for good is the machine's boot,
the namespace of its pids (whose number is given anew only when nobody is left in it), its pid there, and its start
(pid_namespaces(7), proc_pid_stat(5)). Where a system has no `/proc`, whether somebody lives is left to heartbeats.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

_PROC = Path("/proc")
_STARTED = 19
"""The place of `starttime` behind the parenthesis that ends the command's name: it is the 22nd field."""


def holder() -> str:
    """This process, and the moment: a process may hold several nights, one after the other."""
    return f"{_home()}:{os.getpid()}:{_started(os.getpid())}:{time.monotonic_ns()}"


def has_ended(name: str) -> bool:
    """Whether a holder is known to have ended; False also where that can't be seen from here."""
    home, _, rest = name.rpartition(" ")
    pid, _, started = rest.removeprefix(":").partition(":")
    if not home or f"{home} " != _home() or not pid.isdecimal():
        return False
    return not _runs(int(pid)) or _started(int(pid)) not in {"", started.partition(":")[0]}


def _home() -> str:
    """The machine and its namespace of pids; it ends in a space where both are known."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{socket.gethostname()} {boot} {(_PROC / 'self/ns/pid').readlink()} "
    except OSError:
        return socket.gethostname()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def _started(pid: int) -> str:
    """In ticks since the boot; empty where it can't be read."""
    try:
        line = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return line.rpartition(")")[2].split()[_STARTED]
