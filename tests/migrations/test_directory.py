"""A folder is known as its tool's, its migrations in that tool's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.errors import MigrationError, SourceError
from driftwatch.migrations import flyway
from driftwatch.migrations.directory import open_directory, tool_of
from migrations import made

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", [*made.SQL_TOOLS, "Alembic"])
def test_a_folder_is_known_by_its_layout(tmp_path: Path, name: str) -> None:
    make = made.SQL_TOOLS.get(name, made.alembic)
    directory = open_directory(make(tmp_path / "m", made.INIT, made.MORE))
    assert directory.tool.name == name
    assert len(directory.migrations) == 2
    assert "1" in directory.migrations[0].name
    assert "2" in directory.migrations[1].name


def test_numbers_are_ordered_as_numbers(tmp_path: Path) -> None:
    made.write(tmp_path / "plain", {"10_b.sql": "", "9_a.sql": ""})
    made.write(tmp_path / "fly", {"V1.10__b.sql": "", "V1.9__a.sql": "", "R__view.sql": ""})
    assert [each.name for each in open_directory(tmp_path / "plain").migrations] == ["9_a", "10_b"]
    assert [each.version for each in open_directory(tmp_path / "fly").migrations] == ["1.9", "1.10", "R view"]


def test_prisma_s_checksum_is_of_the_raw_bytes(tmp_path: Path) -> None:
    folder = made.prisma(tmp_path / "m", "SELECT 1")
    file = next(folder.glob("*/migration.sql"))
    sums = set()
    for raw in (b"SELECT 1;\n", b"SELECT 1;\r\n", b"\xef\xbb\xbfSELECT 1;\n"):
        file.write_bytes(raw)
        sums.add(open_directory(folder).migrations[0].checksum)
    assert len(sums) == 3
    file.write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert open_directory(folder).migrations[0].checksum == empty


def test_flyway_s_checksum_is_the_same_for_every_line_end(tmp_path: Path) -> None:
    sums = set()
    for raw in (b"a\nb\n", b"a\r\nb\r\n", b"\xef\xbb\xbfa\nb"):
        (tmp_path / "V1__x.sql").write_bytes(raw)
        sums.add(flyway.checksum(tmp_path / "V1__x.sql"))
    assert sums == {-1635563411}  # crc32(b"ab"), signed


def test_a_change_that_was_reworked_in_sqitch_has_both_scripts(tmp_path: Path) -> None:
    who = "2024-01-01T00:00:00Z A <a@b.c>"
    plan = f"%project=t\n\na {who}\n@v1 {who}\na [a@v1] {who}\n"
    made.write(tmp_path, {"sqitch.plan": plan, "deploy/a.sql": "new", "deploy/a@v1.sql": "old"})
    assert [each.path.name for each in open_directory(tmp_path).migrations] == ["a@v1.sql", "a.sql"]


def test_alembic_s_branches_come_after_what_they_follow(tmp_path: Path) -> None:
    folder = made.alembic(tmp_path / "alembic", made.INIT)
    for name, needs in (("z", "'rev1'"), ("b", "'rev1'"), ("merge", "('z', 'b')")):
        made.write(folder, {f"versions/{name}.py": f"revision: str = '{name}'\ndown_revision = {needs}\n"})
    assert [each.version for each in open_directory(folder).migrations] == ["rev1", "b", "z", "merge"]


LIQUIBASE = "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "is empty"),
        ({"notes.txt": ""}, "no migration tool's"),
        ({"V1__a.sql": "", "1_b.up.sql": ""}, "Flyway and golang-migrate"),
        ({"1/migration.sql": "", "sqitch.plan": ""}, "Prisma and Sqitch"),
        ({"sqitch.plan": "lost 2024\n"}, "is not there"),
        ({"a.sql": LIQUIBASE, "b.yaml": "- changeSet: {id: 1}"}, "b.yaml has change sets too"),
        ({"a.sql": LIQUIBASE, "b.sql": "SELECT 1"}, "b.sql does not begin with"),
        ({"a.sql": LIQUIBASE, "V1__b.sql": ""}, "Flyway and Liquibase"),
        ({"committed/000001.sql": "--! Previous: -\n\nSELECT 1"}, "no line '--! Hash"),
        ({"committed/000002.sql": "--! Previous: x\n--! Hash: y\n\nSELECT 1"}, "follows x, and what stands before"),
        ({"1.sql": "-- depends: gone\nSELECT 1"}, "follows 'gone', and no file has it"),
        ({"1.sql": "-- depends:\n", "1.py": "__depends__ = {'a'}"}, "are both '1'"),
        ({"1.sql": "-- depends:\n", "2.py": "__depends__ = {f()}"}, "line 1: its revision is worked out"),
        ({"env.py": "", "versions/a.py": "revision = 'a'\ndown_revision = 'gone'\n"}, "'?gone'?, and no file has it"),
        ({"env.py": "", "versions/a.py": "revision = f()\n"}, "line 1: its revision is worked out"),
        ({"env.py": "", "versions/a.py": "revision =\n"}, "line 1: this is no Python"),
        (
            {
                "env.py": "",
                "versions/a.py": "revision='a'\ndown_revision='b'",
                "versions/b.py": "revision='b'\ndown_revision='a'",
            },
            "in a circle",
        ),
    ],
)
def test_a_folder_that_is_nobody_s_or_broken_is_told_in_a_sentence(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    made.write(tmp_path, files)
    with pytest.raises(MigrationError, match=said):
        open_directory(tmp_path)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"a.sql": "--liquibase formatted sql\n--changeset a:1 endDelimiter:/\nSELECT 1\n/\n"},
            "only Liquibase can split",
        ),
        ({"committed/1.sql": "--! Previous: -\n--! Hash: x\n\nGRANT ALL ON DATABASE :DATABASE_NAME TO a"}, "fills in"),
    ],
)
def test_what_only_the_tool_can_send_is_told(tmp_path: Path, files: dict[str, str], said: str) -> None:
    directory = open_directory(made.write(tmp_path, files))
    with pytest.raises(MigrationError, match=said):
        directory.tool.piece(directory.migrations[0])


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    folder = made.flyway(tmp_path / "m", "SELECT 1")
    (folder / "V1__step1.sql").write_bytes(b"SELECT 1;\nSELECT '\xe9';\n")
    with pytest.raises(SourceError, match="line 2: byte 9"):
        open_directory(folder)


def test_a_schema_in_unnumbered_files_is_no_migrations_directory(tmp_path: Path) -> None:
    made.write(tmp_path, {"tables.sql": "", "views.sql": ""})
    assert tool_of(tmp_path) is None
