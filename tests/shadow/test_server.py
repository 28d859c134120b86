from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.errors import ShadowError
from driftwatch.shadow import server as servers
from driftwatch.shadow.account import server_account
from driftwatch.shadow.binaries import find_binaries
from driftwatch.shadow.process import GUARD
from driftwatch.shadow.rundir import RunDirectory
from driftwatch.shadow.server import SETTINGS, launch
from support.processes import FOREVER, catches, eventually, home, kill, processes_of, start, told, users

if TYPE_CHECKING:
    from collections.abc import Callable

    from driftwatch.shadow.account import Account
    from driftwatch.shadow.server import Server

LAUNCH = """
from driftwatch.shadow.binaries import find_binaries
from driftwatch.shadow.rundir import RunDirectory
from driftwatch.shadow.server import SETTINGS, launch
server = launch(find_binaries())
print(server.folder, flush=True)
"""

STOP = "server.stop()"

WAIT = f"import time; time.sleep({FOREVER})"

SUPERVISED = f"""
from functools import partial
from driftwatch.shadow import server
server.guarded = partial(server.guarded, mode="supervise")
{LAUNCH}{WAIT}
"""


def asked(server: Server, query: str) -> object:
    with psycopg.connect(server.conninfo()) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_nobody_else_gets_to_the_server() -> None:
    with launch(find_binaries()) as server:
        assert asked(server, "SHOW listen_addresses") == ""
        assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((server.folder / ".s.PGSQL.5432").stat().st_mode) == 0o700


def test_the_servers_processes_have_no_privileges() -> None:
    with launch(find_binaries()) as server:
        found = [Path(f"/proc/{pid}").stat().st_uid for pid in processes_of(str(server.folder))]
    account = server_account()
    assert set(found) == {os.geteuid() if account is None else account.uid}
    assert 0 not in found


@pytest.mark.parametrize(
    ("setting", "value"),
    [("fsync", "off"), ("wal_level", "minimal"), ("max_wal_senders", "0"), ("autovacuum", "off"), ("jit", "off")],
)
def test_nothing_is_written_twice_or_in_the_background(setting: str, value: str) -> None:
    with launch(find_binaries()) as server:
        assert asked(server, f"SHOW {setting}") == value


def test_strings_order_by_code_point_and_know_case_beyond_ascii() -> None:
    with launch(find_binaries()) as server:
        assert asked(server, "SELECT string_agg(c, '' ORDER BY c) FROM unnest('{b,B,a,A}'::text[]) AS c") == "ABab"
        assert asked(server, "SELECT upper('é')") == "É"


def test_stopping_leaves_no_process_and_no_file() -> None:
    server = launch(find_binaries())
    server.stop()
    assert not server.folder.exists()
    assert eventually(lambda: processes_of(str(server.folder)) == [])
    server.stop()


def test_the_users_environment_does_not_reach_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PGHOSTADDR": "192.0.2.1",
        "PGOPTIONS": "-c geqo=off",
        "PGSSLMODE": "require",
        "PGGSSENCMODE": "require",
        "PGCHANNELBINDING": "require",
        "PGCLIENTENCODING": "LATIN1",
        "PGTARGETSESSIONATTRS": "standby",
        "PGDATABASE": "other",
    }.items():
        monkeypatch.setenv(name, value)
    with launch(find_binaries()) as server:
        assert asked(server, "SHOW geqo") == "on"
        assert asked(server, "SHOW client_encoding") == "UTF8"


def test_a_server_started_by_a_thread_outlives_that_thread() -> None:
    launched: list[Server] = []
    thread = threading.Thread(target=lambda: launched.append(launch(find_binaries())))
    thread.start()
    thread.join()
    with launched[0] as server:
        assert asked(server, "SELECT 1") == 1


@pytest.mark.parametrize("user", users())
@pytest.mark.parametrize("program", [LAUNCH + WAIT, SUPERVISED], ids=["kernel", "supervisor"])
def test_a_killed_process_takes_its_server_along_and_the_next_one_cleans_up(
    home_of: Callable[[str], Path], user: str, program: str
) -> None:
    killed = start(program, home_of(user), user)
    folder = told(killed)
    assert processes_of(folder)
    kill(killed)
    assert eventually(lambda: not processes_of(folder))
    assert Path(folder).exists()
    following = start(LAUNCH + STOP, home_of(user), user)
    told(following)
    following.communicate()
    assert not Path(folder).exists()


def test_what_a_living_run_uses_is_not_cleaned_up(home_of: Callable[[str], Path]) -> None:
    living = start(LAUNCH + WAIT, home_of("ourselves"))
    folder = told(living)
    with launch(find_binaries()):
        assert Path(folder).exists()
        assert processes_of(folder)
    kill(living)


def test_ctrl_c_leaves_nothing(home_of: Callable[[str], Path]) -> None:
    with_context = LAUNCH.replace("server = launch(find_binaries())", "with launch(find_binaries()) as server:")
    program = with_context.replace("print", "    print") + f"    {WAIT}"
    process = start(program, home_of("ourselves"))
    folder = told(process)
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert not Path(folder).exists()
    assert eventually(lambda: processes_of(folder) == [])


def test_a_server_nobody_stopped_goes_at_exit(home_of: Callable[[str], Path]) -> None:
    program = (
        "from driftwatch.shadow.databases import *\n"
        "shadow = open_shadow(ShadowSettings())\n"
        "print(shadow.__enter__().server.folder, flush=True)\n"
    )
    process = start(program, home_of("ourselves"))
    folder = told(process)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert not Path(folder).exists()


@pytest.mark.parametrize("user", users())
def test_two_processes_race_for_the_first_template_and_both_get_a_server(user: str) -> None:
    with home(user) as fresh:
        racing = [start(LAUNCH + STOP, fresh, user) for _ in range(2)]
        for process in racing:
            told(process)
            _, errors = process.communicate()
            assert (process.returncode, errors) == (0, "")
        made = [path.name for path in (fresh / ".cache/driftwatch").iterdir() if path.is_dir()]
    assert len(made) == 1
    assert made[0].startswith("template-")


def test_without_a_home_a_server_starts_all_the_same(tmp_path: Path) -> None:
    process = start(LAUNCH + STOP, tmp_path, HOME="/proc/nowhere", TMPDIR=str(tmp_path.parent))
    told(process)
    assert process.wait() == 0
    process.communicate()


def test_a_server_that_does_not_start_says_why_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SETTINGS, "shared_buffers", "plenty")
    made: list[Path] = []

    def noticed(account: Account | None) -> RunDirectory:
        directory = RunDirectory(account)
        made.append(directory.path)
        return directory

    monkeypatch.setattr("driftwatch.shadow.server.RunDirectory", noticed)
    with pytest.raises(ShadowError, match=r'did not start: .*"shared_buffers": "plenty"'):
        launch(find_binaries())
    assert [path.exists() for path in made] == [False]


def test_the_supervisor_passes_the_stop_signal_on() -> None:
    command = [sys.executable, "-I", "-S", str(GUARD), "supervise", str(os.getpid()), "-", str(int(signal.SIGTERM))]
    with subprocess.Popen([*command, "/bin/sleep", f"600.{os.getpid()}"], stdin=subprocess.PIPE) as guard:
        assert eventually(lambda: catches(guard.pid, signal.SIGTERM))
        assert len(processes_of(f"600.{os.getpid()}")) == 2
        guard.send_signal(signal.SIGTERM)
        assert guard.wait() == signal.SIGTERM
    assert processes_of(f"600.{os.getpid()}") == []


EARLY = """
import os, runpy, signal, sys
spawn = os.posix_spawn
def spawned(*arguments, **options):
    child = spawn(*arguments, **options)
    os.kill(os.getpid(), signal.SIGTERM)
    return child
os.posix_spawn = spawned
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""The guard, stopped in the moment in which its program has just begun."""


def test_the_supervisor_passes_on_a_signal_that_comes_at_once() -> None:
    name = f"601.{os.getpid()}"
    guard = ["-I", "-S", "-c", EARLY, str(GUARD), "supervise", str(os.getpid()), "-", str(int(signal.SIGTERM))]
    with subprocess.Popen([sys.executable, *guard, "/bin/sleep", name], stdin=subprocess.PIPE) as running:
        assert running.wait() == signal.SIGTERM
    assert processes_of(name) == []


def test_a_full_disk_is_told_with_what_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_account: Account | None) -> RunDirectory:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(servers, "RunDirectory", full)
    with pytest.raises(ShadowError, match=r"No space left on device: its files go to /.*; make room there, or set TMP"):
        launch(find_binaries())
