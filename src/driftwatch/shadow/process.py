"""A child process that dies with us, also when we are killed with SIGKILL."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping, Sequence

    from driftwatch.shadow.account import Account

GUARD = Path(__file__).with_name("guard.py")
MODE = "exec" if sys.platform == "linux" else "supervise"
SHORT_LIVED = "exec" if sys.platform == "linux" else "plain"
"""For a program whose end is awaited and that reads its standard input."""


def guarded(command: Sequence[str], account: Account | None, end: signal.Signals, mode: str = MODE) -> list[str]:
    """The command line that runs the command under the guard, which sends it `end` when we die."""
    who = "-" if account is None else f"{account.uid}:{account.gid}"
    guard = [sys.executable, "-I", "-S", str(GUARD), mode, str(os.getpid()), who, str(int(end))]
    return [*guard, *command]


class Child:
    """A guarded program, its output in a file.

    The kernel's parent-death signal is bound to the *thread* that forked (prctl(2)): a thread of its own starts
    the program and then waits for it, so that it lives exactly as long.
    """

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self._command = command
        self._log = log
        self._environment = environment
        started: Future[subprocess.Popen[bytes]] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True, name="shadow server")
        self._thread.start()
        self._process = started.result()

    def _run(self, started: Future[subprocess.Popen[bytes]]) -> None:
        try:
            process = self._start()
        except BaseException as error:  # noqa: BLE001 - raised in the thread that waits for the result
            started.set_exception(error)
            return
        with process:
            started.set_result(process)
            process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        """In a session of its own: a Ctrl-C on the terminal is ours to handle, not the server's."""
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        """Whether the program still runs."""
        return self._thread.is_alive()

    def stop(self, end: signal.Signals, seconds: float) -> bool:
        """Send the signal and wait; False when it still runs after that time."""
        self._process.send_signal(end)
        self._thread.join(seconds)
        return not self.alive
