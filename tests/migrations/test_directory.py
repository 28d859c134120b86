"""A folder is known as its tool's, its migrations in that tool's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.errors import MigrationError, SourceError
from driftwatch.migrations import flyway, sqitch
from driftwatch.migrations.directory import FALLBACK, TOOLS, open_directory, tool_of
from driftwatch.migrations.homes import HOMES, may_hold_migrations
from driftwatch.migrations.placeholders import Place
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
        ({}, "is empty: .* 'migrations: {path: .*, tool: plain}'"),
        ({"notes.txt": ""}, "no migration tool's"),
        ({"V1__a.sql": "", "1_b.up.sql": ""}, "Flyway and golang-migrate"),
        ({"1/migration.sql": "", "sqitch.plan": ""}, "Prisma and Sqitch"),
        ({"sqitch.plan": "lost 2024\n"}, "is not there"),
        ({"a.sql": LIQUIBASE, "b.yaml": "databaseChangeLog: [changeSet: {id: 1}]"}, "b.yaml has change sets too"),
        ({"a.sql": LIQUIBASE, "b.sql": "SELECT 1"}, "b.sql does not begin with"),
        ({"a.sql": LIQUIBASE, "V1__b.sql": ""}, "Flyway and Liquibase"),
        ({"committed/000001.sql": "--! Previous: -\n\nSELECT 1"}, "no line '--! Hash"),
        ({"committed/000002.sql": "--! Previous: x\n--! Hash: y\n\nSELECT 1"}, "follows x, and what stands before"),
        ({"1.sql": "-- depends: gone\nSELECT 1", "1.rollback.sql": ""}, "follows 'gone', and no file has it"),
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
            {"m/a.sql": "--liquibase formatted sql\n--changeset a:1 endDelimiter:/\nSELECT 1\n/\n"},
            "only Liquibase can split",
        ),
        (
            {
                "m/committed/1.sql": "--! Previous: -\n--! Hash: x\n\nSELECT 1;\nSELECT ':NOT_SET'",
                ".gmrc": '{\n  // of ours\n  "placeholders": {":NOT_SET": "!ENV"},\n}\n',
            },
            r"line 5: :NOT_SET comes from the variable NOT_SET",
        ),
        ({"m/V1__a.sql": "SELECT 1;\nSELECT '${Who}';\n"}, r"line 2: \$\{Who\} has no value .*FLYWAY_PLACEHOLDERS_WHO"),
        (
            {"m/a.sql": "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\nSELECT '${who}'\n"},
            r"line 4: \$\{who\} has no value .*parameter\.who",
        ),
    ],
)
def test_what_only_the_tool_can_send_is_told(tmp_path: Path, files: dict[str, str], said: str) -> None:
    directory = open_directory(made.write(tmp_path, files) / "m")
    with pytest.raises(MigrationError, match=said):
        directory.tool.piece(directory.migrations[0], Place())


HEAD = "--liquibase formatted sql\n"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.sql": f"{HEAD}--changeset a:1 context:test\nSELECT 1\n"}, "line 2: .*its context .test.*contextFilter"),
        ({"a.sql": f"{HEAD}--changeset a:1 labels:x,y\nSELECT 1\n"}, "its labels .x,y.*labelFilter"),
        ({"a.sql": f"{HEAD}--changeset a:1\n--preconditions onFail:HALT\nSELECT 1\n"}, "line 3: a precondition"),
        ({"a.sql": f"{HEAD}--include file:b.sql\n"}, "line 2: an include"),
        ({"a.sql": HEAD, "b.xml": "<databaseChangeLog><changeSet/></databaseChangeLog>"}, "b.xml has change sets too"),
        ({"b.yaml": "databaseChangeLog:\n- changeSet: {id: 1}\n"}, "b.yaml has change sets too"),
        (
            {
                "a.sql": HEAD,
                "b.sql": HEAD,
                "main.yaml": "databaseChangeLog:\n- include: {file: b.sql}\n- include: {file: a.sql}\n",
            },
            "main.yaml includes files in another order",
        ),
        (
            {"a.sql": HEAD, "m.json": '{"databaseChangeLog": [{"includeAll": {"path": ".", "contextFilter": "x"}}]}'},
            "m.json: what contextFilter says",
        ),
    ],
)
def test_what_only_liquibase_heeds_is_refused_by_name(tmp_path: Path, files: dict[str, str], said: str) -> None:
    with pytest.raises(MigrationError, match=said):
        open_directory(made.write(tmp_path, files))


@pytest.mark.parametrize(
    ("settings", "runs"),
    [
        ("contexts:\nlabels:\n", ["1", "2", "3", "4"]),
        ("contexts: prod\nlabelFilter: a and !b\n", ["2", "4"]),
        ("context-filter: test, dev\nlabel-filter: (a or c) and not d\n", ["1", "3", "4"]),
    ],
)
def test_contexts_and_labels_choose_as_liquibase_s_settings_say(tmp_path: Path, settings: str, runs: list[str]) -> None:
    sets = ["context:test labels:a", "context:!test", 'contextFilter:"dev and test" labels:"b, c"', ""]
    text = "".join(f"--changeset x:{n} {said}\nSELECT 1\n" for n, said in enumerate(sets, 1))
    made.write(tmp_path, {"liquibase.properties": settings, "m/a.sql": HEAD + text})
    assert [each.version.split("::")[1] for each in open_directory(tmp_path / "m").migrations] == runs


def test_placeholders_are_filled_in_from_the_tool_s_own_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLYWAY_PLACEHOLDERS_FROM_OUTSIDE", "outside")
    monkeypatch.setenv("OWN", "own")
    place = Place("base", "me", "app")
    made.write(
        tmp_path,
        {
            "f/flyway.conf": "flyway.placeholders.a=one\nflyway.placeholders.b=two\n",
            "f/flyway.toml": '[flyway]\nlocations = ["filesystem:m"]\n[flyway.placeholders]\nb = "three"\n',
            "f/m/V1__a.sql": "${A} ${b} ${from_outside} ${c} ${flyway:database}.${flyway:defaultSchema} ${flyway:user}",
            "f/m/V2__b.sql": "${left}",
            "f/m/V2__b.sql.conf": "placeholderReplacement=false",
            "g/.gmrc": '{"placeholders": {":OWN": "!ENV", ":OWN_TOO": "too"}}',
            "g/m/committed/1.sql": "--! Previous: -\n--! Hash: x\n\n"
            ":OWN :OWN_TOO :C ::text :DATABASE_NAME :DATABASE_OWNER",
            "l/liquibase.properties": "parameter.a: one\n",
            "l/m/a.sql": f"{HEAD}--property name:b value:two\n--property name:d value:here global:false\n"
            "--changeset x:1\n'${a} ${b} ${c} ${d}'; $$ -- a comment\n$$ '-- none'",
            "l/m/b.sql": f"{HEAD}--property name:b value:late\n--changeset x:2 stripComments:false\n${{b}} $$ -- ''",
        },
    )

    def pieces(folder: str) -> list[str]:
        directory = open_directory(tmp_path / folder / "m", given={"c": "given", "C": "given"})
        return [directory.tool.piece(each, place).sql.strip() for each in directory.migrations]

    assert pieces("f") == ["one three outside given base.app me", "${left}"]
    assert pieces("g") == ["own too given ::text base me"]
    assert pieces("l") == ["'one two given here'; $$ \n$$ '-- none'", "two $$ -- ''"]


def test_dependencies_alone_do_not_tell_whose_a_directory_is(tmp_path: Path) -> None:
    files = {
        "0001_a.sql": "SELECT 1;\n-- depends: on nothing, a comment\n",
        "0002_b.sql": "-- depends: 0001_a\nSELECT 2;\n",
    }
    made.write(tmp_path / "m", {"0001_a.sql": files["0001_a.sql"]})
    assert open_directory(tmp_path / "m").tool.name == "plain SQL"
    made.write(tmp_path / "m", files)
    with pytest.raises(MigrationError, match=r"0002_b.sql says what it depends on.*tool: yoyo"):
        open_directory(tmp_path / "m")
    assert open_directory(tmp_path / "m", "yoyo").tool.name == "yoyo"
    assert open_directory(tmp_path / "m", "plain").tool.name == "plain SQL"
    made.write(tmp_path, {"yoyo.ini": "[DEFAULT]\nsources = m\n"})
    assert open_directory(tmp_path / "m").tool.name == "yoyo"
    made.write(tmp_path / "n", {"20240131_01_x7Rf2-a.sql": "SELECT 1;\n"})
    assert open_directory(tmp_path / "n").tool.name == "yoyo"


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    folder = made.flyway(tmp_path / "m", "SELECT 1")
    (folder / "V1__step1.sql").write_bytes(b"SELECT 1;\nSELECT '\xe9';\n")
    with pytest.raises(SourceError, match="line 2: byte 9"):
        open_directory(folder)


def test_a_schema_in_unnumbered_files_is_no_migrations_directory(tmp_path: Path) -> None:
    made.write(tmp_path, {"tables.sql": "", "views.sql": ""})
    assert tool_of(tmp_path) is None


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("flyway.table=history", "table=history"),
        ("flyway.sqlMigrationPrefix=D", "sqlmigrationprefix=D"),
        ("flyway.sqlMigrationSuffixes=.pgsql", "sqlmigrationsuffixes=.pgsql"),
    ],
)
def test_a_flyway_project_with_other_names_is_refused(tmp_path: Path, setting: str, told: str) -> None:
    folder = made.flyway(tmp_path / "m", made.INIT)
    (tmp_path / "flyway.conf").write_text(f"{setting}\n", encoding="utf-8")
    with pytest.raises(MigrationError, match=f"Flyway's setting {told} is not followed here"):
        open_directory(folder)
    (tmp_path / "flyway.conf").write_text("flyway.table=flyway_schema_history\n", encoding="utf-8")
    assert len(open_directory(folder).migrations) == 1


def test_flyway_s_variables_are_looked_at_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLYWAY_TABLE", "history")
    with pytest.raises(MigrationError, match="table=history is not followed here: only table=flyway_schema_history is"):
        open_directory(made.flyway(tmp_path / "m", made.INIT))


def test_every_tool_s_usual_place_is_known_without_the_tools(tmp_path: Path) -> None:
    homes = {home for tool in (*TOOLS, FALLBACK) for home in tool.homes}
    assert {sqitch.PLAN if home == "." else home for home in homes} == set(HOMES)
    assert not may_hold_migrations(tmp_path)
    made.write(tmp_path, {sqitch.PLAN: ""})
    assert may_hold_migrations(tmp_path)
