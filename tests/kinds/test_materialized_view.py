from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.model.statement import Danger
from support.engine import migration, run
from support.schemas import snapshot_of

if TYPE_CHECKING:
    from kinds.conftest import Plans
    from support.servers import Databases, Servers

M = Key("materialized_view", ("public", "m"))
TABLE = "CREATE TABLE t (id int, a text); INSERT INTO t VALUES (1, 'x')"


def test_new_materialized_view_is_filled(way: Plans) -> None:
    plan = way("", "CREATE MATERIALIZED VIEW m AS SELECT id FROM t", both=TABLE)

    sql = [step.statement.sql for step in plan.steps if step.key == M]
    assert sql[0].endswith("WITH NO DATA")
    assert sql[-1] == "REFRESH MATERIALIZED VIEW public.m"


def test_where_only_the_shape_matters_it_stays_empty(way: Plans) -> None:
    plan = way("", "CREATE MATERIALIZED VIEW m AS SELECT 1 / 0 AS never WITH NO DATA", with_data=False)

    assert not [step for step in plan.steps if step.statement.sql.startswith("REFRESH")]


def test_replacing_says_that_readers_wait(way: Plans) -> None:
    plan = way(
        "CREATE MATERIALIZED VIEW m AS SELECT id FROM t", "CREATE MATERIALIZED VIEW m AS SELECT a FROM t", both=TABLE
    )

    dangers = [{hazard.danger for hazard in step.statement.hazards} for step in plan.steps if step.key == M]
    assert dangers == [{Danger.LOCK}, set(), {Danger.LOCK}]


def test_settings_of_columns_go_back_to_their_defaults_on_every_major(way: Plans) -> None:
    """SET STORAGE DEFAULT came with 16."""
    view = "CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t"
    settings = "ALTER COLUMN a SET STORAGE PLAIN, ALTER COLUMN a SET COMPRESSION pglz, ALTER COLUMN id SET STATISTICS 9"

    for major in (14, 18):
        plan = way(
            f"{view}; ALTER MATERIALIZED VIEW m {settings}, ALTER COLUMN id SET (n_distinct = 3)",
            f"{view}; ALTER MATERIALIZED VIEW m ALTER COLUMN id SET (n_distinct_inherited = 4)",
            both=TABLE,
            major=major,
        )
        assert {step.verb for step in plan.steps} == {"alter"}


def test_access_method_is_altered_in_place_from_15_on(way: Plans) -> None:
    both = f"CREATE ACCESS METHOD other TYPE TABLE HANDLER heap_tableam_handler; {TABLE}"
    texts = (f"CREATE MATERIALIZED VIEW m{using} AS SELECT id FROM t" for using in ("", " USING other"))

    plan = way(*texts, both=both)

    assert [step.statement.sql for step in plan.steps if step.key == M] == [
        "ALTER MATERIALIZED VIEW public.m SET ACCESS METHOD other"
    ]


def test_made_anew_by_a_superuser_it_holds_what_its_owner_may_see(database: Databases, server: Servers) -> None:
    server(18).ensure_roles(["sees_little"])
    there, goal = database(18), database(18)
    both = f"""
        {TABLE}, (50, 'y');
        ALTER TABLE t ENABLE ROW LEVEL SECURITY;
        CREATE POLICY few ON t USING (id < 3);
        GRANT SELECT ON t TO sees_little;
        GRANT CREATE ON SCHEMA public TO sees_little;
        SET ROLE sees_little;"""
    for each, columns in ((there, "id"), (goal, "id, a")):
        chained = (
            f"CREATE MATERIALIZED VIEW b AS SELECT {columns} FROM t; CREATE MATERIALIZED VIEW a AS SELECT * FROM b"
        )
        each.execute(f"{both} {chained}")

    run(there, migration(snapshot_of(there), snapshot_of(goal)))

    assert there.execute("SELECT * FROM a") == there.execute("SELECT * FROM b") == [(1, "x")]


def test_a_query_that_runs_an_owner_s_code_never_gets_the_rights_of_whoever_migrates(
    database: Databases, server: Servers
) -> None:
    server(18).ensure_roles(["refuses_itself"])
    there, goal = database(18), database(18)
    for each, of_type in ((there, "int"), (goal, "bigint")):
        each.execute(f"""
            CREATE FUNCTION who() RETURNS name LANGUAGE plpgsql AS $$ BEGIN
                IF current_user = 'refuses_itself' THEN RAISE insufficient_privilege; END IF;
                RETURN current_user;
            END $$;
            CREATE TABLE t AS SELECT 1::{of_type} AS id;
            CREATE VIEW between AS SELECT id, public.who() AS ran_as FROM t;
            CREATE MATERIALIZED VIEW m AS SELECT id, ran_as FROM between;
            ALTER MATERIALIZED VIEW m OWNER TO refuses_itself""")

    run(there, migration(snapshot_of(there), snapshot_of(goal)))

    assert there.execute("SELECT relispopulated FROM pg_class WHERE relname = 'm'") == [(False,)]
