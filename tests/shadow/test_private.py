from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import errors

from driftwatch.errors import ShadowError
from driftwatch.shadow.databases import ShadowSettings, open_shadow

if TYPE_CHECKING:
    from driftwatch.shadow.contract import Shadow, ShadowDatabase
    from support.servers import Servers


def rows(conninfo: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(conninfo) as connection:
        return connection.execute(query).fetchall()


def names(shadow: Shadow, database: ShadowDatabase) -> set[object]:
    assert shadow.private
    return {name for (name,) in rows(database.conninfo, "SELECT datname FROM pg_database")}


@pytest.mark.parametrize(
    "major", [14, *(pytest.param(major, marks=pytest.mark.every_major) for major in (15, 16, 17)), 18]
)
def test_the_shadow_has_the_wanted_major(server: Servers, major: int) -> None:
    assert server(major).major == major
    with open_shadow(ShadowSettings(), wanted_major=major) as shadow, shadow.create_database() as database:
        assert shadow.major == major
        assert rows(database.conninfo, "SHOW server_version_num")[0][0].startswith(str(major))  # type: ignore[attr-defined]


def test_a_copy_has_what_its_template_has_and_nothing_is_shared(shadow: Shadow, empty: ShadowDatabase) -> None:
    with psycopg.connect(empty.owner_conninfo) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS a")
    with shadow.create_database(empty.name) as copy:
        with psycopg.connect(copy.owner_conninfo) as connection:
            connection.execute("INSERT INTO kept VALUES (2)")
        assert rows(copy.conninfo, "SELECT a FROM kept") == [(1,), (2,)]
    assert rows(empty.conninfo, "SELECT a FROM kept") == [(1,)]


def test_a_dropped_database_is_gone_with_its_sessions(shadow: Shadow, empty: ShadowDatabase) -> None:
    database = shadow.create_database()
    with psycopg.connect(database.owner_conninfo):
        database.drop()
        database.drop()
    assert database.name not in names(shadow, empty)


def test_a_database_with_a_subscription_can_be_dropped(shadow: Shadow, empty: ShadowDatabase) -> None:
    database = shadow.create_database()
    with psycopg.connect(database.conninfo) as connection:
        connection.execute("CREATE SUBSCRIPTION s CONNECTION 'host=/nowhere' PUBLICATION p WITH (connect = false)")
    database.drop()
    assert database.name not in names(shadow, empty)


def test_a_reset_database_is_empty(shadow: Shadow) -> None:
    with shadow.create_database() as database:
        with psycopg.connect(database.owner_conninfo) as connection:
            connection.execute("CREATE TABLE gone ()")
        database.reset()
        assert rows(database.owner_conninfo, "SELECT to_regclass('gone')") == [(None,)]


def test_databases_can_be_made_by_several_threads_at_once(shadow: Shadow) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: shadow.create_database(), range(4)))
    assert len({database.name for database in made}) == 4
    for database in made:
        database.drop()


def test_shadows_of_a_process_share_a_server_until_the_last_one_closes(shadow: Shadow) -> None:
    with open_shadow(ShadowSettings()) as other:
        assert other.server is shadow.server  # type: ignore[attr-defined]
    with shadow.create_database() as database:
        assert rows(database.conninfo, "SELECT 1") == [(1,)]


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
        "SET ROLE driftwatch_superuser",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'abort'",
        "ALTER SYSTEM SET fsync = on",
        "CREATE ROLE more",
        "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION x()",
    ],
)
def test_the_owner_has_no_rights_outside_of_its_database(empty: ShadowDatabase, statement: str) -> None:
    with (
        psycopg.connect(empty.owner_conninfo, autocommit=True) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_a_trusted_file_is_loaded_as_superuser() -> None:
    with open_shadow(ShadowSettings(trust=True)) as shadow, shadow.create_database() as database:
        assert rows(database.owner_conninfo, "SHOW is_superuser") == [("on",)]


def test_missing_roles_are_made_without_login_and_can_own_things(shadow: Shadow, empty: ShadowDatabase) -> None:
    assert shadow.ensure_roles(["app", 'od"d; name', "app"]) == frozenset()
    assert shadow.ensure_roles(["app"]) == frozenset()
    found = rows(empty.conninfo, "SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname IN ('app', 'od\"d; name')")
    assert found == [(False, False)] * 2


def test_a_reserved_name_is_told_as_missing(shadow: Shadow) -> None:
    assert shadow.ensure_roles(["pg_of_the_future", "present"]) == {"pg_of_the_future"}


def test_one_role_wanted_by_several_threads_is_usable_by_all(shadow: Shadow, empty: ShadowDatabase) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: shadow.ensure_roles(["wanted_by_all"]), range(4))) == {frozenset()}
    with shadow.loading(empty), psycopg.connect(empty.owner_conninfo) as connection:
        connection.execute("CREATE TABLE t (); ALTER TABLE t OWNER TO wanted_by_all")


def test_the_servers_complaint_is_an_error_of_ours(shadow: Shadow) -> None:
    with pytest.raises(ShadowError, match="no_such_template"):
        shadow.create_database("no_such_template")
