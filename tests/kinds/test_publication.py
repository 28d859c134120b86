from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.statement import Danger, Level

if TYPE_CHECKING:
    from kinds.conftest import Plans

TABLES = "CREATE SCHEMA x; CREATE TABLE t (a int PRIMARY KEY, b int); CREATE TABLE u (a int PRIMARY KEY, b int)"


def test_column_list_and_schema_take_turns(way: Plans) -> None:
    """One publication can't have both (0A000)."""
    columns, schema = "CREATE PUBLICATION p FOR TABLE t (a)", "CREATE PUBLICATION p FOR TABLES IN SCHEMA x"

    way(columns, schema, both=TABLES)
    way(schema, columns, both=TABLES)


def test_columns_are_compared_without_their_order(way: Plans) -> None:
    plan = way("CREATE PUBLICATION p FOR TABLE t (a, b)", "CREATE PUBLICATION p FOR TABLE t (b, a)", both=TABLES)

    assert not list(plan.steps)


def test_member_goes_silently_with_its_table_or_its_publication(way: Plans) -> None:
    publication = "CREATE PUBLICATION p FOR TABLE t, u"

    without_publication = way(publication, "", both=TABLES)
    without_table = way(f"{TABLES}; {publication}", f"{TABLES}; {publication}; DROP TABLE u")

    assert [step.key.kind for step in without_publication.steps] == ["publication"]
    assert [step.key.kind for step in without_table.steps] == ["table"]


def test_children_of_a_published_table_stay_unpublished(way: Plans) -> None:
    """ADD TABLE without ONLY would add them."""
    way("", "CREATE PUBLICATION p FOR TABLE ONLY t", both=f"{TABLES}; CREATE TABLE child () INHERITS (t)")


def test_new_publication_is_safe_and_a_change_of_one_in_use_is_not(way: Plans) -> None:
    fresh = way("", "CREATE PUBLICATION p FOR TABLE t", both=TABLES).steps
    changed = way("CREATE PUBLICATION p FOR TABLE t", "CREATE PUBLICATION p FOR TABLE t, u", both=TABLES).steps

    assert {step.statement.level for step in fresh if step.key.kind.startswith("publication")} == {Level.SAFE}
    assert {hazard.danger for step in changed for hazard in step.statement.hazards} == {Danger.REPLICATION}
