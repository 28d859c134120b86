"""Which database was really reached, on every major."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from psycopg.conninfo import make_conninfo

from driftwatch.errors import ConfigError, ConnectionFailedError
from driftwatch.protection import identify, is_development, mark_development, reach
from driftwatch.sources.locate import LiveSource, parse_source
from support.engine import changes_between
from support.installed import MAJORS
from support.schemas import snapshot_of

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


@pytest.mark.parametrize("comment", ["", "Ours.\nAll of it."])
def test_an_owner_who_is_no_superuser_marks_it_by_its_comment(database: Databases, comment: str) -> None:
    one = database()
    one.server.ensure_roles(["mere_owner"])
    one.execute(f"ALTER ROLE mere_owner LOGIN; ALTER DATABASE {one.name} OWNER TO mere_owner")
    one.execute(f"COMMENT ON DATABASE {one.name} IS '{comment}'")
    before = snapshot_of(one)
    with reach(live(make_conninfo(one.conninfo, user="mere_owner")), 5) as owner:
        assert not is_development(owner)
        mark_development(owner)
        assert is_development(owner)
    # What is compared, and might be migrated to another database, is the comment without it.
    assert changes_between(before, snapshot_of(one)) == ()


def test_who_does_not_own_it_is_told_who_does(database: Databases) -> None:
    one = database()
    one.server.ensure_roles(["passer_by"])
    one.execute("ALTER ROLE passer_by LOGIN")
    with (
        reach(live(make_conninfo(one.conninfo, user="passer_by")), 5) as reader,
        pytest.raises(ConfigError, match=r"only the owner of .*, the role driftwatch_superuser, may mark it"),
    ):
        mark_development(reader)
