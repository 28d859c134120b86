"""`driftwatch schedule`: waits, and starts each comparison in a process of its own.

APScheduler gives the clock. What is due is asked of the ledger, by the process that runs it: a night that was missed,
or that another container has, is known there only. The scheduler itself stays small (it imports neither kinds nor
SQLAlchemy), and whatever a comparison leaves behind ends with its process.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from driftwatch.errors import ConfigError
from driftwatch.schedule.endpoint import Told, serving

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import FrameType

    from driftwatch.config import Config, Job, ScheduleRequest

_log = logging.getLogger("driftwatch.schedule")

LAST_SECONDS = 5.0
"""Between asking a comparison to stop and ending it."""


def schedule(request: ScheduleRequest, config: Config) -> int:
    """Compare on schedule until SIGTERM or Ctrl-C.

    Returns:
        The exit code: 0 after SIGTERM.

    Raises:
        ConfigError: nothing is scheduled.
    """
    if not config.schedule:
        raise ConfigError("nothing is scheduled: write a schedule: into config.yaml (docs/configuration.md shows one)")
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Service(request, config).run(stop)
    return 0


class Service:
    """The scheduler and the comparisons that it started."""

    def __init__(self, request: ScheduleRequest, config: Config) -> None:
        self._request = request
        self._config = config
        self._running: set[subprocess.Popen[bytes]] = set()
        self._guard = Lock()
        self._stopping = False

    def run(self, stop: Event) -> None:
        """Run until told to stop; then give running comparisons their grace, and end."""
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        from driftwatch.schedule.trigger import CrontabTrigger

        # Comparisons are processes; a thread only waits for one.
        pool = ThreadPoolExecutor(max(2, len(self._config.schedule)))
        scheduler = BackgroundScheduler(executors={"default": pool}, timezone="UTC")
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        for job in self._config.schedule.values():
            # However late: the ledger says what is due, and a night that is late is still that night.
            settings = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1, "id": job.name}
            scheduler.add_job(self._night, CrontabTrigger(job.cron), [job], **settings)
            scheduler.add_job(self._night, args=[job], misfire_grace_time=None)  # what was missed
        scheduler.start()
        with ExitStack() as stack:
            if self._request.listen:
                told = Told(lambda: self._health(scheduler.running), self._metrics)
                port = stack.enter_context(serving(self._request.listen, told))
                _log.info("listening", extra={"fields": {"port": port}})
            self._wait(scheduler.get_jobs(), stop)
        _log.info("stopping", extra={"fields": {"grace": self._request.grace}})
        scheduler.shutdown(wait=False)
        self._end()

    def _wait(self, jobs: Sequence[Any], stop: Event) -> None:
        nights = {job.id: job.next_run_time for job in jobs if job.id in self._config.schedule}
        _log.info("waiting", extra={"fields": {name: at.isoformat() for name, at in nights.items()}})
        stop.wait()

    def _health(self, running: object) -> tuple[bool, Mapping[str, object]]:
        with self._guard:
            return bool(running), {"scheduler": bool(running), "comparing": len(self._running)}

    def _metrics(self) -> bytes:
        # SQLAlchemy comes with the first scrape, not before.
        from driftwatch.app.remembering.metrics import metrics
        from driftwatch.config import History as Configured
        from driftwatch.history.engine import History

        history = self._config.history or Configured()
        return metrics(History(history.url, self._config.base_dir))

    def _night(self, job: Job) -> None:
        """Run a job's comparison if it is due, and wait for its end."""
        command = [
            sys.executable,
            "-m",
            "driftwatch",
            "schedule",
            "--once",
            "--if-due",
            job.name,
            "--log",
            self._request.log,
        ]
        if self._config.file:
            command += ["--config", str(self._config.file)]
        with self._guard:
            if self._stopping:
                return
            # A session of its own: Ctrl-C is for the scheduler, which passes it on in its own time.
            process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)
            self._running.add(process)
        process.wait()
        with self._guard:
            self._running.discard(process)
        if process.returncode not in {0, 2}:
            _log.warning("a night did not go well", extra={"fields": {"job": job.name, "code": process.returncode}})

    def _end(self) -> None:
        with self._guard:
            self._stopping = True
            running = set(self._running)
        for patience, number in ((self._request.grace, signal.SIGTERM), (LAST_SECONDS, signal.SIGKILL)):
            running = _still(running, patience)
            for process in running:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
        _still(running, LAST_SECONDS)


def _still(processes: set[subprocess.Popen[bytes]], seconds: float) -> set[subprocess.Popen[bytes]]:
    """Those that have not ended within some seconds, all together."""
    import time

    deadline = time.monotonic() + seconds
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    return {process for process in processes if process.poll() is None}


def interrupt_on_sigterm() -> None:
    """SIGTERM ends a comparison as Ctrl-C does: nothing half-written, the night given back."""

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupted)
