"""What is read back of what a proof built, and what a copy is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg import connect

from driftwatch.kinds import KINDS
from driftwatch.model.change import AttributeChange, Change, Verb
from driftwatch.model.key import Key
from driftwatch.shadow.databases import ShadowSettings, open_shadow
from driftwatch.verify import build
from driftwatch.verify.prove import Built, complete

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.shadow.contract import ShadowDatabase

NAMES = [kind.name for kind in KINDS]


def test_of_a_part_its_kinds_are_looked_for_and_what_no_dump_tells_of() -> None:
    part = frozenset({Key("view", ("public", "v")), Key("column", ("public", "t", "c"))})
    found = {kind.name for kind in build.in_play(KINDS, part)}
    assert {"view", "column", "database", "database_setting", "subscription"} <= found
    assert not found & {"table", "sequence", "event_trigger"}
    assert [kind.name for kind in build.in_play(KINDS, None)] == NAMES


def test_a_copy_is_built_on_only_where_it_lacks_something(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def noted(database: ShadowDatabase, wanted: Snapshot, kinds: Sequence[Kind]) -> Snapshot | build.Refused:
        built.append(database.name)
        return really(database, wanted, kinds)

    really = build.build
    monkeypatch.setattr(build, "build", noted)
    with open_shadow(ShadowSettings()) as shadow, shadow.create_database() as plain, shadow.create_database() as own:
        with connect(own.conninfo, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {own.name} SET work_mem = '5MB'".encode())
        for original in (plain, own):
            snapshot = build.snapshot_of(original, KINDS)
            with shadow.create_database(original.name) as copy:
                assert complete(copy, Built(original, snapshot), KINDS) is None
                assert build.snapshot_of(copy, KINDS).objects == snapshot.objects
                assert built == ([copy.name] if original is own else [])


@pytest.mark.parametrize(
    ("old", "new", "worded"),
    [
        ("SELECT t.a FROM t", "SELECT a FROM t", True),
        (("VALUES (1)",), ("VALUES (1::integer)",), True),
        (True, False, False),
        (1, 2, False),
        ("c", "a", False),
        (None, "SELECT a FROM t", False),
        ("SELECT a FROM t", "", False),
        ((), ("fillfactor=70",), False),
    ],
)
def test_only_text_on_both_sides_has_two_wordings(old: object, new: object, worded: bool) -> None:  # noqa: FBT001
    attributes = AttributeChange("definition", "one text", "another"), AttributeChange("other", old, new)
    change = Change(Key("view", ("public", "v")), Verb.ALTER, attributes=attributes)
    assert build.worded(change) is worded
