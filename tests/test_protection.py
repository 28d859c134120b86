"""Which database was really reached, on every major."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from psycopg.conninfo import make_conninfo

from driftwatch.errors import ConnectionFailedError
from driftwatch.protection import identify, is_development, mark_development, reach
from driftwatch.sources.locate import LiveSource, parse_source
from support.installed import MAJORS

if TYPE_CHECKING:
    from support.servers import Databases


def live(conninfo: str) -> LiveSource:
    source = parse_source(conninfo, Path())
    assert isinstance(source, LiveSource)
    return source


@pytest.mark.parametrize("major", [pytest.param(major, marks=pytest.mark.every_major) for major in MAJORS[:-1]] + [18])
def test_a_role_that_may_only_connect_can_identify_a_database_and_see_its_mark(database: Databases, major: int) -> None:
    one, other = database(major), database(major)
    one.execute("DO $$ BEGIN CREATE ROLE only_connects LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    with reach(live(one.conninfo), 5) as owner, reach(live(other.conninfo), 5) as elsewhere:
        mark_development(owner)
        with reach(live(make_conninfo(one.conninfo, user="only_connects")), 5) as reader:
            assert identify(reader) == identify(owner) != identify(elsewhere)
            assert (is_development(reader), is_development(elsewhere)) == (True, False)


def test_a_database_on_another_server_is_another_one(database: Databases) -> None:
    one = database()
    with reach(live(one.conninfo), 5) as connection:
        identity = identify(connection)
    assert identity.system > 0
    assert identity.database == one.name


def test_a_database_out_of_reach_is_told_in_one_line_without_a_password(tmp_path: Path) -> None:
    source = live(f"host={tmp_path},{tmp_path}/x dbname=app password=hunter2")
    with pytest.raises(ConnectionFailedError) as caught, reach(source, 5):
        pass
    assert source.display in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
