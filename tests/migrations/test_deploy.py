"""deploy, resolve, push and reset, on real databases."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from driftwatch.migrations.prisma import ADVISORY_LOCK
from migrations import made
from support.processes import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from app.conftest import Call
    from support.servers import Database, Databases

pytestmark = pytest.mark.usefixtures("one_shadow")

BY_US = [name for name in made.SQL_TOOLS if name != "Sqitch"]


@pytest.fixture
def prod(database: Databases, tmp_path: Path) -> Database:
    prod = database()
    configure(tmp_path, prod=prod)
    return prod


def configure(tmp_path: Path, dev: Database | None = None, **databases: Database) -> None:
    lines = [f"  {name}: {json.dumps(each.conninfo)}" for name, each in databases.items()]
    if dev:
        lines.append(f"  dev: {{url: {json.dumps(dev.conninfo)}, environment: development}}")
    text = "\n".join(["migrations: m", "compare: {desired: prod, actual: prod}", "databases:", *lines, ""])
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")


def columns(database: Database) -> list[str]:
    rows = database.execute(
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_name = 'a' ORDER BY 1"
    )
    return [str(name) for (name,) in rows]


@pytest.mark.parametrize("name", BY_US)
def test_what_is_pending_is_applied_and_written_down(call: Call, prod: Database, tmp_path: Path, name: str) -> None:
    make = made.SQL_TOOLS[name]
    make(tmp_path / "m", made.INIT)
    done = call("deploy", "prod")
    assert (done.returncode, columns(prod)) == (0, ["a.id"]), done.stderr
    assert "the schema is what the migrations say" in done.stderr
    make(tmp_path / "m", made.INIT, made.MORE)
    assert call("status", "prod").returncode == 2
    assert call("deploy", "prod").returncode == 0
    assert columns(prod) == ["a.id", "a.name"]
    assert call("status", "prod").returncode == 0
    assert "nothing is pending" in call("deploy", "prod").stderr


@pytest.mark.parametrize("name", BY_US)
def test_the_first_failure_ends_it_and_is_told(call: Call, prod: Database, tmp_path: Path, name: str) -> None:
    make = made.SQL_TOOLS[name]
    make(tmp_path / "m", made.INIT, "CREATE TABLE public.half ();\nSELECT nosuch", "SELECT 1")
    done = call("deploy", "prod")
    assert done.returncode == 1
    assert 'column "nosuch" does not exist (42703)' in done.stderr
    assert "step2" in done.stderr
    assert "not tried: " in done.stderr
    assert prod.execute("SELECT to_regclass('public.half')") == [(None,)]
    assert columns(prod) == ["a.id"]
    failed = name in {"Prisma", "golang-migrate"}  # the others take everything back, the row included
    assert ("  failed: " in call("status", "prod").stdout) == failed
    assert ("correct it, then 'driftwatch resolve" if failed else "correct it, then deploy again") in done.stderr


@pytest.mark.parametrize("name", ["Prisma", "golang-migrate", "plain SQL"])
def test_a_file_that_cannot_be_read_is_told_before_anything_is_run(
    call: Call, prod: Database, tmp_path: Path, name: str
) -> None:
    folder = made.SQL_TOOLS[name](tmp_path / "m", made.INIT, "SELECT 2")
    next(file for file in folder.rglob("*.sql") if b"SELECT 2" in file.read_bytes()).write_bytes(b"SELECT '\xe9';\n")
    done = call("deploy", "prod")
    assert (done.returncode, "line 1: byte 9" in done.stderr) == (1, True), done.stderr
    assert columns(prod) == []
    assert call("status", "prod").stdout.count("  pending: ") == 2


ALONE = {
    "plain SQL": ("0002_two.sql", "-- driftwatch: no transaction\n"),
    "yoyo": ("0002_step2.sql", "-- transactional: false\n-- depends: 0001_step1\n"),
    "Flyway": ("V2__two.sql", ""),
    "Liquibase": ("0002_two.sql", "--liquibase formatted sql\n\n--changeset alice:2 runInTransaction:false\n"),
}
"""A second migration outside of a transaction, of those tools that send it statement by statement."""
HOW = {
    "plain SQL": "-- driftwatch: no transaction",
    "yoyo": "-- transactional: false",
    "dbmate": "-- migrate:up transaction:false",
    "graphile-migrate": "--! no-transaction",
    "Liquibase": "runInTransaction:false",
    "node-pg-migrate": "pgm.noTransaction()",
}


@pytest.mark.parametrize("name", HOW)
def test_what_can_t_run_in_a_transaction_is_told_how_to_run_without(
    call: Call, prod: Database, tmp_path: Path, name: str
) -> None:
    del prod
    made.SQL_TOOLS[name](tmp_path / "m", made.INIT, "CREATE INDEX CONCURRENTLY ON public.a (id)")
    assert HOW[name] in call("deploy", "prod").stderr


CONCURRENTLY = """CREATE INDEX CONCURRENTLY one ON public.a (id);  -- the first; of three
CREATE INDEX CONCURRENTLY two /* ; */
  ON public.a (id);

CREATE FUNCTION public.f() RETURNS int LANGUAGE plpgsql AS $x$
BEGIN
  -- no end; yet

  RETURN 1;
END $x$;
CREATE FUNCTION public.g() RETURNS int LANGUAGE sql
BEGIN ATOMIC
  SELECT 1;
  SELECT CASE WHEN true THEN 2 END;
END;
CREATE INDEX CONCURRENTLY three ON public.a (id)
"""
INDEXES = (
    "SELECT array_agg(relname::text ORDER BY relname) FROM pg_class WHERE relkind = 'i' AND relname ~ '^(one|two|thr)'"
)


@pytest.mark.parametrize("name", ALONE)
def test_outside_of_a_transaction_each_statement_is_sent_alone(
    call: Call, prod: Database, tmp_path: Path, name: str
) -> None:
    file, head = ALONE[name]
    folder = made.SQL_TOOLS[name](tmp_path / "m", made.INIT)
    made.write(folder, {file: f"{head}{CONCURRENTLY}"})
    done = call("deploy", "prod")
    assert (done.returncode, "the schema is what the migrations say" in done.stderr) == (0, True), done.stderr
    assert prod.execute(INDEXES) == [(["one", "three", "two"],)]
    assert prod.execute("SELECT public.f(), public.g()") == [(1, 2)]
    assert call("status", "prod").returncode == 0


@pytest.mark.parametrize("name", ALONE)
def test_what_of_it_was_done_is_told_and_how_to_go_on(call: Call, prod: Database, tmp_path: Path, name: str) -> None:
    file, head = ALONE[name]
    folder = made.SQL_TOOLS[name](tmp_path / "m", made.INIT)
    second = "CREATE UNIQUE INDEX CONCURRENTLY two\n\n  ON public.a ((1));"
    made.write(folder, {file: f"{head}CREATE INDEX CONCURRENTLY one ON public.a (id);\n{second}\nSELECT 3;\n"})
    call("deploy", "prod", "--no-check")
    prod.execute("DROP INDEX one, two; INSERT INTO public.a VALUES (1), (2)")
    forget(prod, name)
    done = call("deploy", "prod", "--no-check")
    line = head.count("\n") + 4
    for said in (
        f"{file}, line {line}: could not create unique index",
        "(23505)",
        "before it (1 statement) was done",
        "after it (1 statement) was not",
        "drop what is invalid now (two)",
        "--database prod --applied'",
    ):
        assert said in done.stderr, done.stderr
    assert prod.execute(INDEXES) == [(["one", "two"],)]
    # either way on
    prod.execute("DROP INDEX two; TRUNCATE public.a")
    failed = name == "Flyway"
    assert ("  failed: " in call("status", "prod").stdout) == failed
    if failed:
        assert call("resolve", "--database", "prod", "--rolled-back").returncode == 0
    prod.execute("DROP INDEX one")
    assert call("deploy", "prod").returncode == 0
    assert call("status", "prod").returncode == 0


def test_what_a_deploy_that_was_cut_off_has_left_is_told_how_to_go_on_from(
    call: Call, prod: Database, tmp_path: Path
) -> None:
    folder = made.plain(tmp_path / "m", made.INIT)
    assert call("deploy", "prod").returncode == 0
    two = "-- driftwatch: no transaction\nCREATE TABLE public.b ();\nCREATE INDEX CONCURRENTLY one ON public.a (id);\n"
    made.write(folder, {"0002_two.sql": two})
    prod.execute("CREATE TABLE public.b ()")
    done = call("deploy", "prod", "--no-check")
    assert "where an earlier deploy was cut off in the middle of it, do the rest by hand" in done.stderr
    assert "'driftwatch resolve 0002_two --database prod --applied'" in done.stderr


def forget(database: Database, name: str) -> None:
    """As if the second migration had not been run."""
    table = made_table(name)
    database.execute(f"DELETE FROM {table} WHERE ctid = (SELECT max(ctid) FROM {table})")


def made_table(name: str) -> str:
    from driftwatch.migrations.directory import by_name

    return by_name(name).tables[0].name


def test_a_transaction_of_its_own_that_it_does_not_end_is_told(call: Call, prod: Database, tmp_path: Path) -> None:
    folder = made.plain(tmp_path / "m", made.INIT)
    made.write(folder, {"0002_two.sql": "-- driftwatch: no transaction\nBEGIN;\nCREATE TABLE public.half ();\n"})
    done = call("deploy", "prod")
    assert (done.returncode, "begins a transaction and does not end it" in done.stderr) == (1, True), done.stderr
    assert prod.execute("SELECT to_regclass('public.half')") == [(None,)]
    assert "  pending: 0002_two" in call("status", "prod").stdout


@pytest.mark.parametrize("name", ["dbmate", "golang-migrate"])
def test_what_is_sent_whole_needs_a_migration_of_its_own(call: Call, prod: Database, tmp_path: Path, name: str) -> None:
    index = "CREATE INDEX CONCURRENTLY ON public.a (id);\n"
    file, head = {
        "dbmate": ("20240102000000_step2.sql", "-- migrate:up transaction:false\n"),
        "golang-migrate": ("2_step2.up.sql", ""),
    }[name]
    folder = made.SQL_TOOLS[name](tmp_path / "m", made.INIT)
    made.write(folder, {file: f"{head}{index}{index}"})
    done = call("deploy", "prod")
    assert (done.returncode, "a migration of its own" in done.stderr) == (1, True), done.stderr
    assert prod.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'a'") == [(1,)]


def test_a_failed_migration_stops_the_next_deploy_until_it_is_resolved(
    call: Call, prod: Database, tmp_path: Path
) -> None:
    folder = made.prisma(tmp_path / "m", made.INIT, "SELECT nosuch")
    call("deploy", "prod")
    assert "42703" in call("status", "prod").stdout
    assert "failed; 'driftwatch status'" in call("deploy", "prod").stderr
    assert call("resolve", "--rolled-back").returncode == 0
    made.prisma(folder, made.INIT, made.MORE)
    done = call("deploy", "prod")
    assert done.returncode == 0, done.stderr
    rows = prod.execute(
        "SELECT migration_name, applied_steps_count, finished_at IS NULL, rolled_back_at IS NULL"
        " FROM _prisma_migrations ORDER BY started_at"
    )
    one, two = "20240101000000_step1", "20240102000000_step2"
    assert rows == [(one, 1, False, True), (two, 0, True, False), (two, 1, False, True)]


def test_resolve_applied_writes_a_row_of_no_steps_and_voids_the_failure(
    call: Call, prod: Database, tmp_path: Path
) -> None:
    made.prisma(tmp_path / "m", made.INIT, "SELECT nosuch")
    call("deploy", "prod")
    assert call("resolve", "20240102000000_step2", "--applied").returncode == 0
    rows = prod.execute(
        "SELECT applied_steps_count, finished_at = started_at, rolled_back_at IS NULL"
        " FROM _prisma_migrations WHERE migration_name ~ 'step2' ORDER BY started_at"
    )
    assert rows == [(0, None, False), (0, True, True)]
    assert call("status", "prod").returncode == 0
    assert "is applied already" in call("resolve", "20240102000000_step2", "--applied").stderr
    assert "20240102000000_step2?" in call("resolve", "step2", "--applied").stderr


def test_a_database_that_has_a_schema_is_taken_in_by_resolve(call: Call, prod: Database, tmp_path: Path) -> None:
    made.plain(tmp_path / "m", made.INIT, made.MORE)
    prod.execute(made.INIT)
    assert "the database is not empty and remembers no migration" in call("deploy", "prod").stderr
    assert call("resolve", "0001_step1", "--applied").returncode == 0
    assert call("deploy", "prod").returncode == 0
    assert columns(prod) == ["a.id", "a.name"]


@pytest.mark.parametrize(
    ("what", "option"), [("edit", "--allow-edited"), ("lose", "--allow-missing"), ("late", "--out-of-order")]
)
def test_a_history_that_does_not_fit_is_refused_unless_allowed(
    call: Call, prod: Database, tmp_path: Path, what: str, option: str
) -> None:
    folder = made.plain(tmp_path / "m", made.INIT, "SELECT 2")
    assert call("deploy", "prod").returncode == 0
    made.write(folder, {"0003_more.sql": made.MORE})
    if what == "edit":
        made.write(folder, {"0002_step2.sql": "SELECT 3"})
    elif what == "lose":
        (folder / "0002_step2.sql").unlink()
    else:
        made.write(folder, {"0001_zlate.sql": "SELECT 4"})
    refused = call("deploy", "prod")
    assert (refused.returncode, option in refused.stderr, columns(prod)) == (1, True, ["a.id"])
    assert call("deploy", "prod", option).returncode == 0
    assert columns(prod) == ["a.id", "a.name"]


def test_a_schema_that_is_another_one_is_told_after_the_deploy(call: Call, prod: Database, tmp_path: Path) -> None:
    folder = made.plain(tmp_path / "m", made.INIT)
    call("deploy", "prod")
    prod.execute("CREATE TABLE by_hand ()")
    made.write(folder, {"0002_more.sql": made.MORE})
    done = call("deploy", "prod")
    assert (done.returncode, columns(prod)) == (2, ["a.id", "a.name"])
    assert "1 difference from what the migrations say (table public.by_hand)" in done.stderr


def test_two_deploys_at_once_apply_each_migration_once(call: Call, prod: Database, tmp_path: Path) -> None:
    from support.program import driftwatch

    del call
    made.plain(tmp_path / "m", f"SELECT pg_sleep(0.5); {made.INIT}", made.MORE)
    with (tmp_path / "config.yaml").open("a", encoding="utf-8") as file:
        file.write(f"timeouts: {{lock: {PATIENCE:.0f}s}}\n")  # however long the first one takes
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda _: driftwatch("deploy", "prod", "--no-check", cwd=tmp_path), range(2)))
    assert [run.returncode for run in runs] == [0, 0], [run.stderr for run in runs]
    assert prod.execute("SELECT count(*) FROM driftwatch_migrations") == [(2,)]


def test_prisma_s_own_lock_is_waited_for(call: Call, prod: Database, tmp_path: Path) -> None:
    made.prisma(tmp_path / "m", made.INIT)
    with (tmp_path / "config.yaml").open("a", encoding="utf-8") as file:
        file.write("timeouts: {lock: 200ms}\n")
    with psycopg.connect(prod.conninfo, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        assert "another deploy is at work" in call("deploy", "prod").stderr
        other.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
    assert call("deploy", "prod").returncode == 0


def test_a_lost_connection_leaves_what_the_next_command_understands(call: Call, prod: Database, tmp_path: Path) -> None:
    made.prisma(tmp_path / "m", made.INIT, "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 3")
    done = call("deploy", "prod")
    assert (done.returncode, "the connection was lost" in done.stderr) == (1, True)
    assert "  failed: 20240102000000_step2" in call("status", "prod").stdout
    assert call("resolve", "--applied").returncode == 0
    assert call("deploy", "prod", "--no-check").returncode == 0
    assert prod.execute("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL") == [(3,)]


def test_a_pooled_url_is_refused(call: Call, prod: Database, tmp_path: Path) -> None:
    made.plain(tmp_path / "m", made.INIT)
    known = psycopg.conninfo.conninfo_to_dict(prod.conninfo)
    where = f"host={known['host']}&port={known.get('port', '')}&user={known.get('user', '')}"
    done = call("deploy", f"postgresql:///{prod.name}?{where}&pgbouncer=true", "--migrations", "m")
    assert (done.returncode, "say direct_url" in done.stderr) == (1, True), done.stderr


def test_the_schema_of_prisma_s_url_is_where_everything_happens(call: Call, prod: Database, tmp_path: Path) -> None:
    made.prisma(tmp_path / "m", "CREATE TABLE a (id int)", "ALTER TABLE a ADD COLUMN name text")
    known = psycopg.conninfo.conninfo_to_dict(prod.conninfo)
    where = f"host={known['host']}&port={known['port']}&user={known['user']}"
    url = f"postgresql:///{prod.name}?{where}&schema=app"
    done = call("deploy", url)
    assert (done.returncode, "the schema is what the migrations say" in done.stderr) == (0, True), done.stderr
    assert prod.execute("SELECT to_regclass('app.a')::text, to_regclass('app._prisma_migrations')::text") == [
        ("app.a", "app._prisma_migrations")
    ]
    assert call("status", url).returncode == 0


def test_what_runs_always_is_run_by_each_deploy(call: Call, prod: Database, tmp_path: Path) -> None:
    head = "--liquibase formatted sql\n--changeset a:1\nCREATE TABLE public.a (id int);\n"
    always = "--changeset a:2 runAlways:true\nINSERT INTO public.a VALUES (1);\n"
    made.write(tmp_path, {"m/a.sql": head + always})
    for runs in (1, 2):
        done = call("deploy", "prod")
        assert done.returncode == 0, done.stderr
        assert prod.execute("SELECT count(*) FROM a") == [(runs,)]
        assert call("status", "prod").returncode == 0


def test_placeholders_of_the_configuration_are_filled_in_for_the_deploy_and_the_replay(
    call: Call, prod: Database, tmp_path: Path
) -> None:
    made.write(tmp_path, {"m/V1__a.sql": "CREATE TABLE ${name} (id text DEFAULT '${literal}');\n"})
    refused = call("deploy", "prod")
    assert (refused.returncode, "line 1: ${name} has no value" in refused.stderr) == (1, True), refused.stderr
    config = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    given = "migrations: {path: m, placeholders: {name: a, literal: '$${literal}'}}"
    (tmp_path / "config.yaml").write_text(config.replace("migrations: m", given), encoding="utf-8")
    done = call("deploy", "prod")
    assert (done.returncode, "the schema is what the migrations say" in done.stderr) == (0, True), done.stderr
    assert prod.execute("SELECT column_default FROM information_schema.columns WHERE table_name = 'a'") == [
        ("'${literal}'::text",)
    ]


# push and reset


@pytest.fixture
def dev(database: Databases, tmp_path: Path, prod: Database) -> Database:
    dev = database()
    configure(tmp_path, dev, prod=prod)
    return dev


def mark(database: Database) -> None:
    database.execute(f"ALTER DATABASE {database.name} SET driftwatch.environment = 'development'")


def test_schemas_of_the_services_roles_do_not_keep_from_deploying(call: Call, prod: Database, tmp_path: Path) -> None:
    made.plain(tmp_path / "m", made.INIT)
    prod.server.ensure_roles(["the_services", "customer_who_deploys"])
    prod.execute(f"""
        CREATE SCHEMA auth AUTHORIZATION the_services;
        CREATE TABLE auth.users (id int); ALTER TABLE auth.users OWNER TO the_services;
        ALTER ROLE customer_who_deploys LOGIN; ALTER DATABASE {prod.name} OWNER TO customer_who_deploys""")
    config = tmp_path / "config.yaml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("user=driftwatch_superuser", "user=customer_who_deploys"),
        encoding="utf-8",
    )
    done = call("deploy", "prod")
    assert "applied 0001_step1" in done.stdout + done.stderr
    assert columns(prod) == ["a.id"]


def test_push_brings_dev_to_a_schema(call: Call, dev: Database, tmp_path: Path) -> None:
    (tmp_path / "want.sql").write_text(f"{made.INIT}; {made.MORE};", encoding="utf-8")
    mark(dev)
    done = call("push", "dev", "--from", "want.sql", f"--yes={dev.name}")
    assert (done.returncode, columns(dev)) == (0, ["a.id", "a.name"]), done.stderr
    assert "nothing to do" in call("push", "dev", "--from", "want.sql", f"--yes={dev.name}").stderr


def test_push_tells_how_to_leave_out_what_only_another_role_may_change(
    call: Call, dev: Database, tmp_path: Path
) -> None:
    dev.server.maintain(
        "DROP ROLE IF EXISTS rdsadmin, tenant; CREATE ROLE rdsadmin SUPERUSER; CREATE ROLE tenant LOGIN"
    )
    dev.server.maintain(f"ALTER DATABASE {dev.name} OWNER TO tenant")
    dev.execute("""
        CREATE SCHEMA service AUTHORIZATION rdsadmin;
        CREATE FUNCTION service.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION service.watch();
        ALTER EVENT TRIGGER e OWNER TO rdsadmin""")
    mark(dev)
    (tmp_path / "want.sql").write_text("CREATE TABLE public.a (id int);", encoding="utf-8")
    conninfo = make_conninfo(dev.conninfo, user="tenant")
    place = f"databases: {{dev: {{url: {json.dumps(conninfo)}, environment: development}}}}\n"
    (tmp_path / "config.yaml").write_text(place, encoding="utf-8")
    done = call("push", "dev", "--from", "want.sql", f"--yes={dev.name}")
    assert (done.returncode, columns(dev)) == (1, [])
    assert "rdsadmin's, the service's own role" in done.stderr
    assert "`schemas: [public]` in config.yaml" in done.stderr.splitlines()[-1]
    (tmp_path / "config.yaml").write_text(f"{place}schemas: [public]\n", encoding="utf-8")
    done = call("push", "dev", "--from", "want.sql", f"--yes={dev.name}")
    assert (done.returncode, columns(dev)) == (0, ["a.id"]), done.stderr


def test_reset_leaves_nothing_but_the_migrations(call: Call, dev: Database, tmp_path: Path) -> None:
    made.plain(tmp_path / "m", made.INIT, made.MORE)
    mark(dev)
    dev.execute(
        "CREATE SCHEMA x; CREATE TABLE x.y (); CREATE TABLE a (old int); GRANT CREATE ON SCHEMA public TO PUBLIC"
    )
    done = call("reset", "dev", f"--yes={dev.name}")
    assert (done.returncode, columns(dev)) == (0, ["a.id", "a.name"]), done.stderr
    assert dev.execute("SELECT to_regnamespace('x'), has_schema_privilege('pg_monitor', 'public', 'CREATE')") == [
        (None, True)
    ]
    assert call("status", "dev").returncode == 0


@pytest.mark.parametrize("command", [("push", "--from", "want.sql"), ("reset",)])
def test_what_is_not_beyond_doubt_for_development_is_never_changed(
    call: Call, dev: Database, prod: Database, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "want.sql").write_text("CREATE TABLE wanted ()", encoding="utf-8")
    made.plain(tmp_path / "m", made.INIT)
    word, *more = command
    refusals = {
        "is protected": (prod, "prod"),
        "bears no mark": (dev, "dev"),
    }
    for said, (database, name) in refusals.items():
        done = call(word, name, *more, f"--yes={database.name}")
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    mark(dev)
    assert "nobody is here to ask" in call(word, "dev", *more).stderr
    assert "not confirmed" in call(word, "dev", *more, "--yes=other").stderr
    mark(prod)
    configure(tmp_path, prod, prod=prod)
    assert "this is the database that 'prod' leads to" in call(word, "dev", *more, f"--yes={prod.name}").stderr
    for database in (dev, prod):
        assert database.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
