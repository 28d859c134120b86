"""The service as a process: it compares, it ends when told to, and what is killed leaves nothing half-written."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from history.conftest import url_of
from support.processes import FOREVER, PATIENCE, eventually, processes_of
from support.program import driftwatch, surroundings

if TYPE_CHECKING:
    from pathlib import Path

    from support.servers import Database, Databases

WAITING = "SELECT pid FROM pg_stat_activity WHERE application_name = 'driftwatch' AND wait_event_type = 'Lock'"


@pytest.fixture
def sides(tmp_path: Path, database: Databases) -> tuple[Database, Database]:
    dev, prod = database(), database()
    prod.execute("CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t")
    (tmp_path / "config.yaml").write_text(
        f'databases: {{dev: "{dev.conninfo}", prod: "{prod.conninfo}"}}\n'
        f"history: history.db\ntimeouts: {{lock: {FOREVER}s, statement: {FOREVER}s}}\n"
        'schedule: {nightly: {cron: "30 2 1 1 *", desired: dev, actual: prod, verify: off, retries: 0}}\n',
        encoding="utf-8",
    )
    return dev, prod


# What is asked to stop is killed after 5 s, and would then leave what a test says it takes along.
PATIENT = f"""
from driftwatch.cli import main
from driftwatch.schedule import service
service.LAST_SECONDS = {PATIENCE}
main()
"""


def service(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PATIENT, "schedule", "--config", str(folder / "config.yaml"), *arguments],
        cwd=folder,
        env=surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def runs(folder: Path) -> int:
    if not (folder / "history.db").exists():
        return 0
    with closing(sqlite3.connect(folder / "history.db")) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM run").fetchone()[0])
        except sqlite3.OperationalError:  # the tables are being made
            return 0


def claims(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "history.db")) as connection:
        return [state for (state,) in connection.execute("SELECT state FROM claim")]


@pytest.mark.usefixtures("sides")
def test_it_makes_up_for_what_is_due_and_ends_on_sigterm(tmp_path: Path) -> None:
    process = service(tmp_path, "--log", "json")
    assert eventually(lambda: runs(tmp_path) == 1)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, ""), err
    assert '"event": "compared", "pair": "dev/prod"' in err
    assert "Traceback" not in err


def test_sigterm_stops_a_comparison_that_hangs_and_the_night_is_due_again(
    sides: tuple[Database, Database], tmp_path: Path
) -> None:
    _, prod = sides
    with psycopg.connect(prod.conninfo) as holder:
        holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        process = service(tmp_path, "--grace", "0.1")
        assert eventually(lambda: bool(prod.execute(WAITING)))
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
        assert all(line.startswith("{") for line in err.splitlines()), err  # one JSON object a line
        assert eventually(lambda: not prod.execute(WAITING))
    assert processes_of(str(tmp_path / "config.yaml")) == []
    assert (runs(tmp_path), claims(tmp_path)) == (0, [])
    assert not list(tmp_path.glob("reports/*"))
    assert driftwatch("schedule", "--once", cwd=tmp_path).returncode == 2
    assert (runs(tmp_path), claims(tmp_path)) == (1, ["done"])


def test_sigterm_lets_a_comparison_finish_within_its_grace(sides: tuple[Database, Database], tmp_path: Path) -> None:
    _, prod = sides
    with psycopg.connect(prod.conninfo) as holder:
        holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        process = service(tmp_path, "--grace", str(FOREVER))
        assert eventually(lambda: bool(prod.execute(WAITING)))
        process.send_signal(signal.SIGTERM)
        holder.rollback()
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert (runs(tmp_path), claims(tmp_path)) == (1, ["done"])


def test_a_killed_comparison_leaves_nothing_and_loses_its_night(
    sides: tuple[Database, Database], tmp_path: Path
) -> None:
    _, prod = sides
    with psycopg.connect(prod.conninfo) as holder:
        holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        process = service(tmp_path, "--once")
        assert eventually(lambda: bool(prod.execute(WAITING)))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert (runs(tmp_path), claims(tmp_path)) == (0, ["running"])
    assert not list(tmp_path.glob("reports/*"))
    with closing(sqlite3.connect(tmp_path / "history.db")) as connection:  # five minutes pass
        connection.execute("UPDATE claim SET heartbeat_at = '2020-01-01 00:00:00.000000'")
        connection.commit()
    assert driftwatch("schedule", "--once", cwd=tmp_path).returncode == 2
    assert (runs(tmp_path), claims(tmp_path)) == (1, ["done"])


@pytest.mark.usefixtures("sides")
@pytest.mark.parametrize("where", ["a file", "a server"])
def test_two_schedulers_run_a_night_once(where: str, tmp_path: Path, database: Databases) -> None:
    remembered = database()
    if where == "a server":
        config = tmp_path / "config.yaml"
        text = config.read_text(encoding="utf-8").replace("history.db", f'"{url_of(remembered.conninfo)}"')
        config.write_text(text, encoding="utf-8")
    both = [service(tmp_path, "--once") for _ in range(2)]
    codes = []
    for process in both:
        process.communicate(timeout=PATIENCE)
        codes.append(process.returncode)
    assert sorted(codes) == [0, 2]
    found = remembered.execute("SELECT count(*) FROM driftwatch.run")[0][0] if where == "a server" else runs(tmp_path)
    assert found == 1


def test_nothing_to_schedule_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("history: h.db\n", encoding="utf-8")
    for arguments in ((), ("--once",)):
        done = driftwatch("schedule", *arguments, cwd=tmp_path)
        assert (done.returncode, "nothing is scheduled" in done.stderr) == (1, True)
    assert driftwatch("schedule", "nightly", cwd=tmp_path).returncode == 1
