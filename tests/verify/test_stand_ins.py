"""What stays away from a shadow for want of something, and what goes there under the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from driftwatch.kinds import KINDS
from driftwatch.model.change import AttributeChange, Change, Verb
from driftwatch.model.key import Key
from driftwatch.verify.build import hidden, put_right, rebuilt
from driftwatch.verify.stand_ins import Shortfall, roles_of, stood_in, without, without_icu
from support.schemas import snapshot_of

if TYPE_CHECKING:
    from driftwatch.model.snapshot import Snapshot
    from support.servers import Databases

SCHEMA = """
    CREATE EXTENSION cube;
    CREATE TABLE boxes (b cube);
    CREATE VIEW seen AS SELECT b FROM boxes;
    CREATE TABLE plain (id int);
    CREATE INDEX plain_id ON plain (id);
    CREATE VIEW owned AS SELECT 1 AS one;
    CREATE VIEW above AS SELECT one FROM owned;
    ALTER VIEW owned OWNER TO pg_monitor;
    GRANT SELECT ON plain TO pg_signal_backend
"""
CUBE = Key("extension", ("cube",))


@pytest.fixture
def whole(database: Databases) -> Snapshot:
    there = database()
    there.execute(SCHEMA)
    return snapshot_of(there)


def gone(whole: Snapshot, lacking: Shortfall) -> set[str]:
    return {str(key) for key in whole.objects.keys() - without(whole, lacking, KINDS).objects.keys()}


def test_nothing_stays_away_where_nothing_is_lacking(whole: Snapshot) -> None:
    assert without(whole, Shortfall(), KINDS) is whole
    assert (
        without(whole, Shortfall(roles=frozenset({"nobody"}), absent=frozenset({Key("extension", ("x",))})), KINDS)
        is whole
    )


def test_of_an_extension_without_its_types_only_what_needs_it_stays_away(whole: Snapshot) -> None:
    hollow = gone(whole, Shortfall(hollow=frozenset({CUBE})))
    assert {"column public.boxes.b", "view public.seen"} <= hollow
    assert not {"extension cube", "table public.plain"} & hollow
    assert gone(whole, Shortfall(absent=frozenset({CUBE}))) == hollow | {"extension cube"}


def test_what_was_denied_stays_away_with_what_hangs_on_it(whole: Snapshot) -> None:
    found = gone(whole, Shortfall(denied={Key("view", ("public", "owned")): "no"}))
    assert {"view public.owned", "view public.above"} <= found
    assert "table public.plain" not in found


@pytest.mark.parametrize(
    ("role", "kind", "other"), [("pg_monitor", "owner", "grant"), ("pg_signal_backend", "grant", "owner")]
)
def test_what_names_a_role_that_is_not_there_stays_away(role: str, kind: str, other: str, whole: Snapshot) -> None:
    kept = without(whole, Shortfall(roles=frozenset({role})), KINDS)
    lost = whole.objects.keys() - kept.objects.keys()
    assert {key.kind for key in lost} == {kind}
    assert all(role in whole.objects[key] or role in str(whole.objects[key]) for key in lost)
    assert kept.keys_by_kind[other]


class Named(NamedTuple):
    one: str
    several: tuple[str, ...]


def test_roles_are_found_alone_and_several_at_once() -> None:
    assert list(roles_of(Named("a", ("b", "c")), ("one", "several"))) == ["a", "b", "c"]


def test_only_what_needs_icu_is_another_object_under_its_name(database: Databases) -> None:
    there = database()
    there.execute("CREATE COLLATION c (provider = libc, locale = 'C')")
    libc = snapshot_of(there)
    assert without_icu(libc, KINDS) is libc
    assert stood_in(libc, libc) == set()
    name = Key("collation", ("public", "c"))
    icu = libc.having({name: libc.objects[name]._replace(provider="icu")})
    other = without_icu(icu, KINDS)
    assert stood_in(icu, other) == {name}
    assert other.objects.keys() == icu.objects.keys()


def test_an_invalid_index_is_put_right_and_only_that_is_hidden(whole: Snapshot) -> None:
    name = Key("index", ("public", "plain_id"))
    index = whole.objects[name]
    broken = index._replace(valid=False)
    invalid = whole.having({name: broken})
    assert put_right(whole, KINDS) == set()
    assert put_right(invalid, KINDS) == {name}
    assert rebuilt(invalid, KINDS).objects == whole.objects

    def altered(attribute: str, old: object, new: object) -> Change:
        changes = (AttributeChange(attribute, getattr(old, attribute), getattr(new, attribute)),)
        return Change(name, Verb.ALTER, old, new, changes)

    assert hidden(altered("valid", broken, index), KINDS)
    reworded = index._replace(definition="other")
    assert not hidden(altered("definition", reworded, index), KINDS)
