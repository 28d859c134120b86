"""Whatever changes in a schema, the second observer names the object, and no other."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from driftwatch.observer.compare import compare
from driftwatch.observer.dump import dump_schema
from driftwatch.observer.entries import entries
from support.cases import SAMPLE
from support.installed import MAJORS, NEWEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.mark import ParameterSet

    from observer.conftest import BaseOf
    from support.servers import Databases

TITLE = re.compile(r"-- mutation: (.*?)(?:, since (\d+))?\n")
EXPECTED = re.compile(r"^-- ((?:missing|extra|different) .*)\n", re.MULTILINE)


class Mutation(NamedTuple):
    title: str
    since: int
    expected: frozenset[str]
    sql: str


def mutations() -> Iterator[Mutation]:
    _, *blocks = TITLE.split((Path(__file__).parent / "mutations.sql").read_text())
    for title, since, block in zip(*[iter(blocks)] * 3, strict=True):
        yield Mutation(title, int(since or 0), frozenset(EXPECTED.findall(block)), EXPECTED.sub("", block))


def mutations_and_majors() -> Iterator[ParameterSet]:
    for mutation in mutations():
        for major in MAJORS:
            usual = major == NEWEST or zlib.crc32(f"{mutation.title}@{major}".encode()) % SAMPLE == 0
            if major >= mutation.since:
                marks = () if usual else (pytest.mark.every_major,)
                yield pytest.param(mutation, major, id=f"{mutation.title}@{major}", marks=marks)


@pytest.mark.parametrize(("mutation", "major"), tuple(mutations_and_majors()))
def test_a_change_is_noticed_at_its_object(mutation: Mutation, major: int, base: BaseOf, database: Databases) -> None:
    changed = database(major, base(major).database)
    changed.execute(mutation.sql)
    dump = dump_schema(base(major).pg_dump, changed.conninfo)
    found = compare(base(major).entries, entries(dump))
    assert {f"{each.what} {each.kind} {each.name}" for each in found} == mutation.expected
