from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS
from driftwatch.plan.planner import plan
from driftwatch.plan.script import script

if TYPE_CHECKING:
    from kinds.conftest import Plans, Reads
    from support.servers import Database, Databases, Servers

DEFAULTS = """
    ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON TABLES TO app_reader WITH GRANT OPTION;
    ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO app_reader;
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES IN SCHEMA a GRANT UPDATE ON TABLES TO app_reader"""


@pytest.fixture(autouse=True)
def roles(server: Servers) -> None:
    server(18).ensure_roles(["app_owner", "app_reader", "app_writer"])


def statements(prod: Database, dev: Database, snapshot: Reads, include: set[str]) -> list[str]:
    old, new = snapshot(prod), snapshot(dev)
    found = plan(drift(compare(old, new, KINDS)), old, new, KINDS, include=include)
    prod.execute(script(found))
    return [step.statement.sql for step in found.steps]


def test_new_objects_end_with_exactly_the_desired_privileges(database: Databases, snapshot: Reads) -> None:
    prod, dev = database(), database()
    prod.execute(f"CREATE SCHEMA a; {DEFAULTS}")
    made = """CREATE TABLE {0}.t (id int GENERATED ALWAYS AS IDENTITY, n serial); GRANT SELECT ON {0}.t TO app_reader;
              CREATE FUNCTION {0}.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW {0}.v AS SELECT 1 AS x"""
    dev.execute(f"CREATE SCHEMA a; {made.format('a')}; {made.format('public')}; {DEFAULTS}")

    statements(prod, dev, snapshot, {"grants", "owners"})

    assert not drift(compare(snapshot(prod), snapshot(dev), KINDS))


def test_what_the_default_gives_and_dev_wants_is_not_taken_back(database: Databases, snapshot: Reads) -> None:
    prod, dev = database(), database()
    for each in (prod, dev):
        each.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_reader")
    dev.execute("CREATE TABLE t ()")

    assert not [sql for sql in statements(prod, dev, snapshot, {"grants"}) if sql.startswith("REVOKE")]


def test_without_grants_asked_for_the_default_has_its_way(database: Databases, snapshot: Reads) -> None:
    prod, dev = database(), database()
    prod.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_reader")
    dev.execute("CREATE TABLE t ()")

    assert not [sql for sql in statements(prod, dev, snapshot, set()) if "ON TABLE public.t" in sql]


def test_each_kind_of_object_is_named_as_the_statement_wants_it(way: Plans) -> None:
    new = """
        ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA a GRANT ALL ON TABLES TO app_writer WITH GRANT OPTION;
        ALTER DEFAULT PRIVILEGES FOR ROLE app_owner REVOKE ALL ON TABLES FROM app_owner;
        ALTER DEFAULT PRIVILEGES FOR ROLE app_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
        ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT SELECT ON LARGE OBJECTS TO app_reader"""

    plan = way("", new, both="CREATE SCHEMA a")

    head = "ALTER DEFAULT PRIVILEGES FOR ROLE app_owner"
    assert sorted(step.statement.sql for step in plan.steps) == [
        f"{head} GRANT SELECT ON LARGE OBJECTS TO app_reader",
        f"{head} IN SCHEMA a GRANT ALL ON TABLES TO app_writer WITH GRANT OPTION",
        f"{head} REVOKE ALL ON TABLES FROM app_owner",
        f"{head} REVOKE EXECUTE ON FUNCTIONS FROM public",
    ]


@pytest.mark.parametrize("include", [{"grants"}, {"grants", "owners"}])
def test_who_runs_the_migration_keeps_the_owners_right_to_what_is_made(
    database: Databases, server: Servers, snapshot: Reads, include: set[str]
) -> None:
    server(18).ensure_roles(["app_owner"])
    prod, dev = database(), database()
    for each in (prod, dev):
        # As a managed service does: what its own superuser makes is the customer's.
        each.execute("""
            GRANT CREATE, USAGE ON SCHEMA public TO app_owner;
            ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO app_owner;
            ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_reader""")
    dev.execute("SET ROLE app_owner; CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)")
    old, new = snapshot(prod), snapshot(dev)
    found = plan(drift(compare(old, new, KINDS)), old, new, KINDS, include=include)

    prod.execute(f"SET ROLE app_owner; {script(found)}")

    assert prod.execute("SELECT has_table_privilege('app_owner', 't', 'SELECT')") == [(True,)]
    assert not drift(compare(snapshot(prod), snapshot(dev), KINDS))
