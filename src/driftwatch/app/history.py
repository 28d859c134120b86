"""`driftwatch history`, `show`, `diff` and `prune`: what is remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from driftwatch.app.remembering.remember import kept_snapshot, open_history
from driftwatch.diff.compare import compare
from driftwatch.diff.explain import explain, in_words
from driftwatch.errors import HistoryError
from driftwatch.history.items import acks, events, items
from driftwatch.history.ledger import open_after
from driftwatch.history.runs import find_run, runs
from driftwatch.kinds import KINDS
from driftwatch.report import history as told

if TYPE_CHECKING:
    from driftwatch.config import Config, DiffRequest, HistoryRequest, PruneRequest, ShowRequest

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def history(request: HistoryRequest, config: Config) -> int:
    """List the newest runs.

    Returns:
        The exit code: 0.

    Raises:
        DriftwatchError: the history can't be read.
    """
    from driftwatch.app.remembering.due import missed, pair_of

    with open_history(config).reading() as connection:
        found = runs(connection, request.pair, request.limit)
        jobs = [job for job in config.schedule.values() if request.pair in {"", pair_of(job)}]
        # With less than all: since the oldest night that is listed.
        shown = [run.scheduled_for for run in found if run.scheduled_for and len(found) == request.limit]
        gaps = missed(connection, jobs, min(shown, default=_EVER), datetime.now(UTC))
    click.echo(told.as_json(told.runs_data(found, gaps)) if request.json else told.runs_text(found, gaps))
    return 0


def show_run(request: ShowRequest, config: Config) -> int:
    """Tell one run: how it ended, what was open then, what happened in it.

    Returns:
        The exit code: 0.

    Raises:
        DriftwatchError: there is no such run, or the history can't be read.
    """
    with open_history(config).reading() as connection:
        run = find_run(connection, request.run)
        past = events(connection, run.pair, run.id) if run.ledger else ()
        shown = told.Shown(run, tuple(past), open_after(past), items(connection, run.pair), acks(connection, run.pair))
    click.echo(told.as_json(told.run_data(shown)) if request.json else told.run_text(shown))
    return 0


def diff_runs(request: DiffRequest, config: Config) -> int:
    """Tell what changed in one database between two runs.

    Returns:
        The exit code: 0.

    Raises:
        DriftwatchError: a run or its snapshot is not there, or the history can't be read.
    """
    with open_history(config).reading() as connection:
        both = [find_run(connection, number) for number in (request.older, request.newer)]
        prints = [run.desired_snapshot if request.side == "desired" else run.actual_snapshot for run in both]
        if not all(prints):
            raise HistoryError("a run that failed has no snapshot: choose another one")
        if len({run.pair for run in both}) > 1:
            raise HistoryError(f"the runs are of two pairs, {both[0].pair} and {both[1].pair}")
        old, new = (kept_snapshot(connection, fingerprint, KINDS) for fingerprint in prints)
    changes = explain(in_words(compare(old, new, KINDS), KINDS))
    name = both[0].pair.split("/")[request.side == "actual"]
    click.echo(told.as_json(told.changes_data(changes)) if request.json else told.changes_text(changes, name, both))
    return 0


def prune(request: PruneRequest, config: Config) -> int:
    """Take what is old out of the history, and from the reports; what is left stands in the page beside those.

    Returns:
        The exit code: 0.

    Raises:
        DriftwatchError: the history can't be written, or a report can't be removed.
    """
    from driftwatch.app.remembering.upkeep import take_away, write_index

    place, now = open_history(config), datetime.now(UTC)
    if not place.exists:
        raise HistoryError(f"there is no history yet at {place.display}")
    done, reports = take_away(config, place, now - timedelta(seconds=request.age))
    write_index(config, place, now)
    data = done._asdict() | {"reports": reports}
    click.echo(told.as_json(data) if request.json else told.pruned_text(data))
    return 0
