"""The golden cases: pairs of schemas, one folder each, `tests/cases/<kind>/<case>/`.

old.sql      a schema, loaded by psql as superuser into an empty database; the server has a tablespace `elsewhere`
new.sql      the schema that it shall become, and back
seed.sql     optional: rows for old.sql
case.toml    optional; every entry is:

    majors = ">=15"               the majors it applies to: ">=N", "<=N", or both with a comma between
    every_major = true            it runs on each of them by default, not on the newest alone
    roles = ["app_reader"]        roles that exist before anything is loaded
    needs = ["icu", "pgcrypto"]   what the server must have: ICU, or an extension by its name
    require = ["alter column"]    changes that old to new must hold: a verb and a kind
    forbid = ["replace table"]    changes that it must not hold
    hazards = ["data loss"]       dangers that its statements must name
    asks = ["SELECT …"]           SQL about what pg_dump does not write: its rows are compared as well
    wording = "why"               PostgreSQL does not print a definition as it prints what it reads back of it: the
                                  result is like the new schema built from what was read of it
    accepted = "why"              it fails, and is meant to: the test that it does is strict

    [back]                        require, forbid and hazards of the way from new to old
"""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.installed import MAJORS

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

CASES = Path(__file__).parents[1] / "cases"

SHAPE = frozenset({"require", "forbid", "hazards"})
SETTINGS = SHAPE | {"majors", "every_major", "roles", "needs", "back", "asks", "wording", "accepted"}

SAMPLE = 10
"""On an older major every tenth case runs by default, besides those that ask for every major."""


Chosen = Callable[["Case", int], bool]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the plan of one direction must and must not hold."""

    require: frozenset[str] = frozenset()
    forbid: frozenset[str] = frozenset()
    hazards: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """One folder.

    Attributes:
        name: `<kind>/<case>`.
        seed: The file with rows for the old schema; None where there is none.
        majors: The majors it applies to.
        forth: The shape of the plan from old to new.
        back: The shape of the plan from new to old.
        asks: SQL about what `pg_dump` does not write.
        wording: Why a definition is printed differently once it was read back; empty where it is not.
        accepted: Why it fails; empty where it does not.
    """

    name: str
    folder: Path = field(repr=False)
    majors: tuple[int, ...] = MAJORS
    every_major: bool = False
    roles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    forth: Shape = Shape()
    back: Shape = Shape()
    asks: tuple[str, ...] = ()
    wording: str = ""
    accepted: str = ""

    @property
    def old(self) -> Path:
        return self.folder / "old.sql"

    @property
    def new(self) -> Path:
        return self.folder / "new.sql"

    @property
    def seed(self) -> Path | None:
        path = self.folder / "seed.sql"
        return path if path.exists() else None

    def usual_on(self, major: int) -> bool:
        """Whether it runs on this major by default: the newest has all, the others what is marked and a sample."""
        return major == max(self.majors) or self.every_major or self.every_nth(SAMPLE, major)

    def every_nth(self, number: int, major: int) -> bool:
        """True for one of so many cases, others on each major; which, only its name decides."""
        return zlib.crc32(f"{self.name}@{major}".encode()) % number == 0


@cache
def load_cases(folder: Path = CASES) -> tuple[Case, ...]:
    """Every case, in the order of their names.

    Raises:
        ValueError: a case.toml says something that no test would heed.
    """
    return tuple(_case(old.parent) for old in sorted(folder.glob("*/*/old.sql")))


def each_case_and_major(
    usual: Chosen = Case.usual_on, among: Chosen = lambda _case, _major: True
) -> list[ParameterSet]:
    """A pytest parameter `(case, major)` for each pair; the unusual ones are marked `every_major`.

    Args:
        usual: Which run by default.
        among: Which exist at all.
    """
    pairs = [(case, major) for case in load_cases() for major in case.majors if among(case, major)]
    return [_parameter(case, major, usual(case, major)) for case, major in pairs]


def each_case(usual: Callable[[Case], bool], among: Callable[[Case], bool]) -> list[ParameterSet]:
    """A pytest parameter `case` for each; the unusual ones are marked `every_major`.

    Args:
        usual: Which run by default.
        among: Which exist at all.
    """
    there = [case for case in load_cases() if among(case)]
    return [pytest.param(case, id=case.name, marks=() if usual(case) else (pytest.mark.every_major,)) for case in there]


def _parameter(case: Case, major: int, usual: bool) -> ParameterSet:  # noqa: FBT001
    marks = () if usual else (pytest.mark.every_major,)
    return pytest.param(case, major, id=f"{case.name}@{major}", marks=marks)


def _case(folder: Path) -> Case:
    name = f"{folder.parent.name}/{folder.name}"
    path = folder / "case.toml"
    settings = tomllib.loads(path.read_text()) if path.exists() else {}
    back = settings.get("back", {})
    unknown = (settings.keys() - SETTINGS) | (back.keys() - SHAPE)
    if unknown:
        raise ValueError(f"{name}/case.toml: unknown {', '.join(sorted(unknown))}")
    return Case(
        name=name,
        folder=folder,
        majors=_majors(name, settings.get("majors", "")),
        every_major=settings.get("every_major", False),
        roles=tuple(settings.get("roles", ())),
        needs=tuple(settings.get("needs", ())),
        forth=_shape(settings),
        back=_shape(back),
        asks=tuple(settings.get("asks", ())),
        wording=settings.get("wording", ""),
        accepted=settings.get("accepted", ""),
    )


def _shape(settings: dict[str, list[str]]) -> Shape:
    return Shape(**{name: frozenset(settings.get(name, ())) for name in SHAPE})


def _majors(name: str, condition: str) -> tuple[int, ...]:
    """The majors that satisfy ">=15,<=17"; all of them for an empty text."""
    if not re.fullmatch(r"((^|,)[<>]=\d+)*", condition):
        raise ValueError(f'{name}/case.toml: majors = "{condition}": write ">=15", "<=17" or ">=15,<=17"')
    lowest = [int(number) for number in re.findall(r">=(\d+)", condition)]
    highest = [int(number) for number in re.findall(r"<=(\d+)", condition)]
    return tuple(
        major for major in MAJORS if all(major >= low for low in lowest) and all(major <= top for top in highest)
    )
