"""What is read back of what a proof built, and what a copy is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import connect

from driftwatch.kinds import KINDS
from driftwatch.model.key import Key
from driftwatch.shadow.databases import ShadowSettings, open_shadow
from driftwatch.verify import build
from driftwatch.verify.prove import Built, complete

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

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
