"""Production is often read on its standby, where what the primary does comes before any query."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.shadow import server as shadow_server
from driftwatch.shadow.files import copy_tree
from driftwatch.shadow.server import SETTINGS
from support.engine import changes_between
from support.installed import NEWEST, binaries
from support.processes import eventually
from support.schemas import by_information_schema, snapshot_of
from support.servers import Database, LiveServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from driftwatch.model.snapshot import Snapshot
    from driftwatch.shadow.account import Account
    from driftwatch.shadow.binaries import Binaries

SCHEMA = "CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t"

HELD = "SELECT pid FROM pg_locks WHERE relation = 't'::regclass AND mode = 'AccessExclusiveLock' AND granted"


@pytest.fixture
def primary(monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    monkeypatch.setitem(SETTINGS, "wal_level", "replica")
    monkeypatch.setitem(SETTINGS, "max_wal_senders", "2")
    with LiveServer.started(binaries(NEWEST)) as running:
        yield running


@pytest.fixture
def original(primary: LiveServer) -> Database:
    made = primary.create()
    made.execute(SCHEMA)
    return made


@pytest.fixture
def copy(primary: LiveServer, original: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The same on a standby that waits for no query."""

    def backup(_binaries: Binaries, data: Path, account: Account | None) -> None:
        with psycopg.connect(primary.conninfo(), autocommit=True) as session:
            session.execute("SELECT pg_backup_start('standby', true)")
            copy_tree(str(primary.data), str(data), account)
            label = session.execute("SELECT labelfile FROM pg_backup_stop(false)").fetchone()
        assert label
        (data / "postmaster.pid").unlink()
        for name, text in (("backup_label", label[0]), ("standby.signal", "")):
            (data / name).write_text(text)
            if account:
                os.chown(data / name, account.uid, account.gid)

    monkeypatch.setattr(shadow_server, "make_data_directory", backup)
    monkeypatch.setitem(SETTINGS, "primary_conninfo", primary.conninfo())
    monkeypatch.setitem(SETTINGS, "max_standby_streaming_delay", "0")
    monkeypatch.setitem(SETTINGS, "allow_in_place_tablespaces", "on")
    with LiveServer.started(binaries(NEWEST)) as standby:
        yield Database(standby, original.name)


@pytest.mark.parametrize("read", [snapshot_of, by_information_schema])
def test_a_query_that_a_standby_ends_is_asked_again(
    original: Database, copy: Database, read: Callable[[Database], Snapshot]
) -> None:
    with psycopg.connect(original.conninfo) as writer, ThreadPoolExecutor(1) as pool:
        writer.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")  # is replayed, as DDL's locks are
        assert eventually(lambda: bool(copy.execute(HELD)))
        reading = pool.submit(read, copy)
        assert eventually(lambda: copy.makes_wait("driftwatch"))
        writer.execute("DROP VIEW v")  # the reader has locked it
        writer.commit()
        assert changes_between(reading.result(), read(original)) == ()
