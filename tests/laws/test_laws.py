"""What holds for every schema, whatever is in it."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from driftwatch.diff.compare import compare, drift, reverse
from driftwatch.kinds import KINDS
from driftwatch.model.change import Verb
from driftwatch.model.edges import Listed
from driftwatch.plan.script import script
from driftwatch.sources.snapshot_file import load, save
from driftwatch.verify.build import rebuilt
from driftwatch.verify.closure import closure, restricted, touched
from support.cases import each_case_and_major
from support.engine import changes_between, described, dump, fill, migration, run, state_of, unlike
from support.installed import MAJORS, NEWEST, unavailable
from support.schemas import load_everything, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from driftwatch.model.plan import Plan
    from driftwatch.model.snapshot import Snapshot
    from support.cases import Case
    from support.servers import Database, Databases, Servers

FEW, MORE = 50, 5
"""One of so many cases is tried by default, and in the long run."""

SHUFFLES = 5

BUILT_OTHERWISE = {
    "inheritance/not-null-not-valid-of-parent-and-child": "a child can only be given a NOT VALID not-null of its own",
}
"""Golden cases whose schemas a proof builds so that the way back ends elsewhere, and why."""

BY_NAME = {kind.name: kind for kind in KINDS}

EVERY_MAJOR = [*(pytest.param(major, marks=pytest.mark.every_major) for major in MAJORS[:-1]), NEWEST]


def is_usual(case: Case, major: int) -> bool:
    return major == NEWEST and case.every_nth(FEW, major)


def is_tried(case: Case, major: int) -> bool:
    return not case.accepted and (major == NEWEST or case.every_nth(MORE, major))


@pytest.fixture
def schemas(server: Servers, database: Databases) -> Callable[[Case, int], tuple[Database, Database]]:
    """A case's two schemas in databases."""

    def of(case: Case, major: int) -> tuple[Database, Database]:
        lacking = server(major).lacks(case.needs)
        if lacking:
            unavailable(f"PostgreSQL {major} here lacks {', '.join(sorted(lacking))}")
        server(major).ensure_roles(case.roles)
        old, new = database(major), database(major)
        old.load(case.old)
        new.load(case.new)
        return old, new

    return of


@pytest.mark.parametrize(("case", "major"), each_case_and_major(is_usual, is_tried))
def test_pairs_obey_the_laws_of_comparing_and_planning(
    case: Case, major: int, schemas: Callable[[Case, int], tuple[Database, Database]], tmp_path: Path
) -> None:
    old, new = map(snapshot_of, schemas(case, major))
    assert compare(new, new, KINDS) == ()
    assert reverse(compare(old, new, KINDS)) == compare(new, old, KINDS)
    for snapshot in (old, new):
        assert {edge for key in snapshot.objects for edge in snapshot.dependents[key]} == set(snapshot.edges)
    wanted = script(migration(old, new))
    for seed in range(SHUFFLES):
        assert script(migration(shuffled(old, seed), shuffled(new, -seed))) == wanted
    save(new, tmp_path / "new.json", KINDS)
    saved = load(tmp_path / "new.json", KINDS)
    assert compare(saved, new, KINDS) == ()
    assert script(migration(old, saved)) == wanted


def shuffled(snapshot: Snapshot, seed: int) -> Snapshot:
    """The same, read in another order."""
    order = random.Random(seed)  # noqa: S311  no secret
    objects, edges = list(snapshot.objects.items()), list(snapshot.edges)
    order.shuffle(objects)
    order.shuffle(edges)
    return replace(snapshot, objects=dict(objects), read_edges=lambda _: Listed(lambda: edges))


def rowless(plan: Plan) -> Plan:
    """The plan without what fills: there are no rows to fill from."""
    kept = (tuple(step for step in each.steps if not step.statement.fills) for each in plan.transactions)
    return replace(
        plan,
        transactions=tuple(replace(each, steps=steps) for each, steps in zip(plan.transactions, kept, strict=True)),
    )


@pytest.mark.parametrize(("case", "major"), each_case_and_major(is_usual, is_tried))
def test_what_a_quick_proof_builds_is_enough_for_the_migration_and_its_way_back(
    case: Case,
    major: int,
    schemas: Callable[[Case, int], tuple[Database, Database]],
    database: Databases,
    request: pytest.FixtureRequest,
) -> None:
    if case.name in BUILT_OTHERWISE:
        request.applymarker(pytest.mark.xfail(strict=True, reason=BUILT_OTHERWISE[case.name]))
    old, new = map(snapshot_of, schemas(case, major))
    forth, back = migration(old, new), migration(new, old)
    keys = closure(touched(changes_between(old, new), forth, back), old, new, BY_NAME)
    there, wanted = database(major), database(major)
    keys |= snapshot_of(there).objects.keys()  # PL/pgSQL is there
    for empty, whole in ((there, old), (wanted, new)):
        fill(empty, restricted(whole, keys))
    before, after = snapshot_of(there), snapshot_of(wanted)
    run(there, rowless(forth))
    assert not described(changes_between(snapshot_of(there), after))
    run(there, rowless(back))
    assert not described(changes_between(snapshot_of(there), before))


@pytest.mark.parametrize(("case", "major"), each_case_and_major(is_usual, is_tried))
def test_the_plan_from_an_empty_database_is_a_faithful_copy(
    case: Case, major: int, schemas: Callable[[Case, int], tuple[Database, Database]], database: Databases
) -> None:
    _, new = schemas(case, major)
    copies(new, database(major), case.asks, wording=bool(case.wording))


@pytest.mark.parametrize("major", EVERY_MAJOR)
def test_a_schema_with_an_object_of_every_kind_is_copied_faithfully(database: Databases, major: int) -> None:
    there = database(major)
    load_everything(there)
    copies(there, database(major))


def copies(original: Database, empty: Database, asks: Iterable[str] = (), *, wording: bool = False) -> None:
    """Fail unless the database's rebuild is what pg_dump says of it, and answers the same."""
    wanted = state_of(original, asks)
    fill(empty, wanted.snapshot)
    found = state_of(empty, asks)
    assert wording or unlike(found, replace(wanted, snapshot=rebuilt(wanted.snapshot, KINDS)), copy=True) == ""


@pytest.mark.parametrize("major", EVERY_MAJOR)
def test_reading_twice_gives_the_same(database: Databases, major: int) -> None:
    there = database(major)
    load_everything(there)
    first, second = snapshot_of(there), snapshot_of(there)
    assert first.objects == second.objects
    assert set(first.edges) == set(second.edges)
    assert dump(there) == dump(there)


def test_what_a_proof_builds_of_a_schema_reads_back_as_it_was(database: Databases) -> None:
    there = database()
    load_everything(there)
    whole = snapshot_of(there)
    parents = [key for key, item in whole.objects.items() if not BY_NAME[key.kind].about and key.kind != "schema"]
    for key in random.Random(7).sample(sorted(parents), 12):  # noqa: S311  the same
        part = restricted(whole, closure({key}, whole, whole, BY_NAME))
        assert key in part.objects
        empty = database()
        fill(empty, part)
        changes = drift(compare(snapshot_of(empty), rebuilt(part, KINDS), KINDS))
        # A sequence without the column that owns it has an owner of its own, and a database is there whatever is built.
        beside = {(Verb.DROP, "owner"), (Verb.DROP, "database")}
        left = [change for change in changes if (change.verb, change.key.kind) not in beside]
        assert not left, f"{key}: {described(left)}"
