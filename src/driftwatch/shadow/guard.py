"""Starts a program that must not outlive the process that wanted it. Run as a script, never imported.

    guard.py MODE PARENT ACCOUNT SIGNAL PROGRAM [ARGUMENT ...]

MODE is `exec` (Linux: the kernel sends SIGNAL when the parent's thread dies), `supervise` (elsewhere: this
process stays, and sends it when its standard input, a pipe that the parent holds, is closed) or `plain` (only
drop privileges). PARENT is the parent's process number. ACCOUNT is `uid:gid` to drop to, or `-`. This runs before
each server, so it imports little (`python -I -S`, 15 ms), and all of it before privileges are dropped: the account
that we drop to may not be able to read the interpreter's files.
"""

from __future__ import annotations

import os
import sys

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def main(arguments: list[str]) -> None:
    """Drop privileges, tie our life to the parent's, become (or start) the program."""
    mode, parent, account, number, *command = arguments
    if mode == "supervise":
        sys.exit(supervise(account, int(number), command))
    if mode == "exec":
        die_with(account, int(parent), int(number))
    else:
        drop_privileges(account)
    os.execv(command[0], command)  # noqa: S606 - the whole purpose, without a shell


def drop_privileges(account: str) -> None:
    """For good: groups first, while we still may."""
    if account != "-":
        uid, _, gid = account.partition(":")
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))


def die_with(account: str, parent: int, number: int) -> None:
    """Ask the kernel for a signal at the parent's death; after the change of uid, which clears it (prctl(2))."""
    import ctypes  # 5 ms, only needed here

    libc = ctypes.CDLL(None, use_errno=True)
    drop_privileges(account)
    if libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)


def supervise(account: str, number: int, command: list[str]) -> int:
    """Run the program as a child, end it when the pipe closes, pass on the signal that stops it."""
    import signal
    import threading

    drop_privileges(account)
    signal.pthread_sigmask(signal.SIG_BLOCK, [number])  # until there is somebody to pass it on to
    child = os.posix_spawn(command[0], command, os.environ, setsigmask=[])
    signal.signal(number, lambda received, _frame: os.kill(child, received))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
    threading.Thread(target=end_with_pipe, args=(child, number), daemon=True).start()
    _, status = os.waitpid(child, 0)
    return abs(os.waitstatus_to_exitcode(status))


def end_with_pipe(child: int, number: int) -> None:
    """Wait until nobody holds the other end."""
    while os.read(0, 512):
        continue
    os.kill(child, number)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as failure:
        sys.exit(f"it could not be started: {failure}")
