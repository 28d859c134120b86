"""Every golden case through the engine, there and back, on real servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.kinds import KINDS
from support.cases import Case, Shape, each_case_and_major, load_cases
from support.engine import (
    State,
    changes_between,
    described,
    fill,
    kinds_in_play,
    migration,
    run,
    state_of,
    unlike,
    unlike_beyond_wording,
)
from support.installed import unavailable
from support.rows import announced, lost, tables_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.plan import Plan
    from driftwatch.model.snapshot import Snapshot
    from support.schemas import Readers
    from support.servers import Database, Databases, Servers


@pytest.mark.parametrize(("case", "major"), each_case_and_major())
def test_each_way_ends_in_what_pg_dump_says_of_the_other_schema(  # noqa: PLR0913, PLR0917  fixtures
    case: Case, major: int, server: Servers, database: Databases, reader: Readers, request: pytest.FixtureRequest
) -> None:
    prepare(case, major, server, request)
    there, goal = database(major), database(major)
    there.load(case.old)
    goal.load(case.new)
    whole = request.config.getoption("markexpr") == "every_major"
    old, new = (state_of(each, case.asks, reader(each).first(whole=whole)) for each in (there, goal))
    assert unlike(old, new), "the case's two schemas are alike"
    forth, back = migration(old.snapshot, new.snapshot), migration(new.snapshot, old.snapshot)
    assert not missing_shape(case.forth, old.snapshot, new.snapshot, forth)
    assert not missing_shape(case.back, new.snapshot, old.snapshot, back)
    judge = Judge(case, database, reader, KINDS if whole else kinds_in_play(old.snapshot, new.snapshot))
    run(there, forth)
    judge.holds(there, new)
    run(there, back)  # the rollback
    judge.holds(there, old)
    if whole:
        run(goal, back)
        judge.holds(goal, old)
        run(goal, forth)
        judge.holds(goal, new)


# The rows are there; the test compares their text, table by table.
SEEN_OTHERWISE = {
    "column/computed-while-rows-are-stored-elsewhere": "a stored row that gained a column is another text",
    "composite_type/attribute-added-while-used": "a composite value that gained an attribute is another text",
    "partition/attached-table-with-indexes-of-its-own": "a parent shows the rows of the table that is attached",
    "partition/moved-to-another-parent": "the rows are seen through the other parent",
    "table/wide-change": "a number with another scale is another text",
}


@pytest.mark.parametrize(
    ("case", "major"),
    each_case_and_major(lambda case, major: major == max(case.majors), lambda case, _major: case.seed is not None),
)
def test_rows_survive_unless_a_hazard_says_what_is_lost(  # noqa: PLR0913, PLR0917  fixtures
    case: Case, major: int, server: Servers, database: Databases, reader: Readers, request: pytest.FixtureRequest
) -> None:
    prepare(case, major, server, request)
    if case.name in SEEN_OTHERWISE:
        request.applymarker(pytest.mark.xfail(reason=SEEN_OTHERWISE[case.name], strict=True))
    there, goal = database(major), database(major)
    there.load(case.old)
    there.load(seed_of(case))
    goal.load(case.new)
    before, old, new = tables_of(there), reader(there).first(), reader(goal).first()
    forth = migration(old, new)
    run(there, forth)
    assert not lost(before, tables_of(there), announced(forth))
    # What pg_dump says of such a schema hangs on no row, and is held against the other above.
    left = changes_between(reader(there).again(kinds_in_play(old, new)), new)
    assert not left, described(left)


def prepare(case: Case, major: int, server: Servers, request: pytest.FixtureRequest) -> None:
    """See that the server has what the case needs."""
    if case.accepted:
        request.applymarker(pytest.mark.xfail(reason=case.accepted, strict=True))
    lacking = server(major).lacks(case.needs)
    if lacking:
        unavailable(f"PostgreSQL {major} here lacks {', '.join(sorted(lacking))}")
    server(major).ensure_roles(case.roles)


def seed_of(case: Case) -> Path:
    assert case.seed is not None
    return case.seed


class Judge:
    """Holds databases against a state, and against its rebuild where the case says that wording gets in the way."""

    def __init__(self, case: Case, database: Databases, reader: Readers, kinds: Sequence[Kind]) -> None:
        self.case, self.database, self.reader, self.kinds = case, database, reader, kinds

    def holds(self, found: Database, wanted: State) -> None:
        """Fail unless nothing is left to do and `pg_dump` agrees."""
        state = state_of(found, self.case.asks, self.reader(found).again(self.kinds))
        if not self.case.wording:
            self._empty(unlike(state, wanted, copy=True))
            return
        self._empty(unlike_beyond_wording(state, wanted))
        rebuilt = self.database(found.server.major)
        fill(rebuilt, wanted.snapshot)
        self._empty(unlike(state, state_of(rebuilt, self.case.asks, self.reader(rebuilt).again(self.kinds)), copy=True))

    def _empty(self, complaint: str) -> None:
        if complaint:
            pytest.fail(f"{self.case.name} does not end as it should:\n{complaint}", pytrace=False)


def missing_shape(shape: Shape, old: Snapshot, new: Snapshot, plan: Plan) -> list[str]:
    """What a case asks of the way and does not get."""
    holds = {f"{change.verb} {change.key.kind}" for change in changes_between(old, new)}
    verbs: dict[Key, set[str]] = {}
    for step in plan.steps:
        verbs.setdefault(step.key, set()).add(step.verb)
    holds |= {f"replace {key.kind}" for key in verbs if {"create", "drop"} <= verbs[key]}
    dangers = {hazard.danger.title for step in plan.steps for hazard in step.statement.hazards}
    return [
        *(f"required: {words}" for words in sorted(shape.require - holds)),
        *(f"forbidden: {words}" for words in sorted(shape.forbid & holds)),
        *(f"hazard: {danger}" for danger in sorted(shape.hazards - dangers)),
    ]


def test_there_are_more_than_five_hundred_cases() -> None:
    assert len(load_cases()) > 500
