"""A golden case whose schemas load alike, or not at all, would prove nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.observer.observe import observe
from support.cases import each_case_and_major, load_cases
from support.installed import unavailable

if TYPE_CHECKING:
    from support.cases import Case
    from support.servers import Databases, Servers


@pytest.mark.parametrize(("case", "major"), each_case_and_major(usually_newest=True))
def test_case_loads_and_its_two_schemas_differ(case: Case, major: int, server: Servers, database: Databases) -> None:
    lacking = server(major).lacks(case.needs)
    if lacking:
        unavailable(f"PostgreSQL {major} here lacks {', '.join(sorted(lacking))}")
    server(major).ensure_roles(case.roles)
    old, new = database(major), database(major)
    old.load(case.old)
    new.load(case.new)
    if case.seed:
        old.load(case.seed)
    assert observe(old.conninfo, new.conninfo, server(major).binaries.program("pg_dump"))


def test_there_are_more_than_five_hundred_cases() -> None:
    assert len(load_cases()) > 500
