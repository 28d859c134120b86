from __future__ import annotations

import itertools
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from driftwatch.errors import ShadowError, SqlLoadError
from driftwatch.shadow.databases import ShadowSettings, open_shadow
from driftwatch.shadow.leftovers import PREFIX, clean_leftovers
from driftwatch.sources.sql_files import load_sql
from support.processes import FOREVER, eventually, kill, start, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.servers import Database, Databases

Admitted = tuple["Database", str]
"""A user's database, and a connection string for a role that may create others."""

_NUMBERS = itertools.count(1)


@pytest.fixture(params=[15, 18])
def admitted(request: pytest.FixtureRequest, database: Databases) -> Iterator[Admitted]:
    users: Database = database(request.param)
    role = f"may_create_{next(_NUMBERS)}"
    users.execute(f"CREATE ROLE {role} LOGIN CREATEDB")
    yield users, make_conninfo(users.conninfo, user=role)
    users.execute(f"DROP ROLE {role}")


def scratch(database: Database) -> set[object]:
    return {name for (name,) in database.execute("SELECT datname FROM pg_database") if str(name).startswith(PREFIX)}


@pytest.mark.parametrize("setting", ["url", "database_url"])
def test_a_scratch_database_is_made_and_dropped_on_the_users_server(admitted: Admitted, setting: str) -> None:
    users, url = admitted
    with open_shadow(ShadowSettings(**{setting: url})) as shadow:  # type: ignore[arg-type]
        made = shadow.create_database()
        copy = shadow.create_database(made.name)
        assert scratch(users) == {made.name, copy.name}
        assert "maycreate" in made.name
        made.drop()
        made.drop()
        assert scratch(users) == {copy.name}
    assert scratch(users) == set()


def test_it_is_dropped_after_an_error_too(admitted: Admitted) -> None:
    users, url = admitted
    with pytest.raises(ShadowError, match="no_such_template"), open_shadow(ShadowSettings(url=url)) as shadow:
        shadow.create_database(shadow.create_database().name.replace(PREFIX, "no_such_template"))
    assert scratch(users) == set()


def test_a_killed_run_leaves_a_database_that_the_next_run_drops(
    admitted: Admitted, home_of: Callable[[str], Path]
) -> None:
    users, url = admitted
    program = (
        "import sys, time\n"
        "from driftwatch.shadow.databases import *\n"
        f"with open_shadow(ShadowSettings(url={url!r})) as shadow:\n"
        "    print(shadow.create_database().name, flush=True)\n"
        f"    time.sleep({FOREVER})\n"
    )
    process = start(program, home_of("ourselves"))
    left = told(process)
    with open_shadow(ShadowSettings(url=url)):
        assert scratch(users) == {left}
    kill(process)
    await_end_of_sessions(users)
    with open_shadow(ShadowSettings(url=url)):
        assert scratch(users) == set()


def await_end_of_sessions(users: Database) -> None:
    """The server notices a killed client at its next read."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'driftwatch shadow'"
    assert eventually(lambda: users.execute(others) == [(0,)])


def test_databases_of_others_are_not_cleaned_up(admitted: Admitted) -> None:
    users, url = admitted
    users.execute(f"CREATE DATABASE {PREFIX}of_somebody_else TEMPLATE template0")
    with psycopg.connect(url, autocommit=True) as connection:
        assert clean_leftovers(connection, url) == []
    assert scratch(users) == {f"{PREFIX}of_somebody_else"}
    users.execute(f"DROP DATABASE {PREFIX}of_somebody_else")


def test_the_scratch_database_sorts_like_the_one_it_stands_for(admitted: Admitted) -> None:
    users, url = admitted
    locale = "SELECT datcollate, datctype, encoding FROM pg_database WHERE datname = current_database()"
    with (
        open_shadow(ShadowSettings(url=url)) as shadow,
        shadow.create_database() as made,
        psycopg.connect(made.conninfo) as connection,
    ):
        assert connection.execute(locale).fetchall() == users.execute(locale)


def test_no_role_and_no_extension_is_added_to_the_users_server(admitted: Admitted) -> None:
    users, url = admitted
    with open_shadow(ShadowSettings(url=url)) as shadow:
        assert shadow.ensure_roles(["absent", "postgres", "pg_monitor"]) == {"absent", "postgres"}
    assert users.execute("SELECT FROM pg_roles WHERE rolname = 'absent'") == []


def test_a_file_that_names_an_unknown_role_says_where_to_make_it(admitted: Admitted, tmp_path: Path) -> None:
    file = tmp_path / "schema.sql"
    file.write_text("CREATE TABLE t ();\nGRANT SELECT ON t TO absent;\n")
    with (
        open_shadow(ShadowSettings(url=admitted[1])) as shadow,
        shadow.create_database() as made,
        pytest.raises(SqlLoadError, match=r'line 2: role "absent" does not exist .*create it there'),
    ):
        load_sql(made, file)


def test_a_superuser_loads_no_file_that_is_not_trusted(database: Databases, tmp_path: Path) -> None:
    file = tmp_path / "schema.sql"
    file.write_text("CREATE TABLE t ();\n")
    url = database().conninfo
    with (
        open_shadow(ShadowSettings(url=url)) as shadow,
        shadow.create_database() as made,
        pytest.raises(ShadowError, match="or say `trust: true` there"),
    ):
        load_sql(made, file)
    with open_shadow(ShadowSettings(url=url, trust=True)) as shadow, shadow.create_database() as made:
        assert load_sql(made, file).stand_ins == ()


def test_a_file_that_needs_more_than_the_role_may_says_where_it_can(admitted: Admitted, tmp_path: Path) -> None:
    file = tmp_path / "schema.sql"
    file.write_text("CREATE PUBLICATION p FOR ALL TABLES;\n")
    with (
        open_shadow(ShadowSettings(url=admitted[1])) as shadow,
        shadow.create_database() as made,
        pytest.raises(SqlLoadError, match=r"\(42501\): the shadow's role .* leave out `shadow:` for a private server"),
    ):
        load_sql(made, file)


@pytest.mark.parametrize(
    "setting",
    ["default_transaction_read_only = on", "statement_timeout = 1", "idle_in_transaction_session_timeout = 1"],
)
def test_what_is_set_for_the_role_keeps_it_from_nothing(admitted: Admitted, tmp_path: Path, setting: str) -> None:
    users, url = admitted
    role = conninfo_to_dict(url)["user"]
    users.execute(f"ALTER ROLE {role} SET {setting}")
    file = tmp_path / "schema.sql"
    file.write_text("CREATE TABLE t ();\nSELECT pg_sleep(0.01);\n")
    with open_shadow(ShadowSettings(url=url)) as shadow, shadow.create_database() as made:
        load_sql(made, file)
    assert scratch(users) == set()


def test_a_protected_server_is_refused(admitted: Admitted) -> None:
    with pytest.raises(ShadowError, match="protected"), open_shadow(ShadowSettings(url=admitted[1], protected=True)):
        pass


def test_a_role_that_may_not_create_databases_is_told_how_it_could(database: Databases) -> None:
    users = database()
    users.execute("CREATE ROLE small LOGIN")
    url = make_conninfo(users.conninfo, user="small")
    with pytest.raises(ShadowError, match="ALTER ROLE small CREATEDB"), open_shadow(ShadowSettings(url=url)):
        pass
    users.execute("DROP ROLE small")


def test_an_unreachable_server_is_told_without_its_password() -> None:
    url = "postgresql://somebody:hunter2@127.0.0.1:1/nowhere?connect_timeout=2"
    with pytest.raises(ShadowError, match="cannot be reached") as caught, open_shadow(ShadowSettings(url=url)):
        pass
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(ShadowSettings(url=url))


def test_a_pooler_that_says_so_is_refused(admitted: Admitted) -> None:
    with pytest.raises(ShadowError, match="direct_url"), open_shadow(ShadowSettings(url=admitted[1], pooled=True)):
        pass


def test_a_pooler_is_known_by_the_process_number_that_it_makes_up(admitted: Admitted) -> None:
    with (
        pooler(admitted[1]) as url,
        pytest.raises(ShadowError, match="direct_url"),
        open_shadow(ShadowSettings(url=url)),
    ):
        pass


@contextmanager
def pooler(url: str) -> Iterator[str]:
    """Something between client and server that, as poolers do, answers with a cancellation key of its own."""
    target = conninfo_to_dict(url)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=relay, args=(listening, str(target["host"]), str(target["port"])), daemon=True).start()
        port = listening.getsockname()[1]
        yield make_conninfo(
            "",
            host="127.0.0.1",
            port=port,
            user=target["user"],
            dbname=target["dbname"],
            sslmode="disable",
            gssencmode="disable",
        )


def relay(listening: socket.socket, folder: str, port: str) -> None:
    client, _ = listening.accept()
    with client, socket.socket(socket.AF_UNIX) as server:
        server.connect(f"{folder}/.s.PGSQL.{port}")
        threading.Thread(target=forward, args=(client, server), daemon=True).start()
        while data := server.recv(1 << 16):
            key = data.find(b"K\0\0\0\x0c")  # BackendKeyData: length 12, process number, secret
            if key >= 0:
                data = data[: key + 5] + struct.pack("!i", 1) + data[key + 9 :]
            client.sendall(data)


def forward(client: socket.socket, server: socket.socket) -> None:
    with suppress(OSError):  # the other thread may have closed both by now
        while data := client.recv(1 << 16):
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)
