"""How a dump is made, and what is said when it cannot be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.observer.diagnose import diagnosed
from driftwatch.observer.dump import DumpOptions, dump_schema, dump_schemas
from driftwatch.observer.errors import ObserverDeniedError, ObserverError
from driftwatch.observer.observe import observe
from support.processes import PATIENCE, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.servers import Database, Databases

HIDDEN = "s3cret"
TABLES = 'CREATE SCHEMA closed; CREATE TABLE closed.t (); CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE "C d" ()'


@pytest.fixture
def reader(database: Databases) -> Iterator[tuple[Database, str]]:
    """A database and the connection string of a role that owns nothing in it."""
    made = database()
    made.execute("CREATE ROLE dump_reader LOGIN")
    yield made, psycopg.conninfo.make_conninfo(made.conninfo, user="dump_reader")
    made.execute("DROP OWNED BY dump_reader; DROP ROLE dump_reader")


def pg_dump(database: Database) -> Path:
    return database.server.binaries.program("pg_dump")


def test_a_role_that_may_read_no_table_is_told_which(reader: tuple[Database, str]) -> None:
    database, conninfo = reader
    database.execute(TABLES)
    with pytest.raises(
        ObserverDeniedError, match=r'role dump_reader may not read closed\.t, public\."C d", public\.a and 1 more'
    ):
        observe(database.conninfo, conninfo, pg_dump(database))


def test_a_table_in_a_closed_schema_may_not_be_read(reader: tuple[Database, str]) -> None:
    database, conninfo = reader
    database.execute(f"{TABLES}; GRANT SELECT ON ALL TABLES IN SCHEMA public, closed TO dump_reader")
    with pytest.raises(ObserverDeniedError, match=r"may not read closed\.t; grant"):
        dump_schema(pg_dump(database), conninfo)


def test_tables_outside_of_the_chosen_schemas_need_not_be_readable(reader: tuple[Database, str]) -> None:
    database, conninfo = reader
    database.execute(f"{TABLES}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO dump_reader")
    assert "CREATE TABLE public.a" in dump_schema(pg_dump(database), conninfo, DumpOptions(schemas=("public",)))


def test_a_role_that_may_read_every_table_needs_no_other_right(reader: tuple[Database, str]) -> None:
    database, conninfo = reader
    database.execute(f"{TABLES}; GRANT pg_read_all_data TO dump_reader")
    assert observe(database.conninfo, conninfo, pg_dump(database)) == ()


def test_a_locked_table_is_no_lack_of_rights(reader: tuple[Database, str]) -> None:
    database, conninfo = reader
    database.execute(f"{TABLES}; GRANT pg_read_all_data TO dump_reader")
    with psycopg.connect(database.conninfo) as holder:
        holder.execute("LOCK TABLE a")
        with pytest.raises(ObserverError, match=r"could not lock every table: .* timeout; repeat") as raised:
            dump_schema(pg_dump(database), conninfo, DumpOptions(lock_wait=0.05))
    assert not isinstance(raised.value, ObserverDeniedError)


def test_a_dump_that_takes_too_long_is_ended(database: Databases) -> None:
    made = database()
    made.execute(TABLES)
    with psycopg.connect(made.conninfo) as holder:
        holder.execute("LOCK TABLE a")
        with pytest.raises(ObserverError, match=r"not done after 0\.5 s"):
            dump_schema(pg_dump(made), made.conninfo, DumpOptions(lock_wait=PATIENCE, timeout=0.5))
    assert f"dbname={made.name}" not in processes()


def test_a_failed_dump_ends_the_others(database: Databases) -> None:
    held = database()
    held.execute(TABLES)
    with psycopg.connect(held.conninfo) as holder:
        holder.execute("LOCK TABLE a")
        conninfos = psycopg.conninfo.make_conninfo(held.conninfo, dbname="absent"), held.conninfo
        with pytest.raises(ObserverError, match='database "absent" does not exist'):
            dump_schemas(pg_dump(held), conninfos, DumpOptions(lock_wait=PATIENCE))
    assert f"dbname={held.name}" not in processes()


def test_a_password_is_on_no_command_line(database: Databases) -> None:
    made = database()
    made.execute(TABLES)
    conninfo = psycopg.conninfo.make_conninfo(made.conninfo, password=HIDDEN)
    seen = ""

    def runs() -> bool:
        nonlocal seen
        seen = processes()
        return f"dbname={made.name}" in seen

    with psycopg.connect(made.conninfo) as holder, ThreadPoolExecutor() as pool:
        holder.execute("LOCK TABLE a")
        dumping = pool.submit(dump_schema, pg_dump(made), conninfo, DumpOptions(lock_wait=PATIENCE))
        assert eventually(runs)
        holder.rollback()
    assert "CREATE TABLE public.a" in dumping.result()
    assert HIDDEN not in seen


def test_a_writer_who_comes_back_to_what_is_dumped_is_not_the_one_whom_a_deadlock_ends(database: Databases) -> None:
    made = database()
    made.execute(TABLES)
    began = f"SELECT xact_start FROM pg_stat_activity WHERE datname = '{made.name}' AND wait_event_type = 'Lock'"
    with psycopg.connect(made.conninfo) as writer, ThreadPoolExecutor() as pool:
        writer.execute("LOCK TABLE b")
        dumping = pool.submit(dump_schema, pg_dump(made), made.conninfo, DumpOptions(lock_wait=PATIENCE))
        assert eventually(lambda: bool(made.execute(began)))
        first = made.execute(began)
        assert eventually(lambda: made.execute(began) not in ([], first))
        writer.execute("DROP TABLE a")  # locked by pg_dump, which waits for b
        writer.commit()
    assert "CREATE TABLE public.b" in dumping.result()


def processes() -> str:
    """The command lines of all processes; a process that ends meanwhile has none (manual: proc_pid_cmdline(5))."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes())
        except OSError:
            lines.append(b"")
    return b"\n".join(lines).decode(errors="replace")


@pytest.mark.parametrize(
    "conninfo",
    [
        "postgresql://u:s3cret@/db?host=/nowhere",
        {"host": "/nowhere", "password": "s3cret", "port": 5433},
        "host=/nowhere password=s3cret nonsense",
        "host=/nowhere sslpassword=s3cret",
        "host=/nowhere password=/nowhere",
    ],
)
def test_no_password_is_in_an_error(conninfo: str | dict[str, str], database: Databases) -> None:
    with pytest.raises(ObserverError) as raised:
        dump_schema(pg_dump(database()), conninfo)
    password = "/nowhere" if "password=/nowhere" in conninfo else "s3cret"
    error: BaseException | None = raised.value
    while error is not None:
        assert password not in str(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def test_an_unreachable_server_is_told_in_one_line(database: Databases) -> None:
    with pytest.raises(
        ObserverError, match=r"\Apg_dump could not connect: .*/nowhere.* failed: .*; it comes after.*\Z"
    ):
        dump_schema(pg_dump(database()), "host=/nowhere")


def test_a_missing_program_is_told(tmp_path: Path) -> None:
    with pytest.raises(ObserverError, match="none does not run; install"):
        dump_schema(tmp_path / "none", "host=/nowhere")


@pytest.mark.parametrize(("ends", "how"), [("kill -SEGV $$", "by signal 11"), ("exit 3", "with exit code 3")])
def test_a_program_that_ends_without_a_word_is_told(ends: str, how: str, tmp_path: Path) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\ncase "$1" in --help) exit 0;; esac\n{ends}\n')
    program.chmod(0o755)
    with pytest.raises(ObserverError, match=f"pg_dump ended {how} and said nothing: try"):
        dump_schema(program, "host=/nowhere")


def test_an_old_program_is_told() -> None:
    printed = (
        "pg_dump: error: aborting because of server version mismatch\n"
        "pg_dump: detail: server version: 18.6; pg_dump version: 15.20 (Debian 15.20-0+deb12u1)\n"
    )
    assert "pg_dump is older than the server" in str(diagnosed(printed, "host=/nowhere", None, None))


def test_a_pooler_is_told() -> None:
    printed = (
        'pg_dump: error: connection to server at "h" (10.0.0.1), port 6432 failed: '
        "FATAL:  unsupported startup parameter in options: bytea_output\n"
    )
    told = diagnosed(printed, "host=/nowhere", None, None)
    assert "direct_url" in str(told)
    assert isinstance(told, ObserverDeniedError)  # the proof stays quick


def test_a_connection_that_fails_is_told_with_what_to_look_at() -> None:
    printed = (
        'pg_dump: error: connection to server at "h" (10.0.0.1), port 5432 failed: '
        "FATAL:  sorry, too many clients already\n"
    )
    told = str(diagnosed(printed, "host=/nowhere", None, None))
    assert "too many clients already" in told
    assert "max_connections" in told
    assert "may do" not in told  # its rights are not what is wrong


def test_a_denial_that_cannot_be_looked_into_is_still_an_error() -> None:
    printed = (
        "pg_dump: error: query failed: FEHLER:  keine Berechtigung für Tabelle a\n"
        "pg_dump: detail: Query was: LOCK TABLE public.a IN ACCESS SHARE MODE\n"
    )
    error = diagnosed(printed, "host=/nowhere", None, None)
    assert str(error).startswith("pg_dump could not lock every table: FEHLER: keine Berechtigung für Tabelle a;")


def test_a_schema_that_does_not_exist_is_empty(database: Databases) -> None:
    made = database()
    assert dump_schema(pg_dump(made), made.conninfo, DumpOptions(schemas=("no such",))) == ""


def test_options_of_the_connection_string_are_kept(database: Databases) -> None:
    made = database()
    made.execute(f"{TABLES}; CREATE ROLE nobody_else")
    try:
        conninfo = psycopg.conninfo.make_conninfo(made.conninfo, options="-c role=nobody_else")
        with pytest.raises(ObserverDeniedError, match=r"may not read closed\.t"):
            dump_schema(pg_dump(made), conninfo)
    finally:
        made.execute("DROP ROLE nobody_else")
