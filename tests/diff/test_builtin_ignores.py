from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from diff.conftest import without_collateral
from driftwatch.config.values import IgnoreRule
from driftwatch.diff.builtin_ignores import TOOLS
from driftwatch.diff.compare import compare, drift
from driftwatch.diff.masks import Scope
from driftwatch.diff.scope import in_scope
from driftwatch.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from driftwatch.model.snapshot import Snapshot

    Schema = Callable[[str], Snapshot]

# Sections of a file, each with what one tool makes.
_SECTION = re.compile(r"^-- tool: (.*)\n((?:(?!-- tool: ).*\n?)*)", re.MULTILINE)
MADE = dict(_SECTION.findall((Path(__file__).parent / "bookkeeping.sql").read_text()))


def left(desired: Snapshot, actual: Snapshot, scope: Scope | None = None) -> list[str]:
    scope = scope or Scope()
    wanted, *_ = in_scope(desired, actual, KINDS, scope)
    changes = without_collateral(drift(compare(actual, wanted, KINDS)), scope.include)
    return [f"{change.verb} {change.key}" for change in changes]


def test_every_tool_is_tried_here() -> None:
    assert [tool.name for tool in TOOLS] == list(MADE)


@pytest.mark.parametrize("tool", MADE)
def test_the_bookkeeping_of_a_tool_is_no_drift_in_either_direction(tool: str, schema: Schema) -> None:
    with_tool, without = schema(MADE[tool]), schema("")
    assert left(with_tool, without) == []
    assert left(without, with_tool) == []
    (rule,) = in_scope(without, with_tool, KINDS, Scope()).hidden
    assert rule.rule == f"built-in: {tool}"
    assert set(rule.keys) == {
        str(key) for key in with_tool.objects.keys() - without.objects.keys() if key.kind not in {"owner", "grant"}
    }


def test_what_a_user_added_to_it_or_said_of_it_goes_with_it(schema: Schema) -> None:
    made = MADE["goose"]
    more = """COMMENT ON TABLE goose_db_version IS 'x'; CREATE INDEX i ON goose_db_version (tstamp);
              GRANT SELECT ON goose_db_version TO reader"""
    scope = Scope(include=frozenset({"grants"}))
    assert left(schema(f"{made}; {more}"), schema(made), scope) == []
    assert left(schema(made), schema(f"{made}; {more}"), scope) == []


def test_two_versions_of_a_tool_differ_without_drift(schema: Schema) -> None:
    older = "CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar)"
    assert left(schema(MADE["Rails"]), schema(older)) == []


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE schema_migrations (version text, note text)",
        "CREATE TABLE migrations (id int, name text)",
        "CREATE TABLE changes (change_id text)",
        "CREATE TABLE projects (project text, uri text, created_at date, creator_name text, creator_email text)",
        "CREATE VIEW alembic_version AS SELECT 'x' AS version_num",
    ],
)
def test_a_name_alone_is_not_enough(sql: str, schema: Schema) -> None:
    assert left(schema(sql), schema(""))[0].startswith("add ")


def test_a_table_that_is_a_tools_on_one_side_only_is_compared(schema: Schema) -> None:
    desired = schema("CREATE TABLE schema_migrations (version varchar, mine text)")
    assert "add column public.schema_migrations.mine" in left(desired, schema(MADE["Rails or dbmate"]))


def test_a_tools_schema_with_something_else_in_it_is_compared(schema: Schema) -> None:
    desired = schema(f"{MADE['Drizzle']}; CREATE VIEW drizzle.mine AS SELECT 1 AS a")
    assert left(desired, schema("")) == ["add schema drizzle", "add view drizzle.mine"]


def test_other_drift_is_still_seen(schema: Schema) -> None:
    assert left(schema(f"{MADE['Prisma']}; CREATE TABLE t ()"), schema("")) == ["add table public.t"]


def test_the_built_in_rules_can_be_turned_off(schema: Schema) -> None:
    assert "add table public.alembic_version" in left(schema(MADE["Alembic"]), schema(""), Scope(builtin=False))


def test_a_rule_of_the_users_counts_before_the_built_in_one(schema: Schema) -> None:
    scope = Scope(rules=(IgnoreRule(kind="table", reason="mine"),))
    told = in_scope(schema(MADE["Alembic"]), schema(""), KINDS, scope).hidden
    assert [rule.reason for rule in told] == ["mine"]
