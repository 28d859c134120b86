"""A comparison into the history: the run, both snapshots, and the step of the drift ledger."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.app.remembering.drift_items import counts_of, drift_items
from driftwatch.app.session import Memory, environments_key
from driftwatch.config import History as Configured
from driftwatch.errors import DriftwatchError, HistoryError
from driftwatch.history.digest_key import digest_key, made_digest_key
from driftwatch.history.engine import History
from driftwatch.history.items import alone, record
from driftwatch.history.ledger import Moment, Step
from driftwatch.history.runs import NewRun, add_run, last_run, snapshot_text
from driftwatch.history.values import Move, State
from driftwatch.model.edges import Listed
from driftwatch.model.verdict import Outcome
from driftwatch.sources.snapshot_file import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from driftwatch.app.comparison.reading import Readings
    from driftwatch.config import Config, TargetPair
    from driftwatch.history.values import Run
    from driftwatch.model.comparison import Comparison
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Object, Snapshot


SLACK_SECONDS = 60.0
"""A clock may be set, and the run before began a moment before it read."""


class Recorded(NamedTuple):
    """A run that was written, and what it did to the ledger."""

    run: int
    step: Step


def open_history(config: Config) -> History:
    """The configured history, or the file it has where nothing was configured.

    Raises:
        HistoryError: its URL can't be understood.
    """
    return History((config.history or Configured()).url, config.base_dir)


def pair_name(pair: TargetPair) -> str:
    """What a pair is called in the history."""
    return f"{pair.desired.name}/{pair.actual.name}"


def recall(config: Config, history: History, pair: str, now: datetime) -> Memory:
    """What a history knows; one that has no key for digests yet gets one. The environment's key goes first.

    Raises:
        HistoryError: it can't be read or written.
        ConfigError: the environment's key can't be read.
    """
    with history.writing() as connection:
        key = environments_key(config) or made_digest_key(connection)
        before = last_run(connection, pair)
    return Memory(key, (now - before.started_at).total_seconds() + SLACK_SECONDS if before else None)


def known_key(config: Config) -> str:
    """The key of secrets' digests for what is not remembered: the environment's, or that of a history that is there.

    Raises:
        HistoryError: the history can't be read.
    """
    key = environments_key(config)
    if key or config.history is None or not open_history(config).exists:
        return key
    with open_history(config).reading() as connection:
        return digest_key(connection)


def new_run(  # noqa: PLR0913  the facts of one run
    pair: TargetPair,
    comparison: Comparison,
    readings: Readings,
    kinds: Sequence[Kind],
    *,
    finished_at: datetime,
    report: str = "",
    scheduled_for: datetime | None = None,
    ledger: bool = True,
) -> NewRun:
    """A comparison as the run it was."""
    verdict = comparison.verdict
    proved = verdict.outcome is not Outcome.UNPROVED or bool(comparison.findings)
    return NewRun(
        pair=pair_name(pair),
        scheduled_for=scheduled_for,
        started_at=readings.at,
        finished_at=finished_at,
        state=State.INCOMPLETE if comparison.unreadable else State.DONE,
        outcome=comparison.outcome,
        counts=counts_of(drift_items(comparison)),
        verdict=verdict.sentence.partition("\n")[0] if proved else "",
        proof=verdict.outcome.value if proved else "",
        report=report,
        desired=_saved(readings.desired.snapshot, kinds),
        actual=_saved(readings.actual.snapshot, kinds),
        ledger=ledger,
    )


def record_run(
    connection: Connection, run: NewRun, comparison: Comparison, readings: Readings, kinds: Sequence[Kind]
) -> Recorded:
    """Write a run, and move the ledger where it is one that does."""
    alone(connection)
    number = add_run(connection, run)
    if not run.ledger:
        return Recorded(number, Step((), ()))
    before = last_run(connection, run.pair, before=number)
    movement = Movement(connection, before, readings, kinds)
    moment = Moment(number, before.id if before else None, run.finished_at, run.state is State.DONE)
    return Recorded(number, record(connection, run.pair, drift_items(comparison), moment, movement.of))


class _Side(NamedTuple):
    """One database at the run before and now; `keys` are those of now by their texts."""

    name: str
    then: Mapping[str, Object]
    now: Snapshot
    keys: Mapping[str, Key]

    def moved(self, text: str) -> bool:
        key = self.keys.get(text)
        return self.then.get(text) != (None if key is None else self.now.get(key))

    def written(self, text: str) -> datetime | None:
        key = self.keys.get(text)
        return None if key is None else self.now.written(key)


class Movement:
    """Which side moved an object since the run before; its snapshots are read only when something happened."""

    def __init__(self, connection: Connection, before: Run | None, readings: Readings, kinds: Sequence[Kind]) -> None:
        self._connection = connection
        self._before = before
        self._readings = readings
        self._kinds = kinds

    def of(self, key: str) -> Move:
        """Which side moved, and when."""
        sides = [side for side in self._sides if side.moved(key)]
        if not sides:
            return Move()
        times = [at for side in sides if (at := side.written(key))]
        return Move("both" if len(sides) > 1 else sides[0].name, max(times, default=None))

    @cached_property
    def _sides(self) -> Sequence[_Side]:
        before = self._before
        if before is None:
            return ()
        kept = (before.desired_snapshot, before.actual_snapshot)
        now = (self._readings.desired.snapshot, self._readings.actual.snapshot)
        try:
            then = [kept_snapshot(self._connection, fingerprint, self._kinds) for fingerprint in kept]
        except HistoryError:  # the driftwatch of that night knew other kinds: nobody can tell
            return ()
        return [_side(*each) for each in zip(("desired", "actual"), then, now, strict=True)]


def _side(name: str, then: Snapshot, now: Snapshot) -> _Side:
    before = {str(key): item for key, item in then.objects.items()}
    return _Side(name, before, now, {str(key): key for key in now.objects})


def kept_snapshot(connection: Connection, fingerprint: str, kinds: Sequence[Kind]) -> Snapshot:
    """A snapshot from the history, without its edges.

    Raises:
        HistoryError: it is not kept any more, or another driftwatch made it.
    """
    try:
        return loads(snapshot_text(connection, fingerprint), f"the history's snapshot {fingerprint[:12]}", kinds)
    except HistoryError:
        raise
    except DriftwatchError:
        raise HistoryError(
            f"snapshot {fingerprint[:12]} was kept by another version of driftwatch: what was before an upgrade "
            "can't be held against what came after it"
        ) from None


def _saved(snapshot: Snapshot, kinds: Sequence[Kind]) -> str:
    """Without the dependencies: the history compares snapshots and plans nothing."""
    return dumps(replace(snapshot, read_edges=lambda _: Listed(tuple)), kinds)
