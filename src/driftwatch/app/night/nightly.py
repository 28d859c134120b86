"""One night of one pair: claimed, compared with retries, reported, remembered, told."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.app.comparison.comparing import compare_sides, exit_code
from driftwatch.app.comparison.labels import labelled
from driftwatch.app.comparison.reading import read_sides
from driftwatch.app.night.heart import Heart, ping
from driftwatch.app.notify import channels
from driftwatch.app.progress import Progress
from driftwatch.app.remembering.due import pair_of
from driftwatch.app.remembering.remember import Recorded, new_run, open_history, recall, record_run
from driftwatch.app.remembering.upkeep import keep_up
from driftwatch.app.session import Memory, Session, environments_key
from driftwatch.config import Color, CompareRequest, Format, find_pair
from driftwatch.errors import ConfigError, DriftwatchError, HistoryError, ReportError
from driftwatch.history import claims
from driftwatch.history.holder import holder
from driftwatch.history.items import acks, items, mark_told
from driftwatch.history.ledger import Step
from driftwatch.history.news import News, news
from driftwatch.history.runs import NewRun, add_run, find_run, last_run
from driftwatch.history.values import State, What
from driftwatch.kinds import KINDS
from driftwatch.notify.message import Before, compose
from driftwatch.notify.outbox import deliver, enqueue, last_told
from driftwatch.notify.patience import Patience
from driftwatch.redact import redact, traceback_text
from driftwatch.report import write_reports

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from driftwatch.app.comparison.reading import Readings
    from driftwatch.config import Config, Job
    from driftwatch.history.claims import Night
    from driftwatch.history.engine import History
    from driftwatch.model.comparison import Comparison

_log = logging.getLogger("driftwatch.night")

POLL_SECONDS = 5.0
"""Between two looks at a night that another container runs, and between two attempts to write."""

FAILED = 1
"""The exit code of a night that did not go well."""

WRITES = 3
"""How often it is tried to write what came of a night."""


class Made(NamedTuple):
    """A comparison that was made."""

    request: CompareRequest
    comparison: Comparison
    readings: Readings
    folder: str


class Nights:
    """What the nights of a configuration need; `clock` gives aware times and is moved by tests."""

    def __init__(self, config: Config, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.config = config
        self.clock = clock
        self.holder = holder()
        self.channels = channels(config.notify, Patience())

    @cached_property
    def history(self) -> History:
        """The configured history, or the file it has by default."""
        return open_history(self.config)

    def run(self, job: Job, scheduled_for: datetime) -> int:
        """Run a night, unless it was run; while another container does, wait for what comes of it.

        Returns:
            The comparison's exit code; 0 where there was nothing left to do.
        """
        night = claims.Night(pair_of(job), scheduled_for, self.holder, job.cron.text)
        try:
            if not self._claimed(night):
                _log.info("the night was run by another", extra=_fields(night))
                return 0
            memory = recall(self.config, self.history, night.pair, self.clock())
        except HistoryError as error:
            return self._without_history(job, error)
        with Heart(self.history, night, self.clock):
            return self._held(job, night, memory)

    def _claimed(self, night: Night) -> bool:
        waited = False
        while True:
            with self.history.writing() as connection:
                answer = claims.claim(connection, night, self.clock())
            if answer is not claims.Claimed.BUSY:
                return answer is claims.Claimed.MINE
            if not waited:  # once: it may take minutes
                _log.info("waiting for another run of this pair", extra=_fields(night))
            waited = True
            time.sleep(POLL_SECONDS)

    def _held(self, job: Job, night: Night, memory: Memory) -> int:
        started = self.clock()
        try:
            made = _persistently(job, self.config, memory)
        except DriftwatchError as error:
            return self._failed(night, started, redact(str(error)))
        except Exception as error:  # noqa: BLE001  whatever it is: the night must not pass for one without drift
            _log.error("unexpected", extra=_fields(night, traceback=traceback_text(error)))
            return self._failed(night, started, f"something unexpected ({type(error).__name__}): the log says where")
        except BaseException:
            self._give_back(night)
            raise
        return self._made(job, night, made, started)

    def _give_back(self, night: Night) -> None:
        try:
            with self.history.writing() as connection:
                claims.release(connection, night)
        except HistoryError as error:
            _log.error("the night is free in five minutes", extra=_fields(night, error=str(error)))

    def _made(self, job: Job, night: Night, made: Made, started: datetime) -> int:
        run = new_run(
            made.request.pair,
            made.comparison,
            made.readings,
            KINDS,
            finished_at=self.clock(),
            report=made.folder,
            scheduled_for=night.scheduled_for,
        )._replace(started_at=started)
        try:
            recorded = self._written(
                night, lambda connection: record_run(connection, run, made.comparison, made.readings, KINDS)
            )
        except claims.ClaimLostError as error:
            _log.warning("the night was lost", extra=_fields(night, error=str(error)))
            return 0
        except HistoryError as error:
            return self._unremembered(night, error)
        _log.info("compared", extra=_fields(night, run=recorded.run, outcome=run.outcome, **run.counts))
        self._deliver()
        self._keep_up()
        new = any(event.what is not What.GONE for event in recorded.step.events)
        code = exit_code(made.comparison, made.request, new=new)
        if code != FAILED:
            ping(job)
        return code

    def _failed(self, night: Night, started: datetime, error: str) -> int:
        _log.error("the night failed", extra=_fields(night, error=error))
        run = NewRun(night.pair, night.scheduled_for, started, self.clock(), State.FAILED, error=error)
        try:
            self._written(night, lambda connection: Recorded(add_run(connection, run), Step((), ())))
        except HistoryError as broken:
            return self._unremembered(night, broken)
        self._deliver()
        self._keep_up()
        return FAILED

    def _written(self, night: Night, write: Callable[[Connection], Recorded]) -> Recorded:
        """End a night: what came of it and what there is to say of it are written together or not at all.

        A server that is just being restarted is worth some patience: the comparison took longer.

        Raises:
            ClaimLostError: the night is another one's.
            HistoryError: it could not be written.
        """
        for again in reversed(range(WRITES)):
            try:
                with self.history.writing() as connection:
                    claims.finish(connection, night, self.clock())
                    recorded = write(connection)
                    self._tell(connection, recorded.run)
            except claims.ClaimLostError:
                raise
            except HistoryError as error:
                if not again:
                    raise
                _log.warning("the history failed, trying again", extra=_fields(night, error=str(error)))
                time.sleep(POLL_SECONDS)
            else:
                break
        return recorded

    def _tell(self, connection: Connection, number: int) -> None:
        """Put what there is to say into the outbox, in the transaction that writes the run."""
        if not self.channels:
            return
        run = find_run(connection, number)
        found = News()
        if run.state is not State.FAILED:
            found = news(items(connection, run.pair).values(), acks(connection, run.pair), self.clock())
        earlier = last_run(connection, run.pair, nightly=True, before=number)
        told_at = last_told(connection, run.pair)
        before = Before(earlier.state, told_at, earlier.proof) if earlier else Before(None, told_at)
        message = compose(run, found, before, self.config.notify.on, self.config.reports.report_url)
        if message:
            enqueue(connection, message, self.channels, self.clock())
        mark_told(connection, run.pair, found.told)

    def _deliver(self) -> None:
        try:
            for channel, reason in deliver(self.history, self.channels, self.clock()):
                _log.error("a message waits for the next run", extra={"fields": {"channel": channel, "error": reason}})
        except HistoryError as error:
            _log.error("messages wait", extra={"fields": {"error": str(error)}})

    def _keep_up(self) -> None:
        try:
            keep_up(self.config, self.history, self.clock())
        except (HistoryError, ReportError) as error:
            _log.error("no upkeep", extra={"fields": {"error": str(error)}})

    def _without_history(self, job: Job, error: HistoryError) -> int:
        """Whether somebody else runs this night is not known: reading twice does no harm, reading never does."""
        _log.error("no history", extra={"fields": {"pair": pair_of(job), "error": str(error)}})
        try:
            _persistently(job, self.config, Memory(environments_key(self.config)))
        except DriftwatchError as failed:
            _log.error("the night failed", extra={"fields": {"error": redact(str(failed))}})
        return FAILED

    def _unremembered(self, night: Night, error: HistoryError) -> int:
        _log.error("the night is not remembered", extra=_fields(night, error=str(error)))
        return FAILED


def _request(job: Job, config: Config) -> CompareRequest:
    return CompareRequest(
        pair=find_pair(config, job.pair.desired, job.pair.actual),
        include=config.include,
        renames=config.renames,
        fail_on=config.fail_on,
        verify=job.verify,
        unproved=False,
        format=Format.TEXT,
        reports=config.base_dir / config.reports.directory,
        quiet=True,
        color=Color.NEVER,
    )


def _persistently(job: Job, config: Config, memory: Memory) -> Made:
    """Compare; what fails is tried again, but for a wrong configuration.

    Raises:
        DriftwatchError: the last attempt failed.
    """
    request = _request(job, config)
    for attempt in range(job.retries):
        try:
            return _compare(request, config, memory)
        except ConfigError:
            raise
        except DriftwatchError as error:
            wait = job.backoff * 2**attempt
            _log.warning("failed, trying again", extra={"fields": {"error": str(error), "seconds": wait}})
            time.sleep(wait)
    return _compare(request, config, memory)


def _compare(request: CompareRequest, config: Config, memory: Memory) -> Made:
    with Session(config, memory.key) as session, Progress(quiet=True) as progress:
        config.check_kinds([kind.name for kind in session.kinds])
        readings = read_sides(request, session, progress, memory.age)
        comparison = labelled(compare_sides(readings, request, session, progress), readings, request, session, progress)
    folder = write_reports(comparison, request.reports) if request.reports else None
    return Made(request, comparison, readings, folder.name if folder else "")


def _fields(night: Night, **more: object) -> dict[str, object]:
    return {"fields": {"pair": night.pair, "night": night.scheduled_for.isoformat(), **more}}
