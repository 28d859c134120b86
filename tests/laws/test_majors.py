"""One schema on two majors is no drift, whatever each of them prints."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from driftwatch.cli import run
from support.cases import each_case_and_major
from support.installed import MAJORS, unavailable
from support.schemas import load_everything

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

    from support.cases import Case
    from support.servers import Database, Databases, Servers

SHOP = Path(__file__).parents[2] / "examples" / "shop" / "prod.sql"
SHOP_SINCE = 15
OLDEST = MAJORS[0]
FEW, MORE = 150, 20


def pairs(since: int) -> list[ParameterSet]:
    """Every ordered pair of majors from one on; by default the two furthest apart."""
    majors = [major for major in MAJORS if major >= since]
    furthest = {majors[0], majors[-1]}
    return [
        pytest.param(one, other, marks=() if {one, other} == furthest else pytest.mark.every_major)
        for one, other in permutations(majors, 2)
    ]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def no_drift(capsys: pytest.CaptureFixture[str], dev: Database, prod: Database) -> None:
    """Fail, with what was said, unless the comparison finds none.

    Without owners and grants: before 15 the schema public truly has another owner and other rights.
    """
    code = run(["compare", dev.conninfo, prod.conninfo, "--no-report"])
    said = capsys.readouterr()
    assert code == 0, said.out + said.err


@pytest.mark.parametrize(("one", "other"), pairs(OLDEST))
def test_an_object_of_every_kind_is_the_same_on_two_majors(
    database: Databases, capsys: pytest.CaptureFixture[str], one: int, other: int
) -> None:
    sides = database(one), database(other)
    for side in sides:
        load_everything(side, OLDEST)
    no_drift(capsys, *sides)


@pytest.mark.parametrize(("one", "other"), pairs(SHOP_SINCE))
def test_the_example_is_the_same_on_two_majors(
    database: Databases, capsys: pytest.CaptureFixture[str], one: int, other: int
) -> None:
    sides = database(one), database(other)
    for side in sides:
        side.load(SHOP)
    no_drift(capsys, *sides)


@pytest.mark.parametrize(
    ("case", "major"),
    each_case_and_major(
        lambda case, major: case.every_nth(FEW, major),
        lambda case, major: case.majors[0] < major and case.every_nth(MORE, major),
    ),
)
def test_a_golden_schema_is_the_same_on_the_oldest_major_that_knows_it(
    case: Case, major: int, server: Servers, database: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = database(case.majors[0]), database(major)
    for side in sides:
        lacking = server(side.server.major).lacks(case.needs)
        if lacking:
            unavailable(f"PostgreSQL {side.server.major} here lacks {', '.join(sorted(lacking))}")
        side.server.ensure_roles(case.roles)
        side.load(case.new)
    no_drift(capsys, *sides)
