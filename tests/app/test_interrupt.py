"""Ctrl-C, wherever it comes, and the two sorts of user."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch import cli
from driftwatch.errors import ShadowError
from driftwatch.shadow.template import SUPERUSER
from support.processes import FOREVER, PATIENCE, eventually, home, processes_of, start, users
from support.program import surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.servers import Database, Databases

INTERRUPTED = 130
# In a shadow's own database: sessions that other tests left may sleep as well.
SLEEPING = f"""SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep({FOREVER})%'
    AND datname LIKE 'driftwatch%' AND pid <> pg_backend_pid()"""
WAITING = "SELECT pid FROM pg_stat_activity WHERE application_name = 'driftwatch' AND wait_event_type = 'Lock'"


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that is short and readable enough for a shadow's server."""
    with home("ourselves") as folder:
        folder.chmod(0o755)
        yield folder


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """The program as the leader of a process group, as a shell starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "driftwatch", *arguments],
        cwd=folder,
        env=surroundings(TMPDIR=str(folder)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def interrupt(process: subprocess.Popen[str]) -> str:
    """Press Ctrl-C, which every process of the group gets, and give what is said on stderr."""
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == INTERRUPTED, err
    return err.strip()  # click begins a new line


def test_while_a_database_is_read_it_ends_at_once_and_leaves_nothing(place: Path, database: Databases) -> None:
    dev, prod = database(), database()
    prod.execute("CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t")
    with psycopg.connect(prod.conninfo) as holder:
        holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        (place / "config.yaml").write_text(f"timeouts: {{lock: {FOREVER}s, statement: {FOREVER}s}}\n")
        process = started(place, "compare", dev.conninfo, prod.conninfo)
        assert eventually(lambda: bool(prod.execute(WAITING)))
        assert interrupt(process) == "driftwatch: interrupted"
    assert [path.name for path in place.iterdir()] == ["config.yaml"]
    assert eventually(lambda: not prod.execute(WAITING))


def test_while_the_private_shadow_works_it_ends_with_it(place: Path) -> None:
    files(place)
    process = started(place, "compare", "dev.sql", "prod.sql")
    assert eventually(lambda: sleeps_in(place))
    assert interrupt(process) == "driftwatch: interrupted"
    assert eventually(lambda: processes_of(f"{place}/driftwatch-") == [])
    assert sorted(path.name for path in place.iterdir()) == ["dev.sql", "prod.sql"]


def test_what_fails_while_it_cleans_up_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        try:
            raise KeyboardInterrupt
        finally:
            raise ShadowError("the server is gone") from OSError("no such socket")

    monkeypatch.setattr("driftwatch.cli.commands.driftwatch.main", interrupted)
    assert cli.run([]) == INTERRUPTED
    assert capsys.readouterr().err == "driftwatch: interrupted\n"


def test_while_a_shadow_elsewhere_works_its_databases_are_dropped(place: Path, database: Databases) -> None:
    there = database()
    files(place)
    (place / "config.yaml").write_text(f'shadow: {{url: "{there.conninfo}", trust: true}}\n')
    before = databases(there)
    process = started(place, "compare", "dev.sql", "prod.sql")
    assert eventually(lambda: bool(there.execute(SLEEPING)))
    assert len(databases(there)) > len(before)
    interrupt(process)
    assert eventually(lambda: databases(there) == before)


def files(place: Path) -> None:
    (place / "dev.sql").write_text(f"CREATE TABLE t (id int);\nSELECT pg_sleep({FOREVER});\n")
    (place / "prod.sql").write_text("CREATE TABLE t (id int);\n")


def sleeps_in(place: Path) -> bool:
    for socket in place.glob("driftwatch-*/.s.PGSQL.5432"):
        try:
            with psycopg.connect(host=str(socket.parent), user=SUPERUSER, dbname="postgres") as connection:
                return connection.execute(SLEEPING).fetchone() is not None
        except psycopg.OperationalError:  # still starting
            return False
    return False


def databases(there: Database) -> list[tuple[object, ...]]:
    return there.execute("SELECT datname FROM pg_database WHERE datname LIKE 'driftwatch%' ORDER BY 1")


@pytest.mark.parametrize("user", users())
def test_every_user_compares_and_proves(user: str) -> None:
    with home(user) as folder:
        (folder / "dev.sql").write_text("CREATE TABLE t (id int, note text);\n")
        (folder / "prod.sql").write_text("CREATE TABLE t (id int);\n")
        arguments = ["compare", f"{folder}/dev.sql", f"{folder}/prod.sql", "--output", f"{folder}/reports"]
        code = f"from driftwatch.cli import main\nmain({arguments!r})"
        process = start(code, folder, user, TMPDIR=str(folder))
        out, err = process.communicate()
        assert process.returncode == 2, err
        assert "proved (quick)" in out
        assert (folder / "reports" / "latest" / "migration.sql").exists()
        assert list(folder.glob("driftwatch-*")) == []
