from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from driftwatch.diff.compare import compare
from driftwatch.errors import SourceError
from driftwatch.kinds import KINDS
from driftwatch.kinds.schema import Schema
from driftwatch.kinds.table import Table
from driftwatch.model.key import Key, parse_key
from driftwatch.model.snapshot import Server, Snapshot, Unmodelled, Unreadable
from driftwatch.plan.planner import plan
from driftwatch.sources.snapshot_file import dumps, load, save
from support.installed import MAJORS, NEWEST
from support.schemas import load_everything, snapshot_of

if TYPE_CHECKING:
    from pathlib import Path

    from support.servers import Servers

ROWS = (Unmodelled("thing", 'a "name"', "0af3"), Unmodelled("thing", "é", "1"))
TABLE = Table(
    schema="app",
    name="t",
    unlogged=False,
    partition_key=None,
    partition_columns=(),
    access_method=None,
    tablespace=None,
    options=(),
    row_security=False,
    force_row_security=False,
    replica_identity="d",
)
BLIND = (Unreadable("kind", "permission denied"),)


@pytest.fixture(
    scope="module",
    params=[pytest.param(major, marks=() if major == NEWEST else pytest.mark.every_major) for major in MAJORS],
)
def everything(request: pytest.FixtureRequest, server: Servers) -> Snapshot:
    database = server(request.param).create()
    load_everything(database)
    found = snapshot_of(database)
    database.drop()
    return replace(found, unmodelled=ROWS, unreadable=BLIND)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A small snapshot in a file."""
    path = tmp_path / "small.json"
    snapshot = Snapshot(
        {Key("schema", ("app",)): Schema("app"), Key("table", ("app", "t")): TABLE}, Server(180000, "dev")
    )
    save(snapshot, path, KINDS)
    return path


def test_a_snapshot_from_a_file_is_the_one_that_was_saved(everything: Snapshot, tmp_path: Path) -> None:
    save(everything, tmp_path / "s.json", KINDS)
    found = load(tmp_path / "s.json", KINDS)
    assert found == everything
    assert [type(item) for _, item in sorted(found.objects.items())] == [
        type(item) for _, item in sorted(everything.objects.items())
    ]
    assert sorted(found.edges, key=str) == sorted(everything.edges, key=str)
    assert compare(everything, found, KINDS) == ()


def test_a_plan_from_a_file_is_the_plan_from_the_database(everything: Snapshot, tmp_path: Path) -> None:
    save(everything, tmp_path / "s.json", KINDS)
    empty, found = Snapshot({}, everything.server), load(tmp_path / "s.json", KINDS)
    live, filed = (plan(compare(empty, new, KINDS), empty, new, KINDS) for new in (everything, found))
    assert [step.statement.sql for step in filed.steps] == [step.statement.sql for step in live.steps]


def test_the_same_schema_gives_the_same_text(everything: Snapshot, tmp_path: Path) -> None:
    backwards = replace(everything, objects=dict(reversed(list(everything.objects.items()))))
    assert dumps(backwards, KINDS) == dumps(everything, KINDS)
    save(everything, tmp_path / "s.json", KINDS)
    assert dumps(load(tmp_path / "s.json", KINDS), KINDS) == dumps(everything, KINDS)


def test_every_object_has_a_line_of_its_own(everything: Snapshot) -> None:
    text = dumps(everything, KINDS)
    rows = text[text.index('"objects": [') : text.index('"unmodelled": [')].splitlines()[1:-1]
    assert len(rows) == len(everything.objects)
    assert [json.loads(row.rstrip(","))[0] for row in rows] == [key.kind for key in sorted(everything.objects)]


def test_no_password_gets_into_a_file(everything: Snapshot) -> None:
    assert "mapping-hidden" not in dumps(everything, KINDS)
    assert "server-hidden" not in dumps(everything, KINDS)


def test_saving_replaces_a_file_in_one_step_and_leaves_nothing_beside_it(saved: Path) -> None:
    before = saved.stat().st_ino
    save(load(saved, KINDS), saved, KINDS)
    assert saved.stat().st_ino != before
    assert list(saved.parent.iterdir()) == [saved]


def test_a_link_is_followed_when_saving(saved: Path) -> None:
    link = saved.with_name("link.json")
    link.symlink_to(saved)
    save(load(saved, KINDS), link, KINDS)
    assert link.is_symlink()


def test_what_cannot_be_written_is_said_and_leaves_no_half_file(saved: Path) -> None:
    snapshot, missing = load(saved, KINDS), saved.parent / "no" / "s.json"
    with pytest.raises(SourceError, match=r"s\.json can't be written: No such file or directory"):
        save(snapshot, missing, KINDS)
    with pytest.raises(SourceError, match="can't be written: Is a directory"):
        save(snapshot, saved.parent, KINDS)
    assert list(saved.parent.iterdir()) == [saved]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('{"driftwatch_snapshot"', '{"other"', "is no snapshot of driftwatch's"),
        ('{"driftwatch_snapshot": 2', '{"driftwatch_snapshot": 9', "by another version of driftwatch (its format is 9"),
        (
            '"kinds": {\n',
            '"kinds": {\n"wormhole": ["name"],\n',
            "holds kind wormhole, which this driftwatch does not know",
        ),
        ('"partition_key", ', '"flavour", ', "kind table differs in flavour, partition_key"),
        ('"unmodelled": [\n', '"unmodelled": [\n[1]\n', "is damaged: take the snapshot again"),
        ('["table", {', '["table", {"flavour": 1, ', "is damaged: take the snapshot again"),
        ('"kinds": {\n', '"kinds": [],\n"x": {\n', "is damaged: take the snapshot again"),
        ('"objects": [\n', '"objects": [\n}\n', "is damaged or cut short in line "),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error_with_a_next_step(saved: Path, old: str, new: str, message: str) -> None:
    text = saved.read_text()
    assert text.count(old) == 1
    saved.write_text(text.replace(old, new))
    with pytest.raises(SourceError) as error:
        load(saved, KINDS)
    assert str(saved) in str(error.value)
    assert message in str(error.value)


def test_a_file_cut_short_anywhere_is_an_error(saved: Path) -> None:
    content = saved.read_bytes()
    for size in range(0, len(content) - 2, 7):
        saved.write_bytes(content[:size])
        with pytest.raises(SourceError):
            load(saved, KINDS)


def test_a_binary_file_or_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(SourceError, match="is no snapshot"):
        load(tmp_path / "s.json", KINDS)
    with pytest.raises(SourceError, match="can't be read: No such file"):
        load(tmp_path / "t.json", KINDS)


def test_a_kind_that_the_file_was_made_without_is_unreadable_not_empty(saved: Path) -> None:
    lines = saved.read_text().splitlines(keepends=True)
    saved.write_text("".join(line for line in lines if not line.startswith('"view":')))
    (row,) = load(saved, KINDS).unreadable
    assert row.what == "view"
    assert "take the snapshot again" in row.reason


def test_a_dependency_on_nothing_is_an_error(everything: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    text = dumps(everything, KINDS)
    assert '"auto": ["table app.orders"]' in text
    path.write_text(text.replace('"auto": ["table app.orders"]', '"auto": ["table app.odors"]', 1))
    with pytest.raises(SourceError, match=r"damaged: nothing in it is table app\.odors"):
        tuple(load(path, KINDS).edges)


def test_every_key_can_be_read_back_from_its_text(everything: Snapshot) -> None:
    assert [parse_key(str(key)) for key in everything.objects] == list(everything.objects)
