from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.shadow.databases import ShadowSettings, open_shadow
from driftwatch.shadow.extension_files import DECLARING, ExtensionFolder, system_extensions
from driftwatch.shadow.extensions import Extension, StandIn, available, installed, read_extensions
from driftwatch.shadow.known_extensions import known_extensions
from driftwatch.shadow.server import launch

if TYPE_CHECKING:
    from pathlib import Path

    from driftwatch.shadow.binaries import Binaries
    from driftwatch.shadow.contract import Shadow, ShadowDatabase
    from support.servers import Databases, Servers

MAJORS = [14, *(pytest.param(major, marks=pytest.mark.every_major) for major in (15, 16, 17)), 18]

MEMBERS = """
CREATE SCHEMA "of its own";
CREATE FUNCTION plain(a int, b text DEFAULT 'x''y') RETURNS text LANGUAGE sql STABLE AS 'SELECT $2';
CREATE FUNCTION "of its own"."quo""ted"(VARIADIC int[]) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS 'SELECT 1';
CREATE FUNCTION several(OUT a int, OUT b text) LANGUAGE sql PARALLEL RESTRICTED AS 'SELECT 1, NULL::text';
CREATE FUNCTION rows(int) RETURNS TABLE (a int, b numeric(5,2)) LANGUAGE sql AS 'SELECT 1, 2.0';
CREATE FUNCTION many() RETURNS SETOF text LANGUAGE sql AS 'SELECT NULL::text';
CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION any_array(anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $1[1]';
CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE PROCEDURE acts(a int, INOUT b int DEFAULT 1) LANGUAGE sql AS 'SELECT 1';
CREATE TYPE pair AS (a int, b int);
CREATE FUNCTION pairs(pair) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION pairs_many(pair[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE settings (a int);
CREATE AGGREGATE last_of(int) (SFUNC = int4larger, STYPE = int);
"""


def described(conninfo: str, *names: str) -> tuple[Extension, ...]:
    with psycopg.connect(conninfo) as connection:
        return read_extensions(connection, names)


@pytest.mark.parametrize("major", MAJORS)
@pytest.mark.parametrize("name", ["pgcrypto", "uuid-ossp"])
def test_the_shipped_signatures_are_the_real_ones(database: Databases, major: int, name: str) -> None:
    live = database(major)
    live.execute(f'CREATE EXTENSION "{name}"')
    (real,) = described(live.conninfo, name)
    (known,) = (extension for extension in known_extensions(major) if extension.name == name)
    assert set(known.routines) == set(real.routines)
    assert (known.version, known.comment) == (real.version, real.comment)
    assert real.uncovered == ()


def test_the_embedded_server_gives_stand_ins_for_what_it_lacks(empty: ShadowDatabase) -> None:
    with psycopg.connect(empty.owner_conninfo, autocommit=True) as connection:
        connection.execute('CREATE SCHEMA x; CREATE EXTENSION pgcrypto SCHEMA x; CREATE EXTENSION "uuid-ossp"')
        made = connection.execute("SELECT uuid_generate_v4() <> uuid_generate_v4(), x.digest('a', 'sha1')").fetchone()
    assert made == (True, None)
    assert empty.shadow.stand_ins(empty) == (StandIn("extension", "pgcrypto"), StandIn("extension", "uuid-ossp"))


@pytest.mark.parametrize("major", MAJORS)
def test_a_server_that_has_the_real_extension_gives_no_stand_in(server: Servers, major: int) -> None:
    assert server(major).major == major
    with open_shadow(ShadowSettings(), wanted_major=major) as shadow, shadow.create_database() as made:
        with psycopg.connect(made.owner_conninfo) as connection:
            connection.execute("CREATE EXTENSION pgcrypto")
            row = connection.execute("SELECT encode(digest('a', 'md5'), 'hex')").fetchone()
        assert row == ("0cc175b9c0f1b6a831c399e269772661",)
        assert shadow.stand_ins(made) == ()


def rare_extension(binaries: Binaries) -> Extension:
    """How a server that has an extension of these members describes it."""
    with launch(binaries) as live:
        folder = live.folder / "share/extension"
        (folder / "rare.control").write_text("default_version = '2.1'\nrelocatable = false\ncomment = 'it''s rare'\n")
        (folder / "rare--2.1.sql").write_text(MEMBERS)
        for file in folder.glob("rare*"):
            file.chmod(0o644)
        with psycopg.connect(live.conninfo()) as connection:
            connection.execute("CREATE SCHEMA made; CREATE EXTENSION rare SCHEMA made")
        (extension,) = described(live.conninfo(), "rare")
    return extension


@pytest.mark.parametrize("major", MAJORS)
def test_a_live_extension_gets_a_stand_in_with_the_same_signatures(server: Servers, major: int) -> None:
    real = rare_extension(server(major).binaries)
    with open_shadow(ShadowSettings(), wanted_major=major) as shadow, shadow.create_database() as made:
        provision = shadow.provide_extensions([real])
        assert provision.missing == frozenset()
        with psycopg.connect(made.owner_conninfo) as connection:
            connection.execute("CREATE SCHEMA made; CREATE EXTENSION rare SCHEMA made")
        (copy,) = described(made.conninfo, "rare")
        with psycopg.connect(made.owner_conninfo) as connection:
            calls = 'SELECT made.plain(1), "of its own"."quo""ted"(1, 2), made.several(), made.any_array(ARRAY[1])'
            assert connection.execute(calls).fetchone() is not None
            connection.execute("SELECT made.nothing(); CALL made.acts(1, 2); SELECT * FROM made.rows(1), made.many()")
    assert copy.routines == real.routines
    assert copy.schemas == real.schemas == ("of its own",)
    assert (copy.version, copy.relocatable, copy.comment) == ("2.1", False, "it's rare")
    assert provision.stand_ins == (StandIn("extension", "rare", real.uncovered),)
    assert set(real.uncovered) == {
        "type made.pair",
        "table made.settings",
        "function made.pairs(made.pair)",
        "function made.pairs_many(made.pair[])",
        "function made.last_of(integer)",
    }


@pytest.mark.parametrize("major", [14, 18])
def test_modules_that_only_declare_can_be_installed_by_the_owner(server: Servers, major: int) -> None:
    assert server(major).major == major
    with (
        open_shadow(ShadowSettings(), wanted_major=major) as shadow,
        shadow.create_database() as made,
        psycopg.connect(made.owner_conninfo, autocommit=True) as connection,
    ):
        wanted = available(connection) & set(DECLARING)
        assert {"pgstattuple", "postgres_fdw", "pg_stat_statements"} <= wanted
        for name in sorted(wanted):
            connection.execute(f'CREATE EXTENSION "{name}" CASCADE')
        connection.execute("CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw")
        assert wanted <= installed(connection)


def test_the_servers_own_files_are_left_as_they_are(server: Servers, tmp_path: Path) -> None:
    binaries = server(15).binaries
    own = system_extensions(binaries)
    assert own is not None
    before = {file.name: file.read_bytes() for file in own.iterdir()}
    folder = ExtensionFolder(tmp_path / "share", binaries)
    folder.add(Extension("rare", "1.0"))
    assert "trusted = true" in (tmp_path / "share/extension/pgstattuple.control").read_text()
    assert {file.name: file.read_bytes() for file in own.iterdir()} == before


def test_collations_of_other_builds_get_a_stand_in_by_name(shadow: Shadow, empty: ShadowDatabase) -> None:
    made = shadow.provide_collations(empty, ["de-x-icu", "C"])
    assert made.stand_ins == (StandIn("collation", "de-x-icu"),)
    with psycopg.connect(empty.owner_conninfo) as connection:
        connection.execute('CREATE TABLE t (a text COLLATE "de-x-icu")')


@pytest.mark.parametrize("name", ["a/b", "..", "a--b"])
def test_a_name_that_would_leave_the_folder_is_refused(shadow: Shadow, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        shadow.provide_extensions([Extension(name, "1.0")])
