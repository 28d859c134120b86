"""A role whose statements are soon cut off is read all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict

from driftwatch.catalog.connection import Timeouts, connect
from driftwatch.catalog.reader import read
from driftwatch.kinds import KINDS

if TYPE_CHECKING:
    from support.servers import Databases

SLOW_TO_PARSE = f"/* {'.' * 4_000_000} */"


def test_a_statement_timeout_that_ends_the_batch_before_ours_is_set_costs_no_reading(database: Databases) -> None:
    there = database()
    there.execute("CREATE TABLE t (id int)")
    table = next(kind for kind in KINDS if kind.name == "table")
    slow = replace(table, query=lambda version: f"{SLOW_TO_PARSE} {table.query(version)}")
    parameters = {name: str(value) for name, value in conninfo_to_dict(there.conninfo).items()}
    with connect(parameters | {"options": "-c statement_timeout=50ms"}, "there", Timeouts()) as connection:
        assert [str(key) for key in read(connection, [slow], Timeouts()).objects] == ["table public.t"]
