from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.kinds import KINDS
from support.installed import MAJORS

if TYPE_CHECKING:
    from support.servers import Databases, Servers


@pytest.mark.parametrize("major", MAJORS)
def test_every_query_runs_for_a_role_that_may_do_nothing_but_connect(
    major: int, server: Servers, database: Databases
) -> None:
    server(major).ensure_roles(["app_nobody"])
    refused = {}
    with psycopg.connect(database(major).conninfo, autocommit=True) as connection:
        connection.execute("SET ROLE app_nobody; SET search_path = ''")
        version = connection.info.server_version
        for kind in KINDS:
            try:
                if kind.minimum <= version:
                    connection.execute(kind.query(version))
            except psycopg.errors.InsufficientPrivilege as error:
                refused[kind.name] = str(error)

    assert not refused
