"""Schemas as snapshots: SQL is run in a database of its own and read back."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from psycopg.conninfo import conninfo_to_dict

from driftwatch.catalog.connection import Timeouts, connect
from driftwatch.catalog.reader import read
from driftwatch.kinds import KINDS
from support.installed import NEWEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from driftwatch.model.snapshot import Snapshot
    from support.servers import Database, Servers

ROLES = ("reader", "writer", "dev_app", "prod_app", "dev_job", "prod_job")


def snapshot_of(database: Database) -> Snapshot:
    parameters = {name: str(value) for name, value in conninfo_to_dict(database.conninfo).items()}
    with connect(parameters, database.name, Timeouts()) as connection:
        return read(connection, KINDS, Timeouts())


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
