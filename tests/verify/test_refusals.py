"""What a shadow's server refuses: what was lacking there is told apart from what is wrong with a statement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.model.plan import Plan, Step, Transaction
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.model.verdict import WITHOUT_RIGHT, WITHOUT_SECRET
from driftwatch.verify import build
from verify.conftest import key, way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.shadow.contract import Shadow, ShadowDatabase

DENIED = "CREATE FOREIGN DATA WRAPPER {}"
HERE = "CREATE TABLE public.{} (a int)"
WRONG = "CREATE TABLE public.wrong (a public.nothing)"
# The validator of postgresql_fdw knows no such option: 'HV00D', invalid_option_name.
WRAPPER = "CREATE FOREIGN DATA WRAPPER w VALIDATOR postgresql_fdw_validator"
SECRET = Statement(
    "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (secret 'placeholder')", hazards=(Hazard(Danger.SECRET, ""),)
)
NOT_SECRET = replace(SECRET, hazards=(Hazard(Danger.ACCESS, ""),))
ROLE = "driftwatch_test_of_superusers"


@pytest.fixture
def mine(shadow: Shadow) -> Iterator[ShadowDatabase]:
    """A superuser's."""
    with shadow.create_database() as database:
        yield database


@pytest.fixture
def owners(mine: ShadowDatabase) -> ShadowDatabase:
    """One of a role that may do little, as on a server that is not ours."""
    with psycopg.connect(mine.conninfo, autocommit=True) as connection:
        connection.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
    return replace(mine, conninfo=mine.owner_conninfo)


def tables(database: ShadowDatabase) -> set[str]:
    with psycopg.connect(database.conninfo) as connection:
        return {name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


def test_all_that_is_denied_is_found_at_once_and_the_rest_is_made(owners: ShadowDatabase) -> None:
    first, second = way(HERE.format("a"), DENIED.format("x"), HERE.format("b")), way(DENIED.format("y"))
    refused = build.apply(owners, Plan(first.transactions + second.transactions))
    assert refused is not None
    assert refused.sql == DENIED.format("x")
    assert [denied.key for denied in refused.denied] == [key("1"), key("0")]
    assert all(denied.message.startswith(f"{WITHOUT_RIGHT}: permission denied") for denied in refused.denied)
    assert tables(owners) == {"a", "b"}


def test_what_fails_after_something_was_denied_is_not_called_denied(owners: ShadowDatabase) -> None:
    refused = build.apply(owners, way(DENIED.format("x"), WRONG, HERE.format("b")))
    assert refused is not None
    assert [denied.key for denied in refused.denied] == [key("0")]
    assert tables(owners) == {"b"}


def test_a_session_that_ends_on_the_way_ends_it(owners: ShadowDatabase) -> None:
    ends = "SELECT pg_terminate_backend(pg_backend_pid())"
    refused = build.apply(owners, way(DENIED.format("x"), ends, HERE.format("b")))
    assert refused is not None
    assert (refused.sql, refused.denied) == (ends, ())


def test_what_is_wrong_ends_it_and_nothing_is_called_denied(owners: ShadowDatabase, mine: ShadowDatabase) -> None:
    for database in (owners, mine):
        refused = build.apply(database, way(HERE.format("a"), WRONG, DENIED.format("x")))
        assert refused is not None
        assert (refused.sql, refused.denied) == (WRONG, ())
        assert tables(database) == set()


def test_what_runs_outside_of_a_transaction_has_no_savepoint(owners: ShadowDatabase) -> None:
    alone = (Step(key(name), "create", Statement(HERE.format(name))) for name in ("a", "b"))
    assert build.apply(owners, Plan(tuple(Transaction((step,), block=False) for step in alone))) is None
    assert tables(owners) == {"a", "b"}


def test_a_superuser_is_denied_nothing(mine: ShadowDatabase) -> None:
    """Where it is refused a right all the same (an event trigger's code), the migration is what is wrong."""
    raises = "DO $$ BEGIN RAISE insufficient_privilege; END $$"
    refused = build.apply(mine, way(raises, HERE.format("a")))
    assert refused is not None
    assert (refused.sql, refused.denied) == (raises, ())
    assert tables(mine) == set()


def test_a_placeholder_that_is_refused_is_told_apart(mine: ShadowDatabase) -> None:
    refused = build.apply(mine, way(WRAPPER, SECRET, HERE.format("a")))
    assert refused is not None
    assert [denied.key for denied in refused.denied] == [key("1")]
    assert refused.denied[0].message.startswith(f"{WITHOUT_SECRET}: ")
    assert tables(mine) == {"a"}


def test_what_is_refused_without_a_secret_in_it_is_wrong(mine: ShadowDatabase) -> None:
    refused = build.apply(mine, way(WRAPPER, NOT_SECRET, HERE.format("a")))
    assert refused is not None
    assert refused.denied == ()
    assert tables(mine) == set()


def test_a_placeholder_is_not_blamed_for_what_is_missing(mine: ShadowDatabase) -> None:
    """Without the wrapper (42704) it was not the secret that was refused."""
    refused = build.apply(mine, way(SECRET, HERE.format("a")))
    assert refused is not None
    assert refused.denied == ()
    assert tables(mine) == set()


def test_what_only_fetches_rows_is_not_tried(mine: ShadowDatabase) -> None:
    refreshes = Statement("REFRESH MATERIALIZED VIEW public.nowhere", fills=True)
    assert build.apply(mine, way(HERE.format("a"), refreshes)) is None
    assert tables(mine) == {"a"}


@pytest.mark.parametrize("already", [False, True], ids=["no superuser", "one"])
def test_an_owner_is_a_superuser_for_its_statement_only(already: bool, mine: ShadowDatabase) -> None:  # noqa: FBT001
    with psycopg.connect(mine.conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {ROLE} {'SUPERUSER' if already else 'NOSUPERUSER'}".encode())
        try:
            gives = Statement(f"ALTER FOREIGN DATA WRAPPER w OWNER TO {ROLE}", superuser=ROLE)
            assert build.apply(mine, way(DENIED.format("w"), gives)) is None
            afterwards = build.apply(mine, way(replace(gives, superuser="")))
            assert (afterwards is None) == already
            row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
            assert row == (already,)
        finally:
            connection.execute("DROP FOREIGN DATA WRAPPER IF EXISTS w")
            connection.execute(f"DROP ROLE {ROLE}".encode())
