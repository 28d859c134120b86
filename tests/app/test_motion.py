"""A schema that is changed while it is read: what is read is one state of it, or nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.catalog import patience
from driftwatch.catalog.patience import ATTEMPTS
from driftwatch.errors import SchemaInMotionError
from driftwatch.kinds import KINDS
from support.engine import changes_between
from support.processes import eventually
from support.schemas import by_information_schema, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from driftwatch.model.snapshot import Snapshot
    from support.servers import Database, Databases

SCHEMA = """
    CREATE TABLE t (id int, name text);
    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE VIEW v AS SELECT id, name FROM t;
    CREATE VIEW w AS SELECT f() AS f
"""


def everything(database: Database) -> Snapshot:
    """With the kinds of which there is nothing yet: a writer may make the first."""
    return snapshot_of(database, KINDS)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE t RENAME COLUMN name TO label",
        "ALTER TABLE t RENAME TO u",
        "ALTER VIEW v RENAME TO x",
        "CREATE OR REPLACE VIEW v AS SELECT id, name, 1 AS one FROM t",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
        "DROP VIEW v",
        "DROP TABLE t CASCADE",
        "ALTER TABLE t ALTER COLUMN id SET DEFAULT 5; COMMENT ON TABLE t IS 'x'",
    ],
)
def test_what_is_read_is_the_schema_after_the_change(database: Databases, change: str) -> None:
    there = database()
    there.execute(SCHEMA)
    with psycopg.connect(there.conninfo) as writer, ThreadPoolExecutor(1) as pool:
        writer.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")  # a view's definition waits for it
        reading = pool.submit(everything, there)
        assert eventually(lambda: there.makes_wait("driftwatch"))
        writer.execute(change.encode())
        writer.commit()
        assert changes_between(reading.result(), everything(there)) == ()


@pytest.mark.parametrize("begin", ["BEGIN", "BEGIN; SELECT pg_current_xact_id(); SAVEPOINT part"])
def test_a_transaction_that_began_long_before_and_ends_meanwhile_is_noticed(database: Databases, begin: str) -> None:
    there = database()
    there.execute(SCHEMA)
    with (
        psycopg.connect(there.conninfo, autocommit=True) as older,
        psycopg.connect(there.conninfo) as holder,
        ThreadPoolExecutor(1) as pool,
    ):
        older.execute(f"{begin}; CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'".encode())
        for n in range(3):
            there.execute(f"COMMENT ON TABLE t IS 'later {n}'")
        holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        reading = pool.submit(everything, there)
        assert eventually(lambda: there.makes_wait("driftwatch"))
        older.execute("COMMIT")
        holder.rollback()
        assert changes_between(reading.result(), everything(there)) == ()


@pytest.mark.parametrize("read", [everything, by_information_schema])
def test_a_writer_who_comes_back_to_what_was_read_is_not_the_one_whom_a_deadlock_ends(
    database: Databases, read: Callable[[Database], Snapshot]
) -> None:
    there = database()
    there.execute(SCHEMA)
    with psycopg.connect(there.conninfo) as writer, ThreadPoolExecutor(1) as pool:
        writer.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        reading = pool.submit(read, there)
        assert eventually(lambda: there.makes_wait("driftwatch"))
        first = began(there)
        assert eventually(lambda: there.makes_wait("driftwatch") and began(there) != first)
        writer.execute("DROP VIEW v")  # locked by the reader, which waits for t
        writer.commit()
        assert changes_between(reading.result(), read(there)) == ()


def test_a_schema_that_never_rests_is_not_read(database: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 3600)  # the next writer queues behind the reader here
    there = database()
    there.execute(SCHEMA)
    with ThreadPoolExecutor(1) as pool:
        holder = locked(there)
        reading = pool.submit(everything, there)
        for attempt in range(ATTEMPTS):
            assert eventually(lambda: there.makes_wait("driftwatch"))
            following = Following(there) if attempt < ATTEMPTS - 1 else None
            holder.execute(f"CREATE TABLE t{attempt} (id int)".encode())
            holder.commit()
            holder.close()
            holder = following.join() if following else holder
        with pytest.raises(SchemaInMotionError, match="was changed each of the 3 times"):
            reading.result()


def locked(database: Database) -> psycopg.Connection:
    connection = psycopg.connect(database.conninfo, application_name="writer")
    connection.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
    return connection


class Following:
    """The next writer: it queues for the lock behind the reader, and has it as soon as that is done."""

    def __init__(self, database: Database) -> None:
        self._found: list[psycopg.Connection] = []
        self._thread = threading.Thread(target=lambda: self._found.append(locked(database)))
        self._thread.start()
        assert eventually(lambda: database.makes_wait("writer"))

    def join(self) -> psycopg.Connection:
        self._thread.join()
        return self._found[0]


def began(database: Database) -> object:
    """When the transaction began in which driftwatch reads the database."""
    return database.execute(
        "SELECT xact_start FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'driftwatch'"
    )
