from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.errors import SourceError, SqlLoadError
from driftwatch.shadow.databases import ShadowSettings, open_shadow
from driftwatch.shadow.extensions import StandIn
from driftwatch.sources.sql_files import LoadedSql, load_sql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from driftwatch.shadow.contract import Shadow, ShadowDatabase
    from support.servers import Databases, Servers


@pytest.fixture(scope="module")
def shadow() -> Iterator[Shadow]:
    with open_shadow(ShadowSettings()) as opened:
        yield opened


@pytest.fixture
def empty(shadow: Shadow) -> Iterator[ShadowDatabase]:
    with shadow.create_database() as database:
        yield database


def file(folder: Path, text: str | bytes, name: str = "schema.sql") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def rows(database: ShadowDatabase, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database.conninfo) as connection:
        return connection.execute(query).fetchall()


def relations(database: ShadowDatabase) -> list[object]:
    query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
    return [name for (name,) in rows(database, query)]


def refused(database: ShadowDatabase, path: Path) -> str:
    with pytest.raises(SqlLoadError) as caught:
        load_sql(database, path)
    text = str(caught.value)
    assert "\n" not in text
    return text


# What is loaded


def test_a_file_is_loaded_with_its_data_by_the_databases_owner(empty: ShadowDatabase, tmp_path: Path) -> None:
    text = "CREATE TABLE t (a text);\nCOPY t FROM stdin;\none\n\\\\two; \\\\! true\n\\.\nINSERT INTO t VALUES ('three')"
    assert load_sql(empty, file(tmp_path, text)) == LoadedSql()
    assert rows(empty, "SELECT a, tableowner FROM t, pg_tables WHERE tablename = 't'") == [
        (value, "driftwatch_owner") for value in ("one", "\\two; \\! true", "three")
    ]


def test_files_of_a_folder_are_loaded_in_name_order_each_in_its_own_session(
    empty: ShadowDatabase, tmp_path: Path
) -> None:
    file(tmp_path, "SET search_path = nowhere;\nCREATE TABLE public.a ();", "1.sql")
    file(tmp_path, "CREATE TABLE b () INHERITS (a);", "2.SQL")
    file(tmp_path, "this is no SQL", "notes.txt")
    load_sql(empty, tmp_path)
    assert relations(empty) == ["a", "b"]


def test_load_sql_lists_the_files_and_their_order(empty: ShadowDatabase, tmp_path: Path) -> None:
    listing = "-- first\n\\set ON_ERROR_STOP on\nSET search_path = app;\n\\ir 'of app''s/z.sql'\n\\ir a.sql\n"
    file(tmp_path, "CREATE SCHEMA app;\n" + listing, "load.sql")
    file(tmp_path, "CREATE TABLE z ()", "of app's/z.sql")
    file(tmp_path, "CREATE TABLE a () INHERITS (z) -- and no more", "a.sql")
    file(tmp_path, "SELECT 1/0", "unlisted.sql")
    load_sql(empty, tmp_path)
    assert rows(empty, "SELECT 'app.a'::regclass::text, 'app.z'::regclass::text") == [("app.a", "app.z")]


def test_load_sql_lists_no_file_outside_of_its_folder(empty: ShadowDatabase, tmp_path: Path) -> None:
    file(tmp_path, "SELECT 1", "outside.sql")
    file(tmp_path, "\\ir ../outside.sql\n", "inside/load.sql")
    with pytest.raises(SourceError, match=r"load\.sql, line 1: .*outside of the folder"):
        load_sql(empty, tmp_path / "inside")


def test_prisma_migrations_are_each_sent_as_one_query(empty: ShadowDatabase, tmp_path: Path) -> None:
    file(tmp_path, 'provider = "postgresql"\n', "migration_lock.toml")
    file(tmp_path, "CREATE TABLE a (); CREATE TABLE b ();", "10_more/migration.sql")
    file(tmp_path, "CREATE TABLE c (); INSERT INTO c DEFAULT VALUES", "1_init/migration.sql")
    file(tmp_path, "not sql", "1_init/README.sql")
    load_sql(empty, tmp_path)
    assert relations(empty) == ["a", "b", "c"]


def test_a_prisma_migration_that_fails_leaves_nothing_of_itself(empty: ShadowDatabase, tmp_path: Path) -> None:
    file(tmp_path, "CREATE TABLE kept ();", "1/migration.sql")
    broken = file(tmp_path, "CREATE TABLE lost ();\nSELECT\n  nosuch;\n", "2/migration.sql")
    assert f'{broken}, line 3: column "nosuch" does not exist (42703)' in refused(empty, tmp_path)
    assert relations(empty) == ["kept"]


def test_what_prisma_cannot_run_in_a_query_of_several_statements_fails_here_too(
    empty: ShadowDatabase, tmp_path: Path
) -> None:
    file(tmp_path, "CREATE TABLE t (a int); CREATE INDEX CONCURRENTLY i ON t (a);", "1/migration.sql")
    assert "CREATE INDEX CONCURRENTLY cannot" in refused(empty, tmp_path)


def test_a_dump_of_an_older_major_is_loaded_back(
    server: Servers, database: Databases, empty: ShadowDatabase, tmp_path: Path
) -> None:
    live, pg_dump = database(14), server(14).binaries.program("pg_dump")
    live.execute(
        f"CREATE ROLE dump_owner; CREATE ROLE dump_reader; GRANT CREATE ON DATABASE {live.name} TO dump_owner;"
        "ALTER SCHEMA public OWNER TO dump_owner; SET ROLE dump_owner; CREATE SCHEMA app;"
        "CREATE EXTENSION citext SCHEMA app; COMMENT ON SCHEMA public IS 'ours';"
        "CREATE TABLE app.t (a int, b app.citext DEFAULT 'é'); INSERT INTO app.t VALUES (1, E'tab\\t'), (2, NULL);"
        "CREATE TABLE u (); GRANT SELECT ON u TO dump_reader"
    )
    dumped = dump(pg_dump, live.conninfo)
    assert "\\restrict" in dumped
    made = load_sql(empty, file(tmp_path, dumped))
    assert made.roles == {"dump_owner", "dump_reader"}
    assert dump(pg_dump, empty.conninfo) == dumped


def dump(program: Path, conninfo: str, *options: str) -> str:
    command = [str(program), "--restrict-key=k", *options, "-d", conninfo]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("-- Dumped"))


def test_a_setting_of_newer_dumps_does_not_stop_an_older_server(server: Servers, tmp_path: Path) -> None:
    path = file(tmp_path, "SET transaction_timeout = 0;\nCREATE TABLE t ();\n")
    assert server(14).major == 14
    with open_shadow(ShadowSettings(), wanted_major=14) as older, older.create_database() as database:
        load_sql(database, path)
        assert relations(database) == ["t"]


# What the shadow lacks


def test_roles_that_the_file_names_are_made(empty: ShadowDatabase, tmp_path: Path) -> None:
    text = """
    CREATE SCHEMA app AUTHORIZATION first;
    CREATE TABLE app.t (a int);
    ALTER TABLE app.t OWNER TO "se""cond";
    CREATE TABLE public.u ();
    ALTER TABLE public.u OWNER TO postgres;
    GRANT SELECT ON app.t TO third;
    CREATE POLICY p ON public.u TO fourth;
    ALTER DEFAULT PRIVILEGES FOR ROLE first GRANT SELECT ON TABLES TO third;
    """
    made = load_sql(empty, file(tmp_path, text))
    assert made.roles == {"first", 'se"cond', "third", "fourth", "postgres"}
    owners = "SELECT relowner::regrole::text FROM pg_class WHERE oid IN ('app.t'::regclass, 'u'::regclass) ORDER BY 1"
    assert rows(empty, owners) == [('"se""cond"',), ("postgres",)]


def test_helping_owners_along_leaves_no_trace(empty: ShadowDatabase, tmp_path: Path) -> None:
    before = rows(empty, "SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname !~ 'toast' ORDER BY 1")
    text = (
        "CREATE SCHEMA a; CREATE SCHEMA b AUTHORIZATION of_b; ALTER SCHEMA a OWNER TO of_a;"
        "GRANT USAGE ON SCHEMA b TO of_a"
    )
    load_sql(empty, file(tmp_path, text))
    after = rows(empty, "SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname !~ 'toast' ORDER BY 1")
    assert [row for row in after if row not in before] == [("a", None), ("b", "{of_b=UC/of_b,of_a=U/of_b}")]
    assert rows(empty, "SELECT FROM pg_event_trigger") == []
    assert rows(empty, "SELECT FROM pg_proc WHERE proname ~ 'driftwatch'") == []


def test_extensions_that_the_shadow_lacks_get_stand_ins_that_are_told(empty: ShadowDatabase, tmp_path: Path) -> None:
    text = """
    CREATE SCHEMA ext;
    CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA ext;
    CREATE EXTENSION pg_cron;
    COMMENT ON EXTENSION pg_cron IS 'jobs';
    CREATE EXTENSION rare VERSION '7.1';
    CREATE EXTENSION pgstattuple;
    CREATE TABLE t (id uuid DEFAULT ext.gen_random_uuid(), hash bytea DEFAULT ext.digest('a', 'sha256'));
    INSERT INTO t DEFAULT VALUES;
    """
    made = load_sql(empty, file(tmp_path, text))
    assert made.stand_ins == tuple(StandIn("extension", name) for name in ("pg_cron", "pgcrypto", "rare"))
    assert rows(empty, "SELECT extversion FROM pg_extension WHERE extname = 'rare'") == [("7.1",)]
    assert rows(empty, "SELECT count(id) FROM t") == [(1,)]


def test_collations_of_other_builds_get_stand_ins_that_are_told(empty: ShadowDatabase, tmp_path: Path) -> None:
    text = 'CREATE TABLE t (a text COLLATE "de-x-icu", b text COLLATE pg_catalog."nowhere_XX.utf8")'
    made = load_sql(empty, file(tmp_path, text))
    assert made.stand_ins == (StandIn("collation", "de-x-icu"), StandIn("collation", "nowhere_XX.utf8"))


def test_several_files_that_miss_the_same_things_can_be_loaded_at_once(shadow: Shadow, tmp_path: Path) -> None:
    text = (
        "CREATE EXTENSION wanted_twice; CREATE TABLE t (); ALTER TABLE t OWNER TO twice_one;"
        "GRANT SELECT ON t TO twice_two"
    )
    path = file(tmp_path, text)
    made = [shadow.create_database() for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        loaded = list(pool.map(lambda database: load_sql(database, path), made))
    assert {found.stand_ins for found in loaded} == {(StandIn("extension", "wanted_twice"),)}
    for database in made:
        database.drop()


# What is refused


@pytest.mark.parametrize(
    "text",
    [
        "\\! touch {trace}",
        "\\copy t FROM PROGRAM 'touch {trace}'",
        "SELECT 1 \\g |touch {trace}",
        "SELECT 'touch {trace}' \\gexec",
        "\\o |touch {trace}",
        "\\setenv PAGER 'touch {trace}'",
        "\\i {trace}",
        "\\unrestrict x\n\\! touch {trace}",
        "\\restrict a\n\\unrestrict a\n\\unrestrict b\n\\! touch {trace}",
        "\\connect postgres",
        "SELECT 1;\n\\set x `touch {trace}`",
        "COPY (SELECT 1) TO PROGRAM 'touch {trace}';",
        "COPY (SELECT 1) TO '{trace}';",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'abort';",
        "DO $$ BEGIN EXECUTE 'SET ROLE driftwatch_superuser'; END $$;",
    ],
)
def test_a_hostile_file_gets_no_further_than_its_database(empty: ShadowDatabase, tmp_path: Path, text: str) -> None:
    trace = tmp_path / "trace"
    path = file(tmp_path, "CREATE TABLE t (a text);\n" + text.format(trace=trace) + "\n")
    assert f"{path}, line " in refused(empty, path)
    assert not trace.exists()


def test_a_trusted_file_may_do_what_a_superuser_may(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        "CREATE FUNCTION pg_catalog.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PUBLICATION p FOR ALL TABLES",
    )
    with open_shadow(ShadowSettings(trust=True)) as trusting, trusting.create_database() as database:
        assert load_sql(database, path) == LoadedSql()


def test_what_needs_a_superuser_says_how_to_allow_it(empty: ShadowDatabase, tmp_path: Path) -> None:
    text = refused(empty, file(tmp_path, "\n\nCREATE ACCESS METHOD rows TYPE TABLE HANDLER heap_tableam_handler;"))
    assert "line 3: " in text
    assert "(42501)" in text
    assert "`shadow: {trust: true}` in config.yaml" in text


def test_publications_of_all_tables_are_made_and_the_owner_is_no_superuser_before_or_after(
    empty: ShadowDatabase, tmp_path: Path
) -> None:
    publish = "CREATE PUBLICATION p FOR ALL TABLES; ALTER PUBLICATION p OWNER TO someone;"
    assert load_sql(empty, file(tmp_path, publish)).roles == {"someone"}
    assert rows(empty, "SELECT pubname, pubowner::regrole::text FROM pg_publication") == [("p", "someone")]
    assert rows(empty, "SELECT evtname FROM pg_event_trigger") == []
    failing = "BEGIN CREATE PUBLICATION p; EXCEPTION WHEN OTHERS THEN NULL; END;"
    tries = "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'abort'"
    for text in (f"{publish} {tries};", f"{publish} DO $$ BEGIN {failing} EXECUTE $x$ {tries} $x$; END $$;"):
        empty.reset()
        assert "permission denied for language c" in refused(empty, file(tmp_path, text))


ROLES = """
CREATE ROLE app_made;
ALTER ROLE app_made WITH NOSUPERUSER NOCREATEROLE NOREPLICATION PASSWORD 'x';
ALTER ROLE app_made SET search_path TO app;
CREATE ROLE team;
GRANT pg_read_all_data TO app_made WITH ADMIN OPTION;
GRANT team TO app_made;
COMMENT ON ROLE team IS 'all of us';
"""


@pytest.mark.parametrize("trust", [False, True])
def test_statements_about_roles_are_passed_over_and_the_roles_made(tmp_path: Path, trust: bool) -> None:  # noqa: FBT001
    rest = "CREATE TABLE t (); GRANT SELECT ON t TO app_made; ALTER TABLE t OWNER TO team;"
    # What a trusted file makes stays on the tests' server as it is.
    team = "trusted_team" if trust else "team"
    path = file(tmp_path, f"{ROLES}{rest}".replace("app_made", f"app_{team}").replace(" team", f" {team}"))
    with open_shadow(ShadowSettings(trust=trust)) as shadow, shadow.create_database() as database:
        load_sql(database, path)
        database.reset()
        assert load_sql(database, path).passed_over > 0  # as the other side's SQL
        assert rows(database, "SELECT relowner::regrole::text FROM pg_class WHERE relname = 't'") == [(team,)]


def test_what_is_no_matter_of_roles_alone_is_not_passed_over(empty: ShadowDatabase, tmp_path: Path) -> None:
    made = "CREATE ROLE app_made; CREATE TABLE t (); ALTER TABLE t OWNER TO app_made;"
    assert "nosuch" in refused(empty, file(tmp_path, f"{made}\nSELECT nosuch;"))
    empty.reset()
    assert "line 2: " in refused(empty, file(tmp_path, f"{made}\nREASSIGN OWNED BY driftwatch_superuser TO app_made;"))
    empty.reset()
    block = "DO $$ BEGIN CREATE TABLE u (); CREATE ROLE app_alone; END $$;"
    text = refused(empty, file(tmp_path, f"{made}\n{block}"))
    assert "line 2: " in text
    assert "take CREATE ROLE out, those that the SQL mentions are made for it" in text


def test_a_role_that_is_made_if_there_is_none_is_there(empty: ShadowDatabase, tmp_path: Path) -> None:
    known = "IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'Guarded') THEN CREATE ROLE \"Guarded\" LOGIN; END IF;"
    path = file(tmp_path, f"BEGIN; DO $$ BEGIN {known} CREATE TABLE t (); END $$; COMMIT;")
    assert load_sql(empty, path).roles == {"Guarded"}
    assert relations(empty) == ["t"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("SELECT 1;\n\nSELECT nosuch;\n", 3),
        ("SELECT 1;\n-- a comment\nSELECT 1,\n\t2, nosuch,\n  3\n;\nSELECT 4;\n", 4),
        ("SELECT 1;\nCREATE TABLE t (\n  a int,\n  b nosuch\n);\n", 4),
        ("CREATE TABLE t (a int);\nCOPY t FROM stdin;\n1\n\\.\nSELECT nosuch;", 5),
        ("\\restrict key\nSELECT 1;\nSELECT nosuch;\n\\unrestrict key\n", 3),
    ],
)
def test_an_error_names_its_line(empty: ShadowDatabase, tmp_path: Path, text: str, line: int) -> None:
    path = file(tmp_path, text)
    message = refused(empty, path)
    assert message.startswith(f"{path}, line {line}: ")
    assert "nosuch" in message


def test_an_error_in_a_listed_file_names_that_file(empty: ShadowDatabase, tmp_path: Path) -> None:
    file(tmp_path, "\\ir a.sql\n\\ir b.sql\n", "load.sql")
    file(tmp_path, "SELECT 1;\nSELECT 2;\n", "a.sql")
    broken = file(tmp_path, "SELECT 1;\n\nSELECT nosuch;\n", "b.sql")
    assert refused(empty, tmp_path).startswith(f"{broken}, line 3: ")


def test_a_large_file_that_fails_early_is_told_like_any_other(empty: ShadowDatabase, tmp_path: Path) -> None:
    path = file(tmp_path, "SELECT nosuch;\n" + "SELECT 1;\n" * 200_000)
    assert "line 1: " in refused(empty, path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"SELECT 1;\nSELECT '\xe9';\n", "line 2: byte 9 of the line (0xe9) is not UTF-8"),
        ("SELECT 1;\n".encode("utf-16"), "it looks like UTF-16"),
        (b"SELECT '\0';\n", "this is no text in UTF-8"),
    ],
)
@pytest.mark.parametrize("name", ["schema.sql", "1/migration.sql"])
def test_a_file_in_another_encoding_says_so(
    empty: ShadowDatabase, tmp_path: Path, content: bytes, said: str, name: str
) -> None:
    path = file(tmp_path, content, name)
    assert said in refused(empty, path if name == "schema.sql" else tmp_path)


def test_a_byte_order_mark_is_no_error(empty: ShadowDatabase, tmp_path: Path) -> None:
    load_sql(empty, file(tmp_path, b"\xef\xbb\xbfCREATE TABLE t ();\r\nCREATE TABLE u ();\r\n"))
    assert relations(empty) == ["t", "u"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "nothing to load"),
        ("absent.sql", "cannot be read: No such file"),
        ("mysql", "migrations for mysql"),
    ],
)
def test_a_source_with_nothing_to_load_says_so(empty: ShadowDatabase, tmp_path: Path, name: str, said: str) -> None:
    if name == "mysql":
        file(tmp_path, "SELECT 1", "mysql/1/migration.sql")
        file(tmp_path, 'provider = "mysql"', "mysql/migration_lock.toml")
    with pytest.raises(SourceError, match=said):
        load_sql(empty, tmp_path / name)


def test_a_collation_of_icu_says_which_server_would_have_it(empty: ShadowDatabase, tmp_path: Path) -> None:
    text = refused(empty, file(tmp_path, "CREATE COLLATION c (PROVIDER = icu, LOCALE = 'und')"))
    assert "ICU is not supported" in text
    assert "shadow: url:" in text
