"""Plans that look at rows, run by a table's owner who is subject to its policies (FORCE ROW LEVEL SECURITY)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.model.statement import Danger
from driftwatch.plan.script import script
from support.engine import migration, psql
from support.schemas import snapshot_of

if TYPE_CHECKING:
    from driftwatch.model.plan import Plan
    from support.servers import Database, Databases, Servers

OWNER = "subject_to_policies"
FORCED = """
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    ALTER TABLE t FORCE ROW LEVEL SECURITY;
    CREATE POLICY few ON t USING (id < 3);"""
HOLDER = "CREATE TABLE holder (row_of_t t);"


@pytest.fixture
def owned(database: Databases, server: Servers) -> Databases:
    server(18).ensure_roles([OWNER])

    def make(*_: object) -> Database:
        made = database(18)
        made.execute(
            f"GRANT CREATE, USAGE ON SCHEMA public TO {OWNER}; GRANT CREATE ON DATABASE {made.name} TO {OWNER}"
        )
        return made

    return make


def as_owner(there: Database, made: Plan) -> None:
    psql(there, f"SET ROLE {OWNER};\n{script(made)}")


def both(owned: Databases, old: str, new: str) -> tuple[Database, Plan]:
    """A database of the owner's with rows that he sees, and one that he does not; and the plan for it."""
    there, goal = owned(), owned()
    for each, text in ((there, old), (goal, new)):
        each.execute(f"SET ROLE {OWNER}; {text}")
    there.execute("INSERT INTO t (id) VALUES (1), (50)")
    return there, migration(snapshot_of(there), snapshot_of(goal))


@pytest.mark.parametrize("after", ["ENABLE", "DISABLE"])
def test_a_default_reaches_rows_that_policies_hide(after: str, owned: Databases) -> None:
    force = "" if after == "ENABLE" else "ALTER TABLE t NO FORCE ROW LEVEL SECURITY;"
    table = "CREATE TABLE t (id int{}); {} {}"
    there, made = both(
        owned, table.format("", FORCED, HOLDER), table.format(", n int DEFAULT 7", FORCED + force, HOLDER)
    )

    as_owner(there, made)

    assert there.execute("SELECT id, n FROM t ORDER BY id") == [(1, 7), (50, 7)]
    assert there.execute("SELECT relforcerowsecurity FROM pg_class WHERE relname = 't'") == [(not force,)]


@pytest.mark.parametrize("numbered", ["int GENERATED ALWAYS AS IDENTITY", "serial"])
def test_numbers_go_on_behind_rows_that_policies_hide(numbered: str, owned: Databases) -> None:
    there, made = both(
        owned, f"CREATE TABLE t (id int NOT NULL); {FORCED}", f"CREATE TABLE t (id {numbered}); {FORCED}"
    )

    as_owner(there, made)

    assert there.execute("SELECT nextval(pg_get_serial_sequence('t', 'id'))") == [(51,)]


def test_rows_that_policies_hide_come_along_as_a_table_is_made_anew(owned: Databases) -> None:
    plain = "CREATE TABLE t (id serial, n int)"
    new = f"{plain} PARTITION BY RANGE (id); CREATE TABLE p PARTITION OF t DEFAULT; {FORCED}"
    there, made = both(owned, f"CREATE TABLE t (id int, n int); {FORCED}", new)

    as_owner(there, made)

    assert there.execute("SELECT id FROM t ORDER BY id") == [(1,), (50,)]
    assert there.execute("SELECT nextval('t_id_seq')") == [(51,)]


def test_what_acts_on_updated_rows_is_named(owned: Databases) -> None:
    trigger = """
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER keeps BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();"""
    table = "CREATE TABLE t (id int{}); {} {}"

    _, made = both(owned, table.format("", HOLDER, trigger), table.format(", n int DEFAULT 7", HOLDER, trigger))

    said = [
        hazard.message for step in made.steps for hazard in step.statement.hazards if hazard.danger is Danger.BEHAVIOUR
    ]
    assert "keeps may act on every row of t as on any update: see to that before" in said
