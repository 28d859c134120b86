"""From the command line's words to a request."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from driftwatch.cli import run
from driftwatch.config import Color, CompareRequest, Config, FailOn, Format, Include, Rename, Verify
from driftwatch.model.key import Key


class Ask(Protocol):
    """Calls `driftwatch compare`."""

    def __call__(self, *arguments: str) -> CompareRequest: ...


@pytest.fixture
def ask(project: Path, asked: list[tuple[object, ...]]) -> Ask:
    """The request that `driftwatch compare` makes of its arguments."""
    assert (project / "config.yaml").exists()

    def ask(*arguments: str) -> CompareRequest:
        assert run(["compare", *arguments]) == 0
        ((request, _),) = asked
        assert isinstance(request, CompareRequest)
        return request

    return ask


def configure(project: Path, text: str) -> None:
    with (project / "config.yaml").open("a", encoding="utf-8") as file:
        file.write(text)


def test_without_arguments_the_configuration_is_the_request(ask: Ask, project: Path) -> None:
    request = ask()
    assert (request.pair.desired.name, request.pair.actual.name) == ("dev", "prod")
    assert request == CompareRequest(
        pair=request.pair,
        include=frozenset(),
        renames=(),
        fail_on=frozenset({FailOn.DRIFT}),
        verify=Verify.QUICK,
        unproved=False,
        format=Format.TEXT,
        reports=project / "reports",
        quiet=False,
        color=Color.AUTO,
    )


def test_what_is_configured_is_kept_where_no_option_speaks(ask: Ask, project: Path) -> None:
    configure(project, "include: [owners]\nfail_on: never\nverify: full\nreports: {directory: out}\nschemas: [app]\n")
    request = ask()
    assert (request.include, request.fail_on, request.verify) == (frozenset({Include.OWNERS}), frozenset(), Verify.FULL)
    assert request.reports == project / "out"
    assert request.pair.desired.schemas == ("app",)


def test_options_win_over_the_configuration(ask: Ask, project: Path) -> None:
    configure(project, "fail_on: never\nverify: full\nreports: {directory: out}\nschemas: [app]\n")
    request = ask("--fail-on", "breaking", "--verify", "quick", "--output", "here", "--schema", "a", "--schema", "b_*")
    assert (request.fail_on, request.verify, request.reports) == (
        frozenset({FailOn.BREAKING}),
        Verify.QUICK,
        Path("here"),
    )
    assert request.pair.desired.schemas == ("a", "b_*")


def test_includes_and_renames_add_to_the_configuration(ask: Ask, project: Path) -> None:
    configure(project, "include: [owners]\nrenames: [table public.a = b]\n")
    request = ask("--include", "grants", "--rename", "column public.users.email = mail", "--rename", "table public.c=d")
    assert request.include == {Include.OWNERS, Include.GRANTS}
    assert request.renames == (
        Rename(Key("table", ("public", "a")), "b"),
        Rename(Key("column", ("public", "users", "email")), "mail"),
        Rename(Key("table", ("public", "c")), "d"),
    )


def test_words_are_separated_by_commas_or_options(ask: Ask) -> None:
    request = ask("--include", "owners, grants", "--fail-on", "drift,breaking")
    assert request.include == {Include.OWNERS, Include.GRANTS}
    assert request.fail_on == {FailOn.DRIFT, FailOn.BREAKING}


def test_never_fails_on_nothing(ask: Ask) -> None:
    assert ask("--fail-on", "never").fail_on == frozenset()


@pytest.mark.parametrize("choice", list(Format))
def test_every_format_can_be_asked_for(ask: Ask, choice: Format) -> None:
    assert ask("--format", choice.value).format is choice


@pytest.mark.parametrize(("option", "color"), [("always", Color.ALWAYS), ("never", Color.NEVER)])
def test_colours_can_be_asked_for(ask: Ask, option: str, color: Color) -> None:
    assert ask("--color", option).color is color


def test_any_source_can_stand_for_a_name(ask: Ask) -> None:
    request = ask("other.sql", "postgresql://u:hunter2@db/app?schema=app")
    assert (request.pair.desired.location, request.pair.actual.location) == ("other.sql", "db/app")
    assert request.pair.actual.schemas == ("app",)
    assert "hunter2" not in repr(request)


def test_no_report_is_written_on_demand(ask: Ask) -> None:
    assert ask("--no-report").reports is None


@pytest.mark.parametrize("arguments", [["--no-verify"], ["--verify", "off"], ["--verify", "off", "--no-verify"]])
def test_the_proof_can_be_left_out(ask: Ask, arguments: list[str]) -> None:
    assert ask(*arguments).verify is Verify.OFF


@pytest.mark.parametrize("place", [0, 1])
def test_common_options_may_stand_before_and_behind_the_command(
    project: Path, asked: list[tuple[object, ...]], place: int
) -> None:
    (project / "config.yaml").rename(project / "other.yaml")
    arguments = ["compare"]
    arguments[place:place] = ["--quiet", "--config", "other.yaml"]
    assert run(arguments) == 0
    ((request, config),) = asked
    assert isinstance(request, CompareRequest)
    assert isinstance(config, Config)
    assert (request.quiet, config.file) == (True, Path("other.yaml"))


@pytest.mark.parametrize("format_", ["sql", "rollback"])
@pytest.mark.parametrize("off", ["option", "configuration"])
def test_sql_without_a_proof_must_be_asked_for(
    project: Path, asked: list[tuple[object, ...]], capsys: pytest.CaptureFixture[str], format_: str, off: str
) -> None:
    if off == "configuration":
        configure(project, "verify: off\n")
    options = ["--format", format_, *(["--no-verify"] if off == "option" else [])]
    assert run(["compare", *options]) == 1
    assert "add --unproved" in capsys.readouterr().err
    assert run(["compare", *options, "--unproved"]) == 0
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["dev"], "give both sides, DESIRED and ACTUAL, or none"),
        (["dev", "prdo"], "'prdo' is neither a configured database nor a file or folder here, did you mean 'prod'?"),
        (["dev", ""], "a source is empty: is a variable not set?"),
        (["dev", "missing.sql"], "there is no file 'missing.sql'"),
        (["--verify", "full", "--no-verify"], "contradict each other"),
        (["--no-report", "--output", "x"], "contradict each other"),
        (["--output", "a/r.md"], "r.md looks like a file: '--format markdown --no-report > a/r.md' writes one"),
        (["--include", "owner"], "'owner' is not known, did you mean 'owners'?"),
        (["--fail-on", "all"], "'all' is not known (known: drift, breaking, hotfix, new, never)"),
        (["--fail-on", "drift,never"], "'never' is not known"),
        (["--rename", "users=people"], "does not name an object"),
        (["--config", "missing.yaml"], "no configuration file missing.yaml"),
    ],
)
def test_a_mistake_is_one_sentence_and_asks_for_nothing(
    project: Path,
    asked: list[tuple[object, ...]],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    assert project.is_dir()
    assert run(["compare", *arguments]) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1
    assert asked == []
