"""Nothing is proved but what ends, there and back, like the other schema: to our reader and to `pg_dump`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.kinds import KINDS
from driftwatch.model.verdict import Failure
from driftwatch.verify import build
from driftwatch.verify.prove import SHOWN, Built, build_on, prove
from verify.conftest import way

if TYPE_CHECKING:
    from driftwatch.model.kind import Kind
    from driftwatch.model.plan import Plan
    from driftwatch.shadow.contract import Shadow
    from verify.conftest import Schemas

READ = {"table", "column", "database_setting", "grant", "owner"}
SOME = tuple(kind for kind in KINDS if kind.name in READ)

TABLE = "CREATE TABLE public.t (a int)"
ADD, TAKE = "ALTER TABLE public.t ADD COLUMN b int", "ALTER TABLE public.t DROP COLUMN b"
REFUSED = "ALTER TABLE public.nowhere ADD COLUMN b int"
UNREAD, UNREAD_TAKEN = "CREATE DOMAIN public.d AS int", "DROP DOMAIN public.d"


def stages(failures: tuple[Failure, ...]) -> list[str]:
    return [failure.stage for failure in failures]


@pytest.mark.parametrize(
    ("migration", "rollback", "expected"),
    [
        (way(ADD), way(TAKE), []),
        (way(), way(TAKE), ["reading back after applying the migration"]),
        (way(ADD.replace("int", "text")), way(TAKE), ["reading back after applying the migration"]),
        (way(ADD, "CREATE TABLE public.u ()"), way(TAKE), ["reading back after applying the migration"]),
        (way(ADD), way(), ["reading back after applying the rollback"]),
        (way(REFUSED), way(TAKE), ["applying the migration"]),
        (way(ADD), way(REFUSED), ["applying the rollback"]),
        (way(ADD, UNREAD), way(TAKE, UNREAD_TAKEN), ["pg_dump after applying the migration"]),
        (way(ADD), way(TAKE, UNREAD), ["pg_dump after applying the rollback"]),
    ],
    ids=[
        "right both ways",
        "nothing done",
        "another type",
        "something more",
        "nothing undone",
        "refused",
        "refused on the way back",
        "something that no kind reads",
        "something that no kind reads on the way back",
    ],
)
def test_a_way_is_proved_by_where_it_ends_and_the_way_back_too(
    migration: Plan, rollback: Plan, expected: list[str], shadow: Shadow, built: Schemas
) -> None:
    actual, desired = built(way(TABLE), SOME), built(way(TABLE, ADD), SOME)
    assert stages(prove(shadow, actual, desired, migration, rollback, SOME)) == expected


def test_what_no_dump_tells_is_read_back(shadow: Shadow, built: Schemas) -> None:
    actual, desired = built(way(TABLE), SOME), built(way(TABLE), SOME)
    build.apply(desired.database, way(f"ALTER DATABASE {desired.database.name} SET work_mem = '5MB'"))
    desired = Built(desired.database, build.snapshot_of(desired.database, SOME))
    failures = prove(shadow, actual, desired, way(), way(), SOME)
    assert stages(failures) == ["reading back after applying the migration"]


@pytest.mark.parametrize("kinds", [SOME, ()], ids=["read back", "dumped"])
@pytest.mark.parametrize(
    "right", ["GRANT SELECT ON public.t TO PUBLIC", "ALTER TABLE public.t OWNER TO pg_monitor"], ids=["grant", "owner"]
)
def test_rights_count_unless_the_shadows_role_brings_its_own(
    kinds: tuple[Kind, ...], right: str, shadow: Shadow, built: Schemas
) -> None:
    actual, desired = built(way(TABLE), kinds), built(way(TABLE, right), kinds)
    assert prove(shadow, actual, desired, way(), way(), kinds)
    assert prove(shadow, actual, desired, way(), way(), kinds, rights=False) == ()


@pytest.mark.parametrize(("kinds", "by"), [(SOME, "reading back"), ((), "pg_dump")], ids=["read back", "dumped"])
def test_without_rights_everything_else_counts(
    kinds: tuple[Kind, ...], by: str, shadow: Shadow, built: Schemas
) -> None:
    actual, desired = built(way(TABLE), kinds), built(way(TABLE, ADD), kinds)
    failures = prove(shadow, actual, desired, way(), way(TAKE), kinds, rights=False)
    assert stages(failures) == [f"{by} after applying the migration"]


def test_a_copy_that_cannot_be_completed_proves_nothing(
    shadow: Shadow, built: Schemas, monkeypatch: pytest.MonkeyPatch
) -> None:
    actual, desired = built(way(TABLE), SOME), built(way(TABLE, ADD), SOME)
    build.apply(actual.database, way(f"ALTER DATABASE {actual.database.name} SET work_mem = '5MB'"))
    actual = Built(actual.database, build.snapshot_of(actual.database, SOME))
    monkeypatch.setattr(build, "build", lambda *_: build.Refused("ALTER DATABASE", "no"))
    (failure,) = prove(shadow, actual, desired, way(ADD), way(TAKE), SOME)
    assert failure == Failure("copying the actual schema on the shadow", "ALTER DATABASE", "no")


def test_a_schema_that_the_shadow_refuses_is_a_failure_of_its_stage(shadow: Shadow, built: Schemas) -> None:
    wanted = built(
        way(
            "CREATE TABLE public.t (a public.d)".replace("public.d", "int"),
            UNREAD,
            "ALTER TABLE public.t ALTER COLUMN a TYPE public.d",
        ),
        SOME,
    ).snapshot
    found = build_on(shadow, wanted, SOME, "building it")
    assert isinstance(found, Failure)
    assert found.stage == "building it"
    assert "public.d" in found.sql


@pytest.mark.parametrize("more", [0, 1])
def test_what_is_left_to_do_is_named_and_counted(more: int, shadow: Shadow, built: Schemas) -> None:
    tables = [f"CREATE TABLE public.t{number} ()" for number in range(SHOWN + more)]
    kinds = tuple(kind for kind in KINDS if kind.name == "table")
    actual, desired = built(way(TABLE), kinds), built(way(TABLE, *tables), kinds)
    (failure,) = prove(shadow, actual, desired, way(), way(), kinds)
    assert failure.message.startswith("still to do: add table public.t0; add table public.t1; ")
    assert failure.message.endswith(f"table public.t{SHOWN - 1}{' and 1 more' * more}")


def test_a_secret_that_is_another_is_no_copy_of_the_first(shadow: Shadow, built: Schemas) -> None:
    """Both sides hold placeholders already: where even those differ `pg_dump` says so."""
    wrapper = "CREATE FOREIGN DATA WRAPPER w"
    server = "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'driftwatch:secret:{}')"
    actual, desired = (built(way(wrapper, server.format(secret)), ()) for secret in ("one", "two"))
    assert stages(prove(shadow, actual, desired, way(), way(), ())) == ["pg_dump after applying the migration"]
