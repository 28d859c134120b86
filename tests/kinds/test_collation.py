from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS
from driftwatch.model.key import Key

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Databases, Servers


@pytest.mark.every_major
@pytest.mark.parametrize("major", [14, 15, 16, 17])
def test_locale_is_the_same_whichever_column_a_major_keeps_it_in(
    major: int, server: Servers, database: Databases, snapshot: Reads
) -> None:
    made = database(major)
    if server(major).lacks(["icu"]):
        pytest.skip(f"PostgreSQL {major} here is without ICU")
    made.execute("CREATE COLLATION c (PROVIDER = icu, LOCALE = 'de-u-co-phonebk', DETERMINISTIC = false)")

    collation = snapshot(made).objects[Key("collation", ("public", "c"))]

    assert (collation.provider, collation.deterministic, collation.locale) == ("icu", False, "de-u-co-phonebk")
    assert (collation.lc_collate, collation.lc_ctype, collation.rules) == (None, None, None)


def test_version_of_the_servers_libraries_is_no_drift(database: Databases, snapshot: Reads) -> None:
    left, right = database(), database()
    for each in (left, right):
        each.execute("CREATE COLLATION c (LC_COLLATE = 'C', LC_CTYPE = 'POSIX')")
    right.execute("UPDATE pg_collation SET collversion = '1' WHERE collname = 'c'")

    changes = compare(snapshot(left), snapshot(right), KINDS)

    assert [attribute.name for change in changes for attribute in change.information] == ["version"]
    assert not drift(changes)


def test_collation_is_replaced_under_the_columns_and_types_that_it_sorts(way: Plans) -> None:
    users = """CREATE DOMAIN d AS text COLLATE c; CREATE TYPE p AS (a text COLLATE c);
               CREATE TABLE t (a text COLLATE c, b d, c p); CREATE INDEX ON t (a)"""

    way(f"CREATE COLLATION c (LOCALE = 'C'); {users}", f"CREATE COLLATION c (LOCALE = 'POSIX'); {users}")
