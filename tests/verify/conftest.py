"""A shadow for the tests of a module, and plans of a test's own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from driftwatch.kinds import KINDS
from driftwatch.model.key import Key
from driftwatch.model.plan import Plan, Step, Transaction
from driftwatch.model.statement import Statement
from driftwatch.shadow.databases import ShadowSettings, open_shadow
from driftwatch.verify import build
from driftwatch.verify.prove import Built

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from driftwatch.model.kind import Kind
    from driftwatch.shadow.contract import Shadow

Schemas = Callable[..., Built]
"""Makes a database of the shadow with this schema, read back by these kinds."""


@pytest.fixture(scope="module")
def shadow() -> Iterator[Shadow]:
    with open_shadow(ShadowSettings()) as shadow:
        yield shadow


@pytest.fixture
def built(shadow: Shadow) -> Iterator[Schemas]:
    made = []

    def of(plan: Plan, kinds: Sequence[Kind] = KINDS) -> Built:
        made.append(shadow.create_database())
        assert build.apply(made[-1], plan) is None
        return Built(made[-1], build.snapshot_of(made[-1], kinds))

    yield of
    for database in made:
        database.drop()


def key(name: str) -> Key:
    return Key("table", ("public", name))


def way(*statements: str | Statement) -> Plan:
    """One transaction; each statement's key has the number of its place."""
    words = [Statement(each) if isinstance(each, str) else each for each in statements]
    steps = tuple(Step(key(str(place)), "alter", each) for place, each in enumerate(words))
    return Plan((Transaction(steps),)) if steps else Plan()
