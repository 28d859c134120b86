from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS
from driftwatch.model.key import Key

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases


def test_version_is_told_and_is_no_drift(database: Databases, snapshot: Reads) -> None:
    old, new = database(), database()
    old.execute("CREATE EXTENSION hstore VERSION '1.4'")
    new.execute("CREATE EXTENSION hstore")

    (change,) = compare(snapshot(old), snapshot(new), KINDS)

    assert [attribute.name for attribute in change.information] == ["version"]
    assert not drift([change])


def test_relocatable_extension_moves_with_what_uses_it(way: Plans) -> None:
    table = "CREATE TABLE t (h {}.hstore)"

    plan = way(
        f"CREATE EXTENSION hstore SCHEMA a; {table.format('a')}",
        f"CREATE EXTENSION hstore SCHEMA b; {table.format('b')}",
        both="CREATE SCHEMA a; CREATE SCHEMA b",
    )

    assert "ALTER EXTENSION hstore SET SCHEMA b" in [step.statement.sql for step in plan.steps]
    assert not [step for step in plan.steps if step.key == Key("extension", ("hstore",)) and step.verb != "alter"]


def test_members_are_nobodys_but_the_extensions(database: Databases, snapshot: Reads) -> None:
    empty, full = database(), database()
    full.execute("CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE EXTENSION postgres_fdw")

    added = snapshot(full).objects.keys() - snapshot(empty).objects.keys()

    assert {key.kind for key in added} == {"extension"}
