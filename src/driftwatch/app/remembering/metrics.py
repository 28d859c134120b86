"""What Prometheus may know, read from the history at each scrape: right also after a restart, and in any container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from sqlalchemy import func, select

from driftwatch.errors import HistoryError
from driftwatch.history.runs import last_run, pairs
from driftwatch.history.tables import RUN
from driftwatch.history.values import LEVELS, State
from driftwatch.notify.outbox import failures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client.core import Metric
    from sqlalchemy import Connection

    from driftwatch.history.engine import History


def metrics(history: History) -> bytes:
    """The metrics in Prometheus's text format; with a history that can't be read, only that it is down."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(history))
    return generate_latest(registry)


class _Collector:
    def __init__(self, history: History) -> None:
        self._history = history

    def collect(self) -> Iterable[Metric]:
        """All metrics."""
        up = GaugeMetricFamily("driftwatch_history_up", "Whether the history can be read")
        try:
            with self._history.reading() as connection:
                found = list(_families(connection))
        except HistoryError:
            found = []
        up.add_metric([], 1 if found else 0)
        return [up, *found]


def _families(connection: Connection) -> Iterator[Metric]:
    there = pairs(connection)
    yield _last_success(connection)
    yield _counted(connection)
    yield from _last_runs(connection, there)
    waiting = GaugeMetricFamily("driftwatch_notifications_waiting", "Messages that could not be delivered yet")
    waiting.add_metric([], failures(connection))
    yield waiting


def _last_success(connection: Connection) -> Metric:
    family = GaugeMetricFamily(
        "driftwatch_last_success_timestamp_seconds", "When a pair was last compared completely", labels=["pair"]
    )
    query = select(RUN.c.pair, func.max(RUN.c.finished_at)).where(RUN.c.state == State.DONE.value)
    for pair, at in connection.execute(query.group_by(RUN.c.pair)):
        family.add_metric([pair], at.timestamp())
    return family


def _counted(connection: Connection) -> Metric:
    family = CounterMetricFamily("driftwatch_runs", "Runs that are remembered", labels=["pair", "state", "proof"])
    query = select(RUN.c.pair, RUN.c.state, RUN.c.proof, func.count()).group_by(RUN.c.pair, RUN.c.state, RUN.c.proof)
    for pair, state, proof, number in connection.execute(query):
        family.add_metric([pair, state, proof], number)
    return family


def _last_runs(connection: Connection, there: Iterable[str]) -> Iterator[Metric]:
    duration = GaugeMetricFamily("driftwatch_last_run_duration_seconds", "How long a pair took", labels=["pair"])
    state = GaugeMetricFamily("driftwatch_last_night_failed", "Whether a pair's last night failed", labels=["pair"])
    proof = GaugeMetricFamily("driftwatch_last_proof_failed", "Whether the last migration failed", labels=["pair"])
    items = GaugeMetricFamily("driftwatch_open_items", "Open drift", labels=["pair", "level"])
    for pair in there:
        if night := last_run(connection, pair, nightly=True):
            state.add_metric([pair], night.state is not State.DONE)
        if run := last_run(connection, pair):
            duration.add_metric([pair], (run.finished_at - run.started_at).total_seconds())
            proof.add_metric([pair], run.proof == "failed")
            for level in LEVELS:
                items.add_metric([pair, level], run.counts.get(level, 0))
    yield from (duration, state, proof, items)
