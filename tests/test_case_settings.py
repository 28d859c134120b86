"""What a case.toml may say; a misspelt word in one would be a promise that nobody holds."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest

from driftwatch.kinds import KINDS
from driftwatch.model.statement import Danger
from support.cases import Case, load_cases
from support.installed import MAJORS

if TYPE_CHECKING:
    from pathlib import Path

VERBS = ("add", "drop", "alter", "replace")
CHANGES = frozenset(f"{verb} {kind.name}" for verb in VERBS for kind in KINDS)
HAZARDS = frozenset(danger.title for danger in Danger)


def case_with(folder: Path, settings: str) -> Case:
    case = folder / "table/one"
    case.mkdir(parents=True)
    (case / "old.sql").touch()
    (case / "case.toml").write_text(settings)
    return load_cases(folder)[0]


def test_shapes_name_verbs_kinds_and_hazards_that_exist() -> None:
    shapes = list(chain.from_iterable((case.forth, case.back) for case in load_cases()))
    assert frozenset().union(*(shape.require | shape.forbid for shape in shapes)) <= CHANGES
    assert frozenset().union(*(shape.hazards for shape in shapes)) <= HAZARDS


@pytest.mark.parametrize(
    ("condition", "majors"),
    [("", (14, 15, 16, 17, 18)), (">=17", (17, 18)), ("<=15", (14, 15)), (">=15,<=16", (15, 16))],
)
def test_majors_are_a_range_of_the_supported_ones(tmp_path: Path, condition: str, majors: tuple[int, ...]) -> None:
    assert case_with(tmp_path, f'majors = "{condition}"').majors == majors


@pytest.mark.parametrize("settings", ['major = ">=15"', 'majors = "15"', '[back]\nroles = ["x"]'])
def test_a_setting_that_no_test_would_heed_is_refused(tmp_path: Path, settings: str) -> None:
    with pytest.raises(ValueError, match="table/one/case"):
        case_with(tmp_path, settings)


def test_every_case_runs_by_default_on_the_newest_major_it_applies_to() -> None:
    assert not [case.name for case in load_cases() if not case.usual_on(max(case.majors))]


@pytest.mark.parametrize("major", MAJORS[:-1])
def test_on_an_older_major_the_marked_and_about_a_tenth_run_by_default(major: int) -> None:
    known = [case for case in load_cases() if case.majors[-1] > major >= case.majors[0]]
    usual = [case for case in known if case.usual_on(major)]
    assert {case for case in known if case.every_major} < set(usual)
    assert len(known) / 20 < sum(not case.every_major for case in usual) < len(known) / 7
