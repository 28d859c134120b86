"""One schema on two majors is no drift, whatever each of them prints."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from driftwatch.cli import run
from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS
from support.cases import each_case
from support.installed import MAJORS, NEWEST, unavailable
from support.schemas import load_everything, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _pytest.mark.structures import ParameterSet

    from driftwatch.model.snapshot import Snapshot
    from support.cases import Case
    from support.servers import Database, Databases, Servers

SHOP = Path(__file__).parents[2] / "examples" / "shop" / "prod.sql"
SHOP_SINCE = 15
OLDEST = MAJORS[0]
FEW, MORE = 60, 3

OPTIONAL = {kind.name: kind.optional for kind in KINDS}


def pairs(since: int) -> list[ParameterSet]:
    """Every ordered pair of majors from one on; by default the two furthest apart."""
    majors = [major for major in MAJORS if major >= since]
    furthest = {majors[0], majors[-1]}
    return [
        pytest.param(one, other, marks=() if {one, other} == furthest else pytest.mark.every_major)
        for one, other in permutations(majors, 2)
    ]


def is_usual(case: Case) -> bool:
    return case.every_nth(FEW, OLDEST)


def is_tried(case: Case) -> bool:
    return len(case.majors) > 1 and case.every_nth(MORE, OLDEST)


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


@pytest.mark.parametrize("schema", ["old", "new"])
@pytest.mark.parametrize("case", each_case(is_usual, is_tried))
def test_a_golden_schema_is_the_same_on_every_two_majors_that_know_it(
    case: Case, schema: str, server: Servers, database: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = {major: database(major) for major in case.majors}
    for side in sides.values():
        lacking = server(side.server.major).lacks(case.needs)
        if lacking:
            unavailable(f"PostgreSQL {side.server.major} here lacks {', '.join(sorted(lacking))}")
        side.server.ensure_roles(case.roles)
        side.load(case.folder / f"{schema}.sql")
    for one, other in permutations(printed_differently(sides), 2):
        no_drift(capsys, sides[one], sides[other])


def printed_differently(sides: Mapping[int, Database]) -> tuple[int, ...]:
    """Of the majors that print a schema alike one each: only between those it takes the shadow to tell drift."""
    snapshots = {major: snapshot_of(side) for major, side in sides.items()}
    apart: list[int] = []
    for major, snapshot in snapshots.items():
        if all(seems_to_drift(snapshots[other], snapshot) for other in apart):
            apart.append(major)
    return tuple(apart)


def seems_to_drift(dev: Snapshot, prod: Snapshot) -> bool:
    """Whether anything that a comparison shows by default is another on the two sides."""
    return any(not OPTIONAL[change.key.kind] for change in drift(compare(prod, dev, KINDS)))


@pytest.mark.parametrize(("one", "other"), [(OLDEST, NEWEST), (NEWEST, OLDEST)])
def test_a_serial_of_an_unlogged_table_is_the_same_where_sequences_are_always_logged(
    database: Databases, capsys: pytest.CaptureFixture[str], one: int, other: int
) -> None:
    dev, prod, without = database(one), database(other), database(other)
    for side in (dev, prod):
        side.execute("CREATE UNLOGGED TABLE visit (id serial)")
    no_drift(capsys, dev, prod)
    proved = run(["compare", dev.conninfo, without.conninfo, "--no-report", "--fail-on", "breaking"])
    assert proved == 0, capsys.readouterr().out
