"""The smaller commands: what they ask of the use cases, and what they print themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from driftwatch.cli import run
from driftwatch.cli.demo import example_folder
from driftwatch.config import CompareRequest, Config, SnapshotRequest, Verify, VerifyRequest

pytestmark = pytest.mark.usefixtures("project")


def test_snapshot_names_its_file_after_the_source(asked: list[tuple[object, ...]]) -> None:
    assert run(["snapshot", "dev", "--schema", "app"]) == 0
    ((request, _),) = asked
    assert isinstance(request, SnapshotRequest)
    assert (request.target.schemas, request.output) == (("app",), Path("dev.snapshot.json"))


def test_snapshot_writes_to_stdout_on_demand(asked: list[tuple[object, ...]]) -> None:
    assert run(["snapshot", "dev", "-o", "-"]) == 0
    ((request, _),) = asked
    assert isinstance(request, SnapshotRequest)
    assert request.output is None


def test_snapshot_replaces_a_file_only_by_force(
    asked: list[tuple[object, ...]], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "x.json").touch()
    assert run(["snapshot", "dev", "-o", "x.json"]) == 1
    assert "x.json is there already: add --force" in capsys.readouterr().err
    assert run(["snapshot", "dev", "-o", "x.json", "--force"]) == 0
    assert len(asked) == 1


def test_snapshot_refuses_a_name_that_would_not_be_found_again(
    asked: list[tuple[object, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["snapshot", "dev", "-o", "dev.txt"]) == 1
    assert "end its name in .json or .snapshot" in capsys.readouterr().err
    assert asked == []


def test_verify_takes_a_file_and_the_configured_pair(asked: list[tuple[object, ...]], project: Path) -> None:
    assert run(["verify", "other.sql", "--rollback", "other.sql", "--full"]) == 0
    ((request, _),) = asked
    assert isinstance(request, VerifyRequest)
    assert (request.migration, request.rollback, request.verify) == (Path("other.sql"), Path("other.sql"), Verify.FULL)
    assert request.pair.desired.name == "dev"
    assert project.is_dir()


def test_verify_takes_two_sides(asked: list[tuple[object, ...]]) -> None:
    assert run(["verify", "other.sql", "prod", "dev"]) == 0
    ((request, _),) = asked
    assert isinstance(request, VerifyRequest)
    assert (request.pair.desired.name, request.verify) == ("prod", Verify.QUICK)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["missing.sql"], "does not exist"), (["other.sql", "dev"], "give both sides, DESIRED and ACTUAL, or none")],
)
def test_verify_refuses_what_is_not_there(
    asked: list[tuple[object, ...]], capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert run(["verify", *arguments]) == 1
    assert sentence in capsys.readouterr().err
    assert asked == []


def test_doctor_looks_at_all_databases_or_those_named(asked: list[tuple[object, ...]]) -> None:
    assert run(["doctor"]) == run(["doctor", "prod"]) == 0
    assert [call[0] for call in asked] == [("dev", "prod"), ("prod",)]


def test_doctor_does_not_know_what_is_not_configured(
    asked: list[tuple[object, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["doctor", "prdo"]) == 1
    assert "no database 'prdo' is configured, did you mean 'prod'?" in capsys.readouterr().err
    assert asked == []


def test_demo_compares_the_example_and_never_fails_on_what_it_finds(asked: list[tuple[object, ...]]) -> None:
    assert run(["demo", "--no-report", "-q"]) == 0
    ((request, config),) = asked
    assert isinstance(request, CompareRequest)
    assert (request.pair.desired.name, request.pair.actual.name) == ("dev", "prod")
    assert (request.fail_on, request.reports, request.quiet) == (frozenset(), None, True)
    assert isinstance(config, Config)
    assert config.databases == {}  # whatever stands in config.yaml


def test_the_example_is_found() -> None:
    assert {"dev.sql", "prod.sql"} <= {path.name for path in example_folder().iterdir()}


@pytest.mark.parametrize(
    ("shell", "text"), [("bash", "complete "), ("zsh", "#compdef driftwatch"), ("fish", "complete ")]
)
def test_completion_prints_a_script_for_each_shell(shell: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert text in script
    assert "_DRIFTWATCH_COMPLETE=" in script


def completed(words: str, project: Path) -> list[str]:
    """What bash would be told for the words typed so far."""
    environment = os.environ | {
        "_DRIFTWATCH_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    process = subprocess.run(
        [sys.executable, "-m", "driftwatch"], env=environment, cwd=project, capture_output=True, text=True, check=True
    )
    assert process.stderr == ""
    return process.stdout.split()


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        ("driftwatch com", ["plain,compare", "plain,completion"]),
        ("driftwatch compare d", ["plain,dev"]),
        ("driftwatch compare sch", ["file,sch"]),
        ("driftwatch compare dev --fo", ["plain,--format"]),
        ("driftwatch compare --verify f", ["plain,full"]),
    ],
)
def test_a_shell_completes_commands_options_and_databases(words: str, answers: list[str], project: Path) -> None:
    assert completed(words, project) == answers


def test_a_broken_configuration_does_not_disturb_the_shell(project: Path) -> None:
    (project / "config.yaml").write_text("databses: {}", encoding="utf-8")
    assert completed("driftwatch compare d", project) == ["file,d"]


def test_the_script_works_in_a_real_bash(project: Path) -> None:
    script = f"""
        driftwatch() {{ {sys.executable} -m driftwatch "$@"; }}; export -f driftwatch
        source <(driftwatch completion bash)
        COMP_WORDS=(driftwatch compare d) COMP_CWORD=2 COMP_TYPE=9
        _driftwatch_completion driftwatch d compare
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    process = subprocess.run(["bash", "-c", script], cwd=project, capture_output=True, text=True, check=True)  # noqa: S607 - whichever bash there is
    assert process.stdout == "dev\n"
