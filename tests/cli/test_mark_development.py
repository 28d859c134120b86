"""`driftwatch init --mark-development`, on a real server."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from driftwatch.cli import run
from driftwatch.protection import is_development
from support.processes import PATIENCE, eventually, state

if TYPE_CHECKING:
    from pathlib import Path

    from support.servers import Database, Databases


@pytest.fixture
def dev(database: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An empty database that config.yaml calls `dev`, beside a `prod` on the same server."""
    monkeypatch.delenv("DRIFTWATCH_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    dev, prod = database(), database()
    configure(tmp_path, dev.conninfo, prod.conninfo)
    return dev


def configure(folder: Path, dev: str, prod: str, environment: str = "development") -> None:
    text = f"databases:\n  dev: {{url: {quoted(dev)}, environment: {environment}}}\n  prod: {quoted(prod)}\n"
    (folder / "config.yaml").write_text(text, encoding="utf-8")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def marked(database: Database) -> bool:
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        return is_development(connection)


def test_a_mark_is_put_on_the_database_when_its_name_confirms_it(
    dev: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not marked(dev)
    assert run(["init", "--mark-development", "dev", f"--yes={dev.name}"]) == 0
    assert "is now marked as a development database" in capsys.readouterr().err
    assert marked(dev)
    assert run(["init", "--mark-development", "dev"]) == 0
    assert "is marked already" in capsys.readouterr().err


def test_no_file_is_written_with_a_mark(dev: Database, tmp_path: Path) -> None:
    assert run(["init", "--mark-development", "dev", f"--yes={dev.name}"]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"config.yaml"}


@pytest.mark.parametrize("answer", ["dev", "yes", ""])
def test_another_name_does_not_confirm(dev: Database, capsys: pytest.CaptureFixture[str], answer: str) -> None:
    assert run(["init", "--mark-development", "dev", f"--yes={answer}"]) == 1
    assert f"not confirmed: the database is called '{dev.name}'" in capsys.readouterr().err
    assert not marked(dev)


def without_terminal() -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "driftwatch", "init", "--mark-development", "dev"]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def test_off_a_terminal_nobody_is_asked(dev: Database) -> None:
    process = without_terminal()
    assert process.returncode == 1
    assert f"nobody is here to ask: confirm with --yes={dev.name}" in process.stderr
    assert not marked(dev)


@pytest.mark.parametrize("right", [True, False])
def test_on_a_terminal_the_database_s_name_is_asked_for(dev: Database, *, right: bool) -> None:
    keyboard, terminal = pty.openpty()
    os.write(keyboard, (dev.name if right else "prod").encode() + b"\n")
    command = [sys.executable, "-m", "driftwatch", "init", "--mark-development", "dev"]
    process = subprocess.run(command, stdin=terminal, capture_output=True, text=True, check=False)
    os.close(terminal)
    os.close(keyboard)
    assert "The database's name, to confirm" in process.stderr
    assert (process.returncode, marked(dev)) == ((0, True) if right else (1, False))


# A test run in the background of a shell ignores SIGINT, and its children would inherit that.
INTERRUPTIBLE = """
import signal
from driftwatch.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""


def interrupted(process: subprocess.Popen[bytes]) -> bytes:
    """What it says on stderr after Ctrl-C, which has to come in read(2): just before, Python would still wait there."""
    assert eventually(lambda: state(process.pid) == "S")
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=PATIENCE)[1]


def test_ctrl_c_at_the_question_ends_with_130_and_no_mark(dev: Database) -> None:
    keyboard, terminal = pty.openpty()
    command = [sys.executable, "-c", INTERRUPTIBLE, "init", "--mark-development", "dev"]
    with subprocess.Popen(command, stdin=terminal, stderr=subprocess.PIPE) as process:
        assert process.stderr
        said = b""
        while b"to confirm" not in said:
            chunk = os.read(process.stderr.fileno(), 4096)
            assert chunk, said
            said += chunk
        said = interrupted(process)
    os.close(terminal)
    os.close(keyboard)
    assert (process.returncode, said.split()[-2:]) == (130, [b"driftwatch:", b"interrupted"])
    assert not marked(dev)


def test_a_database_that_is_configured_as_protected_gets_no_mark(
    dev: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(tmp_path, dev.conninfo, "prod.sql", environment="staging")
    assert run(["init", "--mark-development", "dev", f"--yes={dev.name}"]) == 1
    assert "'dev' is protected: say 'environment: development' in config.yaml first" in capsys.readouterr().err
    assert not marked(dev)


def test_the_database_that_a_protected_name_leads_to_gets_no_mark(
    dev: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(tmp_path, dev.conninfo, make_conninfo(dev.conninfo, application_name="another way there"))
    assert run(["init", "--mark-development", "dev", f"--yes={dev.name}"]) == 1
    assert "this is the database that 'prod' leads to, which is protected" in capsys.readouterr().err
    assert not marked(dev)


def test_a_protected_database_out_of_reach_is_said(
    dev: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(tmp_path, dev.conninfo, f"host={tmp_path} dbname=x password=hunter2")
    assert run(["init", "--mark-development", "dev", f"--yes={dev.name}"]) == 0
    error = capsys.readouterr().err
    assert "could not make sure that this is not prod" in error
    assert "hunter2" not in error
    assert marked(dev)


def test_only_the_owner_may_put_the_mark(dev: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dev.execute("DO $$ BEGIN CREATE ROLE stranger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    configure(tmp_path, make_conninfo(dev.conninfo, user="stranger"), "prod.sql")
    assert run(["init", "--mark-development", "dev", f"--yes={dev.name}"]) == 1
    assert f"only the owner of {dev.name}, the role driftwatch_superuser, may mark it" in capsys.readouterr().err
    assert not marked(dev)


def test_a_setting_of_the_session_or_of_a_role_is_no_mark(dev: Database) -> None:
    dev.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {dev.name} SET driftwatch.environment = 'development'")
    try:
        assert dev.execute("SHOW driftwatch.environment") == [("development",)]
        assert not marked(dev)
    finally:
        dev.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {dev.name} RESET driftwatch.environment")


@pytest.mark.parametrize(
    ("name", "sentence"), [("files", "'files' is not a live database"), ("dve", "did you mean 'dev'?")]
)
def test_what_is_no_database_gets_no_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(
        "databases: {dev: postgresql://db/x, files: {url: ., environment: development}}", encoding="utf-8"
    )
    assert run(["init", "--mark-development", name]) == 1
    assert sentence in capsys.readouterr().err
