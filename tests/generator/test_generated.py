"""Random schemas and random changes of them obey the laws of the golden cases.

What a run tries depends on the seed that pytest-randomly prints; `--randomly-seed=N` tries the same again, and
DRIFTWATCH_GENERATED=500 so many pairs of each family instead of a few.
"""

from __future__ import annotations

import os
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from generator.build import FAMILIES, connection, step
from generator.pairs import Pair, complaint, generated, smallest
from generator.world import ROLES, World
from support.installed import MAJORS, NEWEST

if TYPE_CHECKING:
    from generator.world import Step
    from support.servers import Databases, LiveServer, Servers

QUICK, LONG = 1, 10
"""Pairs of each family by default, and of each family and major in the long run."""

ASKED = int(os.environ.get("DRIFTWATCH_GENERATED", "0"))

EVERY = [
    *(pytest.param(family, NEWEST, QUICK, id=family) for family in FAMILIES),
    *(
        pytest.param(family, major, LONG, id=f"{family}@{major}", marks=pytest.mark.every_major)
        for family in FAMILIES
        for major in MAJORS
    ),
]


@pytest.mark.parametrize(("family", "major", "count"), EVERY)
def test_generated_pairs_end_in_each_other(
    family: str, major: int, count: int, server: Servers, request: pytest.FixtureRequest
) -> None:
    there = server(major)
    there.ensure_roles(ROLES)

    # Hypothesis cannot shrink what a server answers to; `smallest` does, by statements.
    @seed(request.config.getoption("randomly_seed"))
    @settings(
        max_examples=ASKED or count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True))
    def each(random: Random) -> None:
        obeys(generated(random, family, there), there)

    each()


def obeys(pair: Pair, server: LiveServer) -> None:
    """Fail with the smallest pair that breaks a law, ready to become a golden case."""
    if complaint(pair, server):
        least = smallest(pair, lambda other: bool(complaint(other, server)))
        pytest.fail(f"{least}-- what is wrong\n{complaint(least, server)}", pytrace=False)


def test_the_same_seed_gives_the_same_pair(server: Servers) -> None:
    there = server(NEWEST)
    there.ensure_roles(ROLES)
    one, other = (generated(Random(7), "tables", there) for _ in range(2))  # noqa: S311  no secret
    assert one == other
    assert one.old
    assert one.changed


FEW = 60
"""Of so many tries of a step on a full schema the server has to take one."""


@pytest.mark.every_major
def test_the_server_takes_every_step_now_and_then(server: Servers, database: Databases) -> None:
    server(NEWEST).ensure_roles(ROLES)
    with closing(connection(database())) as connected:
        world = World(Random(3), connected)  # noqa: S311  no secret
        for _ in range(8):
            for each in FAMILIES.values():
                for made in each.make:
                    step(world, [made])
        every = {step for each in FAMILIES.values() for step in (*each.make, *each.change)}
        refused = [each.__name__ for each in every if not any(taken(world, each) for _ in range(FEW))]
    assert not refused


def taken(world: World, wanted: Step) -> bool:
    """Whether the server takes it; what it did is undone."""
    with world.connection.transaction(force_rollback=True):
        return bool(step(world, [wanted]))
