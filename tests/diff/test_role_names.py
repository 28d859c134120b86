"""Roles that are called otherwise on the other side are guessed from where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.diff.compare import compare, drift
from driftwatch.diff.role_names import likely_names
from driftwatch.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from driftwatch.model.snapshot import Snapshot

    Schema = Callable[[str], Snapshot]

OWNED = "CREATE TABLE t (); CREATE TABLE u (); ALTER TABLE t OWNER TO {0}; ALTER TABLE u OWNER TO {0};"


def guessed(desired: Snapshot, actual: Snapshot) -> tuple[dict[str, str], int] | None:
    likely = likely_names(drift(compare(actual, desired, KINDS)), actual, desired, KINDS)
    return (dict(likely.roles), likely.differences) if likely else None


def test_owners_that_all_have_another_name(schema: Schema) -> None:
    found = guessed(schema(OWNED.format("dev_app")), schema(OWNED.format("prod_app")))

    assert found == ({"dev_app": "prod_app"}, 2)


def test_grants_and_policies_tell_as_well(schema: Schema) -> None:
    sql = """CREATE TABLE t (); ALTER TABLE t OWNER TO {0}; GRANT SELECT ON t TO {1};
             CREATE POLICY p ON t TO {1}, reader; ALTER DEFAULT PRIVILEGES FOR ROLE {0} GRANT SELECT ON TABLES TO {1}"""

    found = guessed(schema(sql.format("dev_app", "dev_job")), schema(sql.format("prod_app", "prod_job")))

    assert found is not None
    assert found[0] == {"dev_app": "prod_app", "dev_job": "prod_job"}


def test_other_drift_between_them_does_not_hide_it(schema: Schema) -> None:
    desired = schema(OWNED.format("dev_app") + "CREATE TABLE v (); ALTER TABLE v OWNER TO dev_app")
    actual = schema(OWNED.format("prod_app") + "GRANT SELECT ON u TO reader")

    assert guessed(desired, actual) == ({"dev_app": "prod_app"}, 2)


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        ("ALTER TABLE t OWNER TO prod_app; ALTER TABLE u OWNER TO prod_job", OWNED.format("dev_app")),
        ("ALTER TABLE t OWNER TO prod_app; GRANT SELECT ON u TO dev_app", "ALTER TABLE t OWNER TO dev_app"),
        ("ALTER TABLE t OWNER TO prod_app", "ALTER TABLE t OWNER TO dev_app; ALTER TABLE u OWNER TO prod_app"),
        ("GRANT SELECT ON t TO prod_app", "GRANT SELECT ON u TO dev_app"),
        ("", "ALTER TABLE t OWNER TO dev_app"),
        ("CREATE POLICY p ON t", "CREATE POLICY p ON t TO dev_app"),
        ("GRANT SELECT ON t TO prod_app", "GRANT SELECT ON t TO PUBLIC"),
    ],
    ids=["two-for-one", "known-there", "known-here", "elsewhere", "nobody", "for-everybody", "to-everybody"],
)
def test_nothing_is_guessed_where_the_sides_do_not_agree(there: str, wanted: str, schema: Schema) -> None:
    tables = "CREATE TABLE t (); CREATE TABLE u ();"

    assert guessed(schema(tables + wanted.removeprefix(tables)), schema(tables + there)) is None
