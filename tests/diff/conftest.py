"""Schemas as snapshots: SQL is run in a database of its own and read back."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from driftwatch.kinds import KINDS
from support.installed import NEWEST
from support.schemas import snapshot_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from driftwatch.model.change import Change
    from driftwatch.model.snapshot import Snapshot
    from support.servers import Servers

ROLES = ("reader", "writer", "dev_app", "prod_app", "dev_job", "prod_job")


@pytest.fixture(scope="session")
def schema(server: Servers) -> Callable[[str], Snapshot]:
    """`schema(sql)`: what the newest PostgreSQL makes of it."""
    newest = server(NEWEST)
    newest.ensure_roles(ROLES)

    @cache
    def of(sql: str) -> Snapshot:
        made = newest.create()
        made.execute(sql)
        found = snapshot_of(made)
        made.drop()
        return found

    return of


def without_collateral(changes: Iterable[Change], include: Collection[str]) -> list[Change]:
    """The changes without owners and grants that go with a dropped object, where they are not compared."""
    optional = {kind.name for kind in KINDS if kind.optional and kind.optional not in include}
    return [change for change in changes if change.key.kind not in optional]
