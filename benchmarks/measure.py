"""Running a program and saying what it took: wall time, CPU time of client and server, peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

TICK = os.sysconf("SC_CLK_TCK")
MEGABYTE = 1 << 10
"""Kilobytes, as Linux gives ru_maxrss."""


class Cost(NamedTuple):
    """Of one run: seconds, and megabytes of the client."""

    wall: float
    client: float
    server: float
    memory: float

    @property
    def cpu(self) -> float:
        """Seconds of CPU on both sides of the wire."""
        return self.client + self.server


class Meter:
    """Measures programs that talk to one server."""

    def __init__(self, postmaster: int, environment: Mapping[str, str], folder: Path) -> None:
        """Watch a server.

        Args:
            postmaster: its process id.
            environment: of the programs.
            folder: where they run.
        """
        self._postmaster = postmaster
        self._environment = dict(environment)
        self._folder = folder
        self._resident = len(self._backends())

    def run(self, *commands: Sequence[str], success: frozenset[int] = frozenset({0})) -> Cost:
        """What the commands take, one after the other; their output is thrown away."""
        before, start = self._server(), time.perf_counter()
        used = [self._one(command, success) for command in commands]
        wall = time.perf_counter() - start
        client, memory = sum(cpu for cpu, _ in used), max(peak for _, peak in used)
        return Cost(wall, client, self._server() - before, memory)

    def _one(self, command: Sequence[str], success: frozenset[int]) -> tuple[float, float]:
        process = subprocess.Popen(
            command, env=self._environment, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in success:
            raise SystemExit(f"{command[0]} ended with exit code {process.returncode}")
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MEGABYTE

    def _backends(self) -> list[str]:
        return Path(f"/proc/{self._postmaster}/task/{self._postmaster}/children").read_text().split()

    def _server(self) -> float:
        """Seconds of CPU of all backends that have ended (proc(5), stat: cutime and cstime)."""
        while len(self._backends()) > self._resident:
            time.sleep(0.002)
        fields = Path(f"/proc/{self._postmaster}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) / TICK


def alternate(runs: Mapping[str, Callable[[], Cost]], repeat: int) -> dict[str, Cost]:
    """The medians of each, run in turns, so that what else the machine does falls on all of them.

    Each is run once before: then bytecode is written, and files are in memory.
    """
    for run in runs.values():
        run()
    found: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(repeat):
        for name, run in runs.items():
            found[name].append(run())
    return {name: Cost(*map(statistics.median, zip(*costs, strict=True))) for name, costs in found.items()}
