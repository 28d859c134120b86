"""What a text names."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from driftwatch.errors import SourceError
from driftwatch.sources.locate import LiveSource, SnapshotSource, SqlSource, parse_source

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("schema.sql", "UPPER.SQL", "prod.snapshot.json", "prod.snapshot", "dump.backup"):
        (tmp_path / name).touch()
    (tmp_path / "migrations").mkdir()
    return tmp_path


@pytest.mark.parametrize("text", ["schema.sql", "UPPER.SQL", "migrations", "migrations/../schema.sql", "."])
def test_an_sql_file_and_a_folder_are_sql(folder: Path, text: str) -> None:
    assert parse_source(text, folder) == SqlSource(folder / text, text)


@pytest.mark.parametrize("text", ["prod.snapshot", "prod.snapshot.json"])
def test_a_snapshot_is_known_by_its_suffix(folder: Path, text: str) -> None:
    assert parse_source(text, folder) == SnapshotSource(folder / text, text)


def test_an_absolute_path_stands_for_itself(folder: Path) -> None:
    path = folder / "schema.sql"
    assert parse_source(str(path), folder / "migrations") == SqlSource(path, str(path))


def test_a_connection_is_live_and_hides_its_password(folder: Path) -> None:
    source = parse_source(" postgresql+psycopg://u:hunter2@db/app?schema=a&pgbouncer=true\n", folder)
    assert isinstance(source, LiveSource)
    assert source.conninfo == {"user": "u", "password": "hunter2", "host": "db", "dbname": "app"}
    assert repr(source) == "LiveSource(display='db/app', schemas=('a',), pooled=True)"


def test_a_source_is_a_value(folder: Path) -> None:
    one, other = (parse_source("postgresql://u:p@db/app", folder) for _ in range(2))
    assert len({one, other}) == 1
    assert pickle.loads(pickle.dumps(one)) == other  # noqa: S301 - made in the line itself


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("shema.sql", "there is no file 'shema.sql' in .*, did you mean 'schema.sql'?"),
        ("nowhere/schema.sql", "there is no file 'nowhere/schema.sql'"),
        ("dump.backup", r"dump.backup is no source: give a \.sql file"),
        ("mysql://u:hunter2@db/app", "^mysql:// is no PostgreSQL connection: give a postgresql:// URL$"),
        ("jdbc:postgresql://db/app?password=hunter2", "^jdbc:postgresql:// is no PostgreSQL connection"),
        ("prisma+postgres://x?api_key=hunter2", "give the database's own postgresql:// URL"),
        ("usr=me password=hunter2", "looks like a misspelt connection"),
        ("u:hunter2@db/app", "looks like a misspelt connection"),
        ("postgresql:/u:hunter2@db/app", "looks like a misspelt connection"),
    ],
)
def test_what_is_no_source_is_one_clear_sentence_without_a_password(folder: Path, text: str, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence) as caught:
        parse_source(text, folder)
    assert "hunter2" not in str(caught.value)
