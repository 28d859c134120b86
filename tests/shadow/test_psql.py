from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.errors import ShadowError
from driftwatch.shadow import psql
from driftwatch.shadow.binaries import Binaries
from driftwatch.shadow.psql import Refusal, run_psql
from support.processes import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from driftwatch.shadow.contract import ShadowDatabase


@pytest.mark.parametrize("version", ["14.18", "17.5", "12.22", "nonsense"])
def test_a_psql_that_cannot_be_shut_in_is_not_used(
    empty: ShadowDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    program = tmp_path / "psql"
    program.write_text(f"#!/bin/sh\necho 'psql (PostgreSQL) {version}'\n")
    program.chmod(0o755)
    monkeypatch.setattr(psql, "embedded_binaries", lambda: Binaries(tmp_path, None, 14, version))
    with pytest.raises(ShadowError, match="restrict"):
        run_psql(empty, [b"SELECT 1;\n"])


def test_all_errors_are_gathered_when_asked_for(empty: ShadowDatabase) -> None:
    lines = [b"SELECT a;\n", b"SELECT\n", b"b;\n", b"SELECT 1;\n", b"\\! true\n"]
    assert run_psql(empty, lines, stop=False) == (
        Refusal(1, "42703", 'column "a" does not exist', "SELECT a;"),
        Refusal(3, "42703", 'column "b" does not exist', "b;"),
        Refusal(5, None, "backslash commands are restricted; only \\unrestrict is allowed"),
    )


def test_a_message_of_several_lines_becomes_one(empty: ShadowDatabase) -> None:
    statement = (
        b"DO $$ BEGIN RAISE NOTICE 'no\nmatter'; RAISE 'one\ntwo' USING DETAIL = 'three', HINT = 'four'; END $$;\n"
    )
    (refusal,) = run_psql(empty, [statement])
    assert (refusal.state, refusal.message) == ("P0001", "one two; detail: three; hint: four")


def test_a_database_that_is_gone_is_an_error_without_a_line(empty: ShadowDatabase) -> None:
    empty.drop()
    (refusal,) = run_psql(empty, [b"SELECT 1;\n"])
    assert refusal.line is None
    assert "does not exist" in refusal.message


def test_the_users_environment_does_not_reach_psql(empty: ShadowDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c geqo=off")
    monkeypatch.setenv("PSQLRC", "/dev/null")
    assert run_psql(empty, [b"SELECT 1 / (current_setting('geqo') = 'on')::int;\n"]) == ()


def test_an_error_of_ours_while_feeding_ends_psql(empty: ShadowDatabase) -> None:
    with pytest.raises(ShadowError, match="half way"):
        run_psql(empty, breaking())


def breaking() -> Iterator[bytes]:
    yield b"SELECT pg_sleep(%d);\n" % FOREVER
    raise ShadowError("half way")
