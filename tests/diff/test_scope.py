from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from diff.conftest import without_collateral
from driftwatch.config.request import VerifyRequest
from driftwatch.config.target import Target, TargetPair
from driftwatch.config.values import Config, Ignore, IgnoreRule, Include, Verify
from driftwatch.diff.compare import compare, drift
from driftwatch.diff.masks import Scope
from driftwatch.diff.scope import Scoped, effective, in_schemas, in_scope
from driftwatch.errors import ConfigError
from driftwatch.kinds import KINDS
from driftwatch.model.key import Key, parse_key
from driftwatch.model.snapshot import Unreadable
from driftwatch.plan.planner import plan
from driftwatch.sources.locate import SqlSource
from support.schemas import snapshot_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from driftwatch.model.comparison import Hidden
    from driftwatch.model.snapshot import Snapshot
    from support.servers import Database, Databases

    Schema = Callable[[str], Snapshot]

EVERYTHING = Scope(include=frozenset({"owners", "grants"}), builtin=False)


def scoped(desired: Snapshot, actual: Snapshot, scope: Scope) -> Scoped:
    """What is compared; its changes, looked for where something may differ, are those of a look at everything."""
    found = in_scope(desired, actual, KINDS, scope)
    assert found.changes == compare(found.actual, found.desired, KINDS)
    return found


def changed(desired: Snapshot, actual: Snapshot, scope: Scope) -> set[str]:
    wanted, *_ = scoped(desired, actual, scope)
    changes = without_collateral(drift(compare(actual, wanted, KINDS)), scope.include)
    return {f"{change.verb} {change.key}" for change in changes}


def hidden(desired: Snapshot, actual: Snapshot, scope: Scope) -> tuple[Hidden, ...]:
    return scoped(desired, actual, scope).hidden


def ignoring(*rules: IgnoreRule) -> Scope:
    return Scope(rules=rules)


def bring(database: Database, actual: Snapshot, wanted: Snapshot) -> Snapshot:
    """Run the plan from actual to wanted, and read what came of it."""
    for step in plan(drift(compare(actual, wanted, KINDS)), actual, wanted, KINDS).steps:
        database.execute(f"SET search_path = ''; {step.statement.sql}")
    return snapshot_of(database)


def test_without_limits_every_change_is_compared(schema: Schema) -> None:
    assert changed(schema("CREATE TABLE t (a int)"), schema(""), EVERYTHING) == {
        "add table public.t",
        "add column public.t.a",
        "add owner on table public.t",
    }


def test_owners_and_grants_are_compared_only_when_included(schema: Schema) -> None:
    desired = schema("CREATE TABLE t (); ALTER TABLE t OWNER TO writer; GRANT SELECT ON t TO reader")
    actual = schema("CREATE TABLE t ()")
    assert changed(desired, actual, Scope()) == set()
    assert changed(desired, actual, Scope(include=frozenset({"owners"}))) == {"alter owner on table public.t"}
    assert changed(desired, actual, Scope(include=frozenset({"grants"}))) == {"add grant on table public.t to reader"}


def test_what_is_not_compared_is_put_back_by_a_rebuild(schema: Schema, database: Databases) -> None:
    live = database()
    live.execute("""CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;
                    ALTER VIEW v OWNER TO writer; GRANT SELECT ON v TO reader; COMMENT ON VIEW v IS 'kept'""")
    actual = snapshot_of(live)
    desired = schema("CREATE TABLE t (a text); CREATE VIEW v AS SELECT a FROM t; GRANT SELECT ON v TO writer")
    wanted, *_ = scoped(desired, actual, ignoring(IgnoreRule(kind="comment")))
    assert compare(bring(live, actual, wanted), wanted, KINDS) == ()
    assert Key("comment", ("view public.v", "")) in wanted.objects
    assert Key("grant", ("view public.v", "", "reader", "")) in wanted.objects
    assert Key("grant", ("view public.v", "", "writer", "")) not in wanted.objects


def test_an_ignored_table_keeps_its_parts_and_what_is_said_about_it(schema: Schema) -> None:
    actual = schema("""CREATE TABLE jobs (id serial PRIMARY KEY, state text CHECK (state <> ''));
                       CREATE INDEX ON jobs (state); COMMENT ON COLUMN jobs.state IS 'now'""")
    scope = ignoring(IgnoreRule(kind="table", name="public.jobs", reason="made at run time"))
    assert changed(schema(""), actual, scope) == set()
    assert changed(actual, schema(""), scope) == set()
    assert changed(schema("CREATE TABLE jobs (id bigint)"), actual, scope) == set()
    (rule,) = hidden(schema(""), actual, scope)
    assert rule[:2] == ("table public.jobs", "made at run time")
    assert {"table public.jobs", "sequence public.jobs_id_seq", "comment on column public.jobs.state"} <= {*rule.keys}


def test_partitions_go_with_an_ignored_table(schema: Schema) -> None:
    scope = ignoring(IgnoreRule(kind="table", name="public.events"))
    parent = "CREATE TABLE events (at date) PARTITION BY RANGE (at);"
    part = parent + "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')"
    assert changed(schema(parent), schema(part), scope) == set()
    assert changed(schema(part), schema(""), scope) == set()


def test_a_rule_says_what_it_hid_even_when_that_is_nothing(schema: Schema) -> None:
    rules = IgnoreRule(kind="view", name="public.*", reason="later"), IgnoreRule(kind="table", name="other.*")
    desired, actual = schema("CREATE VIEW v AS SELECT 1 AS a; CREATE VIEW same AS SELECT 1 AS a"), None
    actual = schema("CREATE VIEW same AS SELECT 1 AS a")
    assert hidden(desired, actual, ignoring(*rules)) == (
        ("view public.*", "later", ("view public.v",)),
        ("table other.*", "", ()),
    )


def test_an_ignored_attribute_leaves_the_others_to_be_compared(schema: Schema) -> None:
    desired = schema("CREATE TABLE t (a bigint, b bigint NOT NULL)")
    actual = schema("CREATE TABLE t (a int, b int)")
    scope = ignoring(IgnoreRule(kind="column", name="public.t.*", attribute="typ?"))
    assert changed(desired, actual, scope) == {"alter column public.t.b"}
    assert hidden(desired, actual, scope)[0].keys == ("column public.t.a", "column public.t.b")
    wanted, *_ = scoped(desired, actual, scope)
    assert wanted.objects[parse_key("column public.t.b")].type == "integer"
    assert wanted.objects[parse_key("column public.t.b")].not_null


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ('public."Odd *"', 0),
        ("public.Odd ?1]", 0),
        ("*", 0),
        ("public.odd *", 1),
        ("public.??? [[]1]", 1),
        ("Odd *", 1),
    ],
)
def test_a_name_pattern_is_the_dotted_path_with_stars_and_question_marks(
    pattern: str, left: int, schema: Schema
) -> None:
    desired, actual = schema('CREATE TABLE "Odd [1]" ()'), schema("")
    assert len(changed(desired, actual, ignoring(IgnoreRule(name=pattern)))) == left


def test_a_rule_on_comments_goes_by_the_name_of_what_they_stand_on(schema: Schema) -> None:
    desired = schema("CREATE TABLE t (a int); COMMENT ON COLUMN t.a IS 'x'; COMMENT ON TABLE t IS 'y'")
    actual = schema("CREATE TABLE t (a int)")
    scope = ignoring(IgnoreRule(kind="comment", name="public.t.a"))
    assert changed(desired, actual, scope) == {"add comment on table public.t"}


def test_only_the_schemas_in_scope_are_compared(schema: Schema) -> None:
    desired = schema("""CREATE SCHEMA app; CREATE TABLE app.t (a int); CREATE SCHEMA other;
                        CREATE TABLE other.t (a int); COMMENT ON TABLE other.t IS 'x';
                        CREATE EXTENSION hstore; CREATE PUBLICATION p""")
    everything = {"add schema app", "add table app.t", "add column app.t.a"}
    assert changed(desired, schema(""), Scope(schemas=("a*",))) == everything
    assert changed(schema(""), desired, Scope(schemas=("a*",))) == {key.replace("add", "drop") for key in everything}


def test_an_index_on_a_column_that_is_left_out_is_left_out_too(schema: Schema) -> None:
    desired = schema("CREATE TABLE t (a int, tmp int); CREATE INDEX i ON t (tmp); CREATE INDEX j ON t (a)")
    actual = schema("CREATE TABLE t (a int)")
    scope = ignoring(IgnoreRule(kind="column", name="*.tmp"))
    assert changed(desired, actual, scope) == {"add index public.j"}
    assert hidden(desired, actual, scope)[0].keys == ("column public.t.tmp", "index public.i")


def test_what_goes_with_a_dropped_object_is_not_held_back_by_a_rule(schema: Schema, database: Databases) -> None:
    live = database()
    live.execute("CREATE TABLE t (a int, b int); CREATE INDEX tmp ON t (b); CREATE TABLE gone (); CREATE TABLE u ()")
    live.execute("COMMENT ON TABLE gone IS 'x'; COMMENT ON TABLE u IS 'y'")
    actual = snapshot_of(live)
    scope = ignoring(IgnoreRule(kind="index", name="*.tmp"), IgnoreRule(kind="comment"))
    wanted, _, told, *_ = scoped(schema("CREATE TABLE t (a int); CREATE TABLE u ()"), actual, scope)
    assert compare(bring(live, actual, wanted), wanted, KINDS) == ()
    assert [rule.keys for rule in told] == [(), ("comment on table public.u",)]


def test_an_index_that_moves_onto_an_ignored_table_is_left_out(schema: Schema) -> None:
    desired = schema("CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE INDEX i ON b (x)")
    actual = schema("CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE INDEX i ON a (x)")
    assert changed(desired, actual, ignoring(IgnoreRule(kind="table", name="public.b"))) == set()


def test_a_role_stands_for_another_wherever_an_object_names_it(schema: Schema) -> None:
    sql = """CREATE TABLE t (); ALTER TABLE t OWNER TO {0}; CREATE TABLE u (); GRANT SELECT ON u TO {0}, writer;
             GRANT INSERT ON u TO {1} WITH GRANT OPTION; SET ROLE {1}; GRANT INSERT ON u TO {0}; RESET ROLE;
             CREATE POLICY p ON t TO writer, {0}"""
    desired, actual = schema(sql.format("dev_app", "dev_job")), schema(sql.format("prod_app", "prod_job"))
    scope = Scope(include=EVERYTHING.include, roles={"dev_app": "prod_app", "dev_job": "prod_job"})
    assert len(changed(desired, actual, EVERYTHING)) > len(("owner", "policy", "grants"))
    assert changed(desired, actual, scope) == set()
    wanted, *_ = scoped(desired, schema(""), scope)
    assert list(wanted.edges)
    assert {edge.key for edge in wanted.edges} | {edge.needs for edge in wanted.edges} <= wanted.objects.keys()


def test_two_roles_can_become_one_only_where_they_may_do_the_same(schema: Schema) -> None:
    roles = {"dev_app": "prod_app", "dev_job": "prod_app"}
    scope = Scope(include=frozenset({"grants"}), roles=roles)
    alike = schema("CREATE TABLE t (); GRANT SELECT ON t TO dev_app, dev_job")
    assert changed(alike, schema("CREATE TABLE t (); GRANT SELECT ON t TO prod_app"), scope) == set()
    different = schema("CREATE TABLE t (); GRANT SELECT ON t TO dev_app; GRANT INSERT ON t TO dev_job")
    with pytest.raises(ConfigError, match=r"roles: grant on table public\.t to dev_app and grant .* to dev_job are"):
        scoped(different, alike, scope)


def test_a_kind_that_one_side_could_not_read_is_not_compared(schema: Schema) -> None:
    desired, actual = schema("CREATE VIEW v AS SELECT 1 AS a; CREATE TABLE t ()"), schema("")
    blind = replace(actual, unreadable=(Unreadable("view", "permission denied"),))
    assert changed(desired, blind, Scope()) == {"add table public.t"}


def test_dependencies_come_from_the_side_that_each_object_is_taken_from(schema: Schema) -> None:
    desired = schema("CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE VIEW v AS SELECT x FROM b")
    actual = schema("CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE VIEW v AS SELECT x FROM a")
    wanted, *_ = scoped(desired, actual, ignoring(IgnoreRule(kind="view")))
    view, column = Key("view", ("public", "v")), Key("column", ("public", "a", "x"))
    assert column in {edge.needs for edge in wanted.needs[view]}
    assert Key("column", ("public", "b", "x")) not in {edge.needs for edge in wanted.needs[view]}


def test_a_part_of_a_schema_holds_what_its_objects_need(schema: Schema) -> None:
    whole = schema("""CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('x'); CREATE TABLE app.t (m mood);
                      CREATE TABLE rest (); CREATE EXTENSION hstore""")
    part = in_schemas(whole, KINDS, ["app"])
    names = {str(key) for key in part.objects if key.kind != "owner"}
    assert names == {"schema app", "table app.t", "column app.t.m", "enum public.mood", "schema public"}
    assert {edge.needs for edge in part.edges} <= part.objects.keys()
    assert in_schemas(whole, KINDS, []) is whole


def target(name: str, *schemas: str) -> Target:
    return Target(name, SqlSource(Path(name), name), schemas=schemas)


def request(desired: Target, actual: Target, **schema_map: str) -> VerifyRequest:
    return VerifyRequest(Path("m.sql"), None, TargetPair(desired, actual, schema_map), Verify.QUICK)


def test_the_scope_is_that_of_the_request_and_the_configuration(schema: Schema) -> None:
    config = Config(
        Path(),
        include=frozenset({Include.OWNERS}),
        ignore=Ignore((IgnoreRule(name="*.v"),)),
        roles={"dev_app": "prod_app"},
    )
    desired = schema("""CREATE TABLE t (); ALTER TABLE t OWNER TO dev_app; CREATE VIEW v AS SELECT 1 AS a;
                        CREATE TABLE django_migrations (id int, app text, name text, applied timestamptz);
                        CREATE SCHEMA other; CREATE TABLE other.t (); GRANT SELECT ON t TO reader""")
    wanted, _, told, *_ = effective(
        desired, schema(""), KINDS, request(target("dev", "public"), target("prod")), config
    )
    assert [str(change.key) for change in compare(schema(""), wanted, KINDS)] == [
        "owner on table public.t",
        "table public.t",
    ]
    assert wanted.objects[parse_key("owner on table public.t")].role == "prod_app"
    assert [rule.rule for rule in told] == ["* *.v", "built-in: Django"]


def test_two_different_schema_filters_are_refused(schema: Schema) -> None:
    asked = request(target("dev", "a", "b"), target("prod", "c"))
    with pytest.raises(ConfigError, match=r"dev is limited to schemas a, b and prod to c: give both the same"):
        effective(schema(""), schema(""), KINDS, asked, Config(Path()))
