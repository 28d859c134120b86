"""`${NAME}` in configured values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.config.variables import UnsetVariableError, Variables, read_variables
from driftwatch.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("${HOST}", "db"),
        ("postgres://${HOST}:${PORT:-5432}/x", "postgres://db:5432/x"),
        ("${EMPTY:-given}", "given"),
        ("${MISSING:-}", ""),
        ("${MISSING:-a:-b}", "a:-b"),
        ("$${HOST}", "${HOST}"),
        ("$HOST costs 5$", "$HOST costs 5$"),
        ("${PASSWORD}", "${HOST}$"),
    ],
)
def test_a_variable_is_replaced_once(written: str, meant: str) -> None:
    variables = Variables({"HOST": "db", "EMPTY": "", "PASSWORD": "${HOST}$"})
    assert variables.expand(written) == meant


@pytest.mark.parametrize("written", ["${A:-${B}}", "${A", "${}", "${A-b}", "${A:-{b}}"])
def test_a_reference_of_another_form_is_refused(written: str) -> None:
    with pytest.raises(ConfigError, match="is not of the form"):
        Variables({"A": "", "B": "x"}).expand(written)


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_without_value_and_default_is_named(value: str | None) -> None:
    with pytest.raises(UnsetVariableError, match="needs the variable A, which is not set"):
        Variables({} if value is None else {"A": value}).expand("${A}")


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(
        "# Prisma's\nexport DW_ONE='from file'\nDW_TWO=\"a # b\" # comment\nDW_THREE=${DW_ONE}/x\nDW_FOUR\n",
        encoding="utf-8-sig",
    )
    monkeypatch.setenv("DW_ONE", "from environment")
    variables = read_variables(tmp_path)
    assert [variables.get(f"DW_{n}") for n in ("ONE", "TWO", "THREE", "FOUR")] == [
        "from environment",
        "a # b",
        "from environment/x",
        "",
    ]


def test_an_env_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff\n")
    with pytest.raises(ConfigError, match=r"\.env cannot be read: it is not UTF-8"):
        read_variables(tmp_path)


def test_no_value_is_in_the_representation() -> None:
    assert "hunter2" not in repr(Variables({"A": "hunter2"}, {"B": "hunter2"}))


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("p@ss${word}\n", encoding="utf-8")
    variables = Variables({"URL_FILE": str(tmp_path / "secret")})
    assert variables.expand("a ${URL} b") == "a p@ss${word} b"
    assert variables.expand("${URL:-other}") == "p@ss${word}"
    assert Variables({"URL": "nearer", "URL_FILE": str(tmp_path / "secret")}).expand("${URL}") == "nearer"


def test_a_secret_s_file_that_can_t_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="URL_FILE names and can't be read: No such file"):
        Variables({"URL_FILE": str(tmp_path / "nowhere")}).expand("${URL}")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="it is not UTF-8"):
        Variables({"URL_FILE": str(tmp_path / "binary")}).expand("${URL}")
