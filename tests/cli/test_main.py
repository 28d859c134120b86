"""The frame: exit codes, errors in one sentence, help, what is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import click
import pytest

from driftwatch import __version__
from driftwatch.cli import run
from driftwatch.cli.commands import COMMANDS, WIDEST, help_width
from driftwatch.errors import DriftwatchError

if TYPE_CHECKING:
    from collections.abc import Callable

HEAVY = {
    "psycopg",
    "sqlalchemy",
    "deepdiff",
    "jinja2",
    "rich",
    "apscheduler",
    "yaml",
    "dotenv",
    "shutil",
    "importlib.metadata",
}

NAMES = [name for section in COMMANDS.values() for name in section]


def driftwatch(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "driftwatch", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def compare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException | int], int]:
    """Runs `driftwatch compare` with a use case that ends as told."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DRIFTWATCH_CONFIG", raising=False)
    for name in ("a.sql", "b.sql"):
        (tmp_path / name).touch()

    def call(end: BaseException | int, *options: str) -> int:
        def use_case(*_: object) -> int:
            if isinstance(end, BaseException):
                raise end
            return end

        monkeypatch.setitem(sys.modules, "driftwatch.app.compare", SimpleNamespace(compare=use_case))
        return run(["compare", "a.sql", "b.sql", *options])

    return call


@pytest.mark.parametrize("code", [0, 1, 2])
def test_the_exit_code_is_the_use_case_s(compare: Callable[..., int], code: int) -> None:
    assert compare(code) == code


def test_an_error_of_the_user_s_is_one_sentence_without_a_password(
    compare: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(DriftwatchError("cannot reach postgresql://u:hunter2@db/app (password=hunter2)")) == 1
    assert capsys.readouterr().err == "driftwatch: cannot reach postgresql://u:***@db/app (password=***\n"


def test_an_error_of_the_system_is_one_sentence(
    compare: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(OSError(28, "No space left on device", "reports/x")) == 1
    assert capsys.readouterr().err == "driftwatch: reports/x: No space left on device\n"


def test_an_error_of_our_own_asks_for_debug(compare: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(ZeroDivisionError("secret detail")) == 1
    assert capsys.readouterr().err == (
        "driftwatch: something unexpected happened (ZeroDivisionError); --debug shows where, please report it\n"
    )


@pytest.mark.parametrize("error", [DriftwatchError("x"), ZeroDivisionError("x")])
def test_debug_shows_the_traceback(
    compare: Callable[..., int], capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    assert compare(error, "--debug") == 1
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_ctrl_c_ends_with_130(compare: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err.strip() == "driftwatch: interrupted"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["comapre"], "No such command 'comapre'. Did you mean 'compare'? (see: driftwatch --help)"),
        (["compare", "--formt", "sql"], "Did you mean '--format'? (see: driftwatch compare --help)"),
        (["compare", "--format", "slq"], "'slq' is not one of"),
        (["completion"], "Missing argument"),
    ],
)
def test_a_mistake_on_the_command_line_ends_with_1(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert run(arguments) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert error.startswith("driftwatch: ")


def test_a_mistake_on_the_command_line_has_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--debug", "compare", "--formt", "x"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_pipe_whose_reader_has_gone_is_no_drama() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        command = [sys.executable, "-m", "driftwatch", "--help"]
        process = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert (process.returncode, process.stderr) == (1, b"")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], ["compare", "--help"], ["init", "--help"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "driftwatch", *arguments]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in process.stderr.splitlines()}
    assert ("click" in imported) == (arguments != ["--version"])
    assert not HEAVY & imported


@pytest.mark.parametrize("columns", [None, "", "0", "-7", "20", "70", "100", "300", "wide"])
def test_the_help_is_as_wide_as_click_would_have_it(columns: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    assert help_width() == click.HelpFormatter(max_width=WIDEST).width


@pytest.mark.parametrize("arguments", [["--version"], ["-V"], ["--version", "compare"], ["-q", "-V"]])
def test_the_version_is_the_package_s(arguments: list[str]) -> None:
    assert driftwatch(*arguments).stdout == f"driftwatch {__version__}\n"


def test_the_help_lists_every_command_and_the_exit_codes() -> None:
    text = driftwatch("--help").stdout
    assert [name for name in NAMES if f"\n  {name} " not in text] == []
    assert "130  interrupted" in text


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_a_help_and_the_common_options(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"Usage: driftwatch {name} ")
    assert [option for option in ("--config", "--quiet", "--debug", "--help") if option not in text] == []


def test_a_password_in_the_environment_is_not_in_the_traceback(tmp_path: Path) -> None:
    script = (
        "import sys; from types import SimpleNamespace\n"
        "def fail(*_): raise RuntimeError('server said: hunter2 and s p 12 is wrong for dev')\n"
        "sys.modules['driftwatch.app.compare'] = SimpleNamespace(compare=fail)\n"
        "from driftwatch.cli import main; main()\n"
    )
    (tmp_path / "a.sql").touch()
    command = [sys.executable, "-c", script, "compare", "a.sql", "a.sql", "--debug"]
    environment = os.environ | {
        "DATABASE_URL": "postgresql://dev:hunter2@db/x",
        "OTHER_URL": "postgresql://u:s%20p%2012@h/x",
    }
    process = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert process.returncode == 1
    assert "RuntimeError: server said: *** and *** is wrong for dev" in process.stderr
    assert "hunter2" not in process.stderr


def test_an_interpreter_s_own_exit_is_left_alone(compare: Callable[..., int]) -> None:
    with pytest.raises(SystemExit):
        compare(SystemExit(3))


def test_a_comparison_loads_no_history_proof_or_migration_tool_before_it_is_asked_for() -> None:
    script = """
import sys
import driftwatch.app.compare
print([name for name in ('sqlalchemy', 'jinja2') if name in sys.modules])
import driftwatch.app.comparison.comparing
heavy = ('app.proof', 'app.building', 'shadow.binaries', 'verify.prove', 'migrations.directory', 'migrations.flyway')
print([name for name in heavy if f'driftwatch.{name}' in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "[]"]


def test_without_a_command_the_help_is_shown_as_it_is() -> None:
    done = driftwatch()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Usage: driftwatch")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux's device that is always full")
def test_a_full_standard_output_is_named() -> None:
    command = [sys.executable, "-m", "driftwatch", "completion", "bash"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    said = "driftwatch: standard output: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, said)


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_stream_that_is_closed_is_no_error(closed: str, tmp_path: Path) -> None:
    for arguments, code in (("--version", 0), ("compare a.sql b.sql", 1)):
        command = ["sh", "-c", f"{sys.executable} -m driftwatch {arguments} {closed}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == code
        assert "unexpected" not in done.stderr
