"""A likely rename is asked about, and the option that the report gives does it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from driftwatch.app.proving.renaming import Renamed
from driftwatch.model.key import Key
from driftwatch.model.plan import Plan, Step, Transaction
from driftwatch.model.snapshot import Snapshot
from driftwatch.model.statement import Statement
from support.engine import psql, state_of, unlike

if TYPE_CHECKING:
    from app.conftest import Call
    from support.servers import Databases


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE {0} (id int, email text); CREATE VIEW v AS SELECT email FROM {0}",
        "CREATE FUNCTION {0}(a int) RETURNS int IMMUTABLE RETURN a; CREATE TABLE t (a int DEFAULT {0}(1))",
        "CREATE TYPE {0} AS ENUM ('a', 'b'); CREATE TABLE t (a {0} DEFAULT 'a')",
    ],
    ids=["table", "function", "enum"],
)
def test_the_option_that_a_report_gives_renames(sql: str, call: Call, database: Databases) -> None:
    dev, prod = database(), database()
    dev.execute(sql.format("fresh"))
    prod.execute(sql.format("stale"))
    before = state_of(prod)
    sides = ("compare", dev.conninfo, prod.conninfo, "--format", "json", "--no-report")
    options = [candidate["option"] for candidate in json.loads(call(*sides).stdout)["renames"]]
    report = json.loads(call(*sides, *(word for option in options for word in ("--rename", option))).stdout)
    assert report["verdict"]["outcome"] == "proved", report["verdict"]
    assert "RENAME TO fresh" in report["migration"]["sql"]
    assert "DROP" not in report["migration"]["sql"].replace("DROP DEFAULT", "")
    psql(prod, report["migration"]["sql"])
    assert unlike(state_of(prod), state_of(dev)) == ""
    psql(prod, report["rollback"]["sql"])
    assert unlike(state_of(prod), before) == ""


def test_what_follows_a_rename_keeps_the_schemas_where_its_functions_look(database: Databases) -> None:
    step = Step(Key("table", ("public", "t")), "alter", Statement("ALTER TABLE public.t RENAME TO u"))
    renamed = Renamed(Snapshot({}, state_of(database()).snapshot.server), there=(step,), back=(step,))
    plan = Plan((Transaction((step,), search_path=("app", "public")),))
    for joined in (renamed.before(plan), renamed.after(plan)):
        assert [transaction.search_path for transaction in joined.transactions] == [("app", "public")]


EVERYDAY = """
    CREATE TABLE groups (id serial PRIMARY KEY, name text UNIQUE);
    CREATE TABLE people (id bigserial PRIMARY KEY, {0} text NOT NULL DEFAULT 'x' CHECK ({0} <> ''),
                         number int GENERATED ALWAYS AS IDENTITY, group_id int REFERENCES groups);
    CREATE INDEX lower_ ON people (lower({0}));
    CREATE VIEW named AS SELECT id, {0} AS shown FROM people;
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER touch BEFORE UPDATE OF {0} ON people FOR EACH ROW EXECUTE FUNCTION touch();
    ALTER TABLE people ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON people USING ({0} = current_user);
    CREATE STATISTICS both_ ON id, {0} FROM people;
    GRANT SELECT ({0}) ON people TO PUBLIC; GRANT SELECT ON named TO PUBLIC; COMMENT ON COLUMN people.{0} IS 'who';
"""


@pytest.mark.parametrize("rename", ["column public.people.stale = fresh", "column public.people.group_id = team"])
def test_a_rename_brings_no_other_difference_along(call: Call, database: Databases, rename: str) -> None:
    old, new = rename.partition(" = ")[0].rsplit(".", 1)[1], rename.rsplit(" ", 1)[1]
    dev, prod = database(), database()
    prod.execute(EVERYDAY.format("stale"))
    dev.execute(EVERYDAY.format("stale") + f"ALTER TABLE people RENAME {old} TO {new}")
    sides = ("compare", dev.conninfo, prod.conninfo, "--include", "owners,grants", "--verify", "full")
    report = json.loads(call(*sides, "--rename", rename, "--format", "json", "--no-report").stdout)
    assert [finding["key"] for finding in report["findings"]] == [f"column public.people.{new}"]
    assert report["verdict"]["outcome"] == "proved", report["verdict"]


def test_what_is_made_anew_around_a_rename_has_its_rows_again(call: Call, database: Databases) -> None:
    dev, prod = database(), database()
    sql = "CREATE TABLE t ({0} text); INSERT INTO t VALUES ('x'); CREATE MATERIALIZED VIEW v AS SELECT {0} FROM t"
    prod.execute(sql.format("stale"))
    dev.execute(sql.format("fresh"))
    sides = ("compare", dev.conninfo, prod.conninfo, "--rename", "column public.t.stale = fresh")
    psql(prod, call(*sides, "--format", "sql", "--no-report").stdout)
    assert prod.execute("SELECT fresh FROM v") == [("x",)]
