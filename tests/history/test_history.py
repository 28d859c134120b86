"""The history in its database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect, select, text, update

from driftwatch.errors import HistoryError
from driftwatch.history import engine, upgrades
from driftwatch.history.digest_key import digest_key, made_digest_key
from driftwatch.history.engine import History
from driftwatch.history.items import acknowledge, acks, events, items, mark_told, withdraw
from driftwatch.history.prune import Pruned, prune
from driftwatch.history.runs import add_run, find_run, last_run, pairs, runs, snapshot_text
from driftwatch.history.tables import METADATA, RUN, SNAPSHOT, VERSION
from driftwatch.history.values import Ack, State
from history.conftest import url_of
from history.made import PAIR, a_run, night, seen, spend

if TYPE_CHECKING:
    from pathlib import Path

    from support.servers import Databases


def test_a_run_comes_back_as_it_was_written(place: History) -> None:
    with place.writing() as connection:
        number = add_run(connection, a_run(1, counts={"breaking": 2}, report="folder"))
    with place.reading() as connection:
        run = find_run(connection, number)
        assert snapshot_text(connection, run.actual_snapshot) == "a"
    assert (run.pair, run.scheduled_for, run.state, run.counts) == (PAIR, night(1), State.DONE, {"breaking": 2})
    assert run.report == "folder"


def test_it_leaves_no_prepared_statement_to_a_poolers_next_client(database: Databases, tmp_path: Path) -> None:
    with History(url_of(database().conninfo), tmp_path).writing() as connection:
        for number in range(8):
            spend(connection, number, seen("a", str(number)), seen("b"))
        assert connection.execute(text("SELECT name FROM pg_prepared_statements")).all() == []


def test_a_snapshot_is_kept_once(place: History) -> None:
    with place.writing() as connection:
        for number in range(3):
            add_run(connection, a_run(number, desired="same", actual=f"other {number}"))
        assert len(connection.execute(select(SNAPSHOT)).all()) == 4


def test_the_ledger_is_written_and_read(place: History) -> None:
    with place.writing() as connection:
        spend(connection, 1, seen("a"), seen("b"))
        spend(connection, 2, seen("a", "two"), moved="desired")
        mark_told(connection, PAIR, {"a": "two"})
    with place.reading() as connection:
        there = items(connection, PAIR)
        past = events(connection, PAIR, 2)
    assert (there["a"].digest, there["a"].told, there["a"].moved) == ("two", "two", "desired")
    assert there["b"].gone_at == night(2)
    assert [(event.run, event.previous_run, event.what.value, event.key) for event in past] == [
        (1, None, "new", "a"),
        (1, None, "new", "b"),
        (2, 1, "changed", "a"),
        (2, 1, "gone", "b"),
    ]


def test_an_acknowledgement_is_replaced_and_taken_back(place: History) -> None:
    with place.writing() as connection:
        for reason in ("first", "second"):
            acknowledge(connection, PAIR, [Ack("a", "one", reason, "me", night(1), night(2))])
        assert acks(connection, PAIR) == {"a": Ack("a", "one", "second", "me", night(1), night(2))}
        assert withdraw(connection, PAIR, "a")
        assert not withdraw(connection, PAIR, "a")


def test_the_last_run_is_the_one_that_moved_the_ledger(place: History) -> None:
    with place.writing() as connection:
        first = add_run(connection, a_run(1))
        add_run(connection, a_run(2, ledger=False, scheduled_for=None))
        failed = add_run(connection, a_run(3, state=State.FAILED, error="down"))
        moved, nightly = last_run(connection, PAIR), last_run(connection, PAIR, nightly=True)
        assert (moved and moved.id, nightly and nightly.id) == (first, failed)
        assert last_run(connection, PAIR, before=first) is None
        assert [run.id for run in runs(connection, limit=2)] == [3, 2]
        assert pairs(connection) == [PAIR]


def test_a_failed_transaction_leaves_nothing(place: History) -> None:
    class Stop(Exception):  # noqa: N818  it is none
        pass

    def stopped() -> None:
        with place.writing() as connection:
            spend(connection, 1, seen("a"))
            raise Stop

    with pytest.raises(Stop):
        stopped()
    with place.reading() as connection:
        assert (runs(connection), items(connection, PAIR)) == ([], {})


def test_two_that_end_together_move_the_ledger_one_after_the_other(place: History) -> None:
    with place.writing():
        pass  # the tables

    def second() -> None:
        with place.writing() as connection:
            spend(connection, 2, seen("a"), seen("b"))

    with ThreadPoolExecutor(1) as pool:
        with place.writing() as connection:
            spend(connection, 1, seen("a"))
            waiting = pool.submit(second)
            with pytest.raises(TimeoutError):
                waiting.result(0.5)
        waiting.result()
    with place.reading() as connection:
        told = [(event.run, event.previous_run, event.key) for event in events(connection, PAIR, 9)]
    assert told == [(1, None, "a"), (2, 1, "b")]


def test_prune_keeps_what_later_nights_need(place: History) -> None:
    with place.writing() as connection:
        spend(connection, 0, seen("stays"), seen("short"))
        spend(connection, 1, seen("stays"))
        for number in range(2, 10):
            spend(connection, number, seen("stays"), *([seen("late")] if number == 8 else []))
        assert prune(connection, night(5)) == Pruned(runs=5, events=2, items=1, snapshots=0)
        assert [run.id for run in runs(connection)] == [10, 9, 8, 7, 6]
        assert [(e.what.value, e.key) for e in events(connection, PAIR, 99)] == [
            ("new", "stays"),
            ("new", "late"),
            ("gone", "late"),
        ]
        assert set(items(connection, PAIR)) == {"stays", "late"}
        # However old: the last run is what the next night is held against, with its snapshots.
        assert prune(connection, night(99)) == Pruned(runs=4, events=2, items=1, snapshots=0)
        assert snapshot_text(connection, runs(connection)[0].actual_snapshot) == "a"


def test_prune_takes_snapshots_that_nobody_refers_to(place: History) -> None:
    with place.writing() as connection:
        add_run(connection, a_run(1, actual="old"))
        add_run(connection, a_run(2, actual="new"))
        assert prune(connection, night(9)).snapshots == 1


def test_a_number_is_not_given_twice(place: History) -> None:
    with place.writing() as connection:
        add_run(connection, a_run(1))
        add_run(connection, a_run(2, pair="x/y"))
        connection.execute(text(f"DELETE FROM {'driftwatch.' if place.url.drivername != 'sqlite' else ''}run"))
        assert add_run(connection, a_run(3)) == 3


def test_an_empty_database_gets_the_newest_tables(place: History) -> None:
    with place.writing() as connection:
        assert connection.execute(select(VERSION.c.version)).scalars().all() == [upgrades.NEWEST]
        schema = None if place.url.drivername == "sqlite" else "driftwatch"
        assert set(inspect(connection).get_table_names(schema=schema)) == set(METADATA.tables)


def test_a_newer_history_is_left_alone(place: History, tmp_path: Path) -> None:
    with place.writing() as connection:
        connection.execute(update(VERSION).values(version=99))
    again = History(place.url.render_as_string(hide_password=False), tmp_path)
    with pytest.raises(HistoryError, match=r"a newer driftwatch made it \(version 99"), again.writing():
        pass


def test_an_older_history_is_brought_up_to_date(
    place: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.writing() as connection:
        add_run(connection, a_run(1))
    steps = ("ALTER TABLE {schema}run ADD COLUMN mood text NOT NULL DEFAULT 'fair'",)
    monkeypatch.setattr(upgrades, "STEPS", {upgrades.NEWEST: steps})
    monkeypatch.setattr(upgrades, "NEWEST", upgrades.NEWEST + 1)
    again = History(place.url.render_as_string(hide_password=False), tmp_path)
    for _ in range(2):  # the second finds nothing to do
        with again.writing() as connection:
            assert connection.execute(select(text("mood")).select_from(RUN)).scalars().all() == ["fair"]
            assert connection.execute(select(VERSION.c.version)).scalar_one() == upgrades.NEWEST


def test_a_history_of_the_first_version_is_brought_up_to_date(place: History, tmp_path: Path) -> None:
    with place.writing() as connection:
        spend(connection, 1, seen("a"))
        schema = "driftwatch." if place.url.drivername != "sqlite" else ""
        for table in ("item", "event"):  # as they were
            for column in ("moved_at", "label"):
                connection.execute(text(f"ALTER TABLE {schema}{table} DROP COLUMN {column}"))
        connection.execute(text(f"DROP TABLE {schema}setting"))
        connection.execute(text(f"ALTER TABLE {schema}claim DROP COLUMN schedule"))
        connection.execute(update(VERSION).values(version=1))
    again = History(place.url.render_as_string(hide_password=False), tmp_path)
    with again.writing() as connection:
        assert len(made_digest_key(connection)) == 64
        assert made_digest_key(connection) == digest_key(connection)
        assert (items(connection, PAIR)["a"].moved_at, items(connection, PAIR)["a"].label) == (None, "")
        spend(connection, 2, seen("a", "two"), moved="desired")
        assert items(connection, PAIR)["a"].moved_at == night(2)
        assert [(event.moved_at, event.label) for event in events(connection, PAIR, 2)] == [(None, ""), (night(2), "")]


def broken(place: History) -> str:
    with pytest.raises(HistoryError) as caught, place.writing() as connection:
        add_run(connection, a_run(1))
    return str(caught.value)


def test_a_corrupt_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"no database at all" * 100)
    assert broken(History("history.db", tmp_path)).endswith("can't be written: file is not a database")


def test_a_locked_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    holder = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert broken(History("history.db", tmp_path)).endswith("can't be written: database is locked")
    holder.close()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert broken(History("nowhere/history.db", tmp_path)).endswith("can't be written: unable to open database file")


def test_a_read_only_server_is_said_and_still_read(tmp_path: Path, database: Databases) -> None:
    there = database()
    place = History(url_of(there.conninfo), tmp_path)
    with place.writing() as connection:
        add_run(connection, a_run(1))
    there.execute(f"ALTER DATABASE {there.name} SET default_transaction_read_only = on")
    assert broken(place).endswith("can't be written: cannot execute INSERT in a read-only transaction")
    with History(url_of(there.conninfo), tmp_path).reading() as connection:
        assert len(runs(connection)) == 1


def test_a_server_that_is_gone_is_said_without_its_password(tmp_path: Path) -> None:
    said = broken(History("postgresql://me:secret@127.0.0.1:1/x", tmp_path))
    assert "can't be written: connection failed" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("url", "said"), [("mysql://h/d", "can't be kept in mysql"), ("://", "no URL"), ("sqlite://x:y:z", "no URL")]
)
def test_a_url_that_is_none_is_said(url: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match=said):
        History(url, tmp_path)


def test_looking_makes_no_file(tmp_path: Path) -> None:
    with (
        pytest.raises(HistoryError, match=r"there is no history yet .* has a 'history:'"),
        History("history.db", tmp_path).reading(),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
