from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from driftwatch.coverage.document import markdown
from driftwatch.coverage.ledger import MAJORS, REST, Column, Ledger, Reading, faults, load, unlike
from driftwatch.kinds import KINDS
from support.installed import MAJORS as INSTALLED
from support.installed import NEWEST

if TYPE_CHECKING:
    from support.servers import Databases

EACH_MAJOR = [pytest.param(major, marks=() if major == NEWEST else pytest.mark.every_major) for major in MAJORS]

COLUMNS = """
    SELECT c.relname, array_agg(a.attname::text)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    GROUP BY c.relname"""


class Named(NamedTuple):
    name: str


SCHEMA = replace(next(kind for kind in KINDS if kind.name == "schema"), model=Named, alter={})
ENTRY = Column("pg_namespace", "nspname", MAJORS, (Reading("schema", "name", 14, "nspname"),), "", "")


def ledger_of(*columns: Column) -> Ledger:
    return Ledger(columns, {"oid": "a number"}, {})


@pytest.mark.parametrize("major", EACH_MAJOR)
def test_ledger_has_every_column_of_every_catalogue_and_no_other(major: int, database: Databases) -> None:
    rows: dict[str, list[str]] = dict(database(major).execute(COLUMNS))  # type: ignore[arg-type]

    assert list(unlike(load(), major, rows)) == []


def test_every_attribute_of_every_kind_reads_a_column_that_its_query_names() -> None:
    assert list(faults(load(), KINDS)) == []


def test_ledger_is_for_the_majors_that_are_tested() -> None:
    assert tuple(MAJORS) == INSTALLED


def test_document_is_made_from_the_ledger_as_it_is() -> None:
    written = (Path(__file__).parents[2] / "docs" / "coverage.md").read_text()

    assert written == markdown(load(), KINDS), "run scripts/coverage-ledger"


def test_column_that_the_ledger_does_not_know_is_asked_about() -> None:
    found = unlike(ledger_of(ENTRY), 18, {"pg_namespace": ["nspname", "nspcolour"]})

    assert list(found) == ["pg_namespace.nspcolour: which kind reads it?"]


def test_entry_that_the_major_does_not_have_is_named() -> None:
    gone = ENTRY._replace(name="nspgone")
    later = ENTRY._replace(name="nsplater", majors=range(18, 19))
    elsewhere = ENTRY._replace(catalogue="pg_elsewhere", name=REST)

    found = list(unlike(ledger_of(ENTRY, gone, later, elsewhere), 17, {"pg_namespace": ["nspname"]}))

    assert found == [
        "pg_elsewhere: PostgreSQL 17 has no such catalogue",
        "pg_namespace.nspgone: PostgreSQL 17 has none",
    ]


def test_other_columns_of_a_catalogue_may_be_left_out_together() -> None:
    rest = ENTRY._replace(name=REST, readings=(), reason="oid")

    assert list(unlike(ledger_of(ENTRY, rest), 18, {"pg_namespace": ["oid", "nspname", "nspcolour"]})) == []


def test_attribute_that_no_column_is_read_into_is_named() -> None:
    class Coloured(NamedTuple):
        name: str
        colour: str

    kind = replace(SCHEMA, model=Coloured, identity=("name", "colour"))

    assert list(faults(ledger_of(ENTRY), [kind])) == ["schema.colour: no column is said to be read by it"]


@pytest.mark.parametrize(
    ("reading", "fault"),
    [
        (Reading("scheme", "name", 14, "nspname"), "there is no scheme.name"),
        (Reading("schema", "colour", 14, "nspname"), "there is no schema.colour"),
        (Reading("schema", "name", 18, "pg_get_name"), "on 18 the query of schema does not name pg_get_name"),
    ],
)
def test_reading_that_is_not_so_is_named(reading: Reading, fault: str) -> None:
    wrong = ENTRY._replace(readings=(*ENTRY.readings, reading))

    assert list(faults(ledger_of(wrong), [SCHEMA])) == [f"pg_namespace.nspname: {fault}"]


def test_reason_that_is_not_explained_is_named() -> None:
    wrong = ENTRY._replace(name="oid", readings=(), reason="why")

    assert list(faults(ledger_of(ENTRY, wrong), [SCHEMA])) == ["pg_namespace.oid: there is no reason why"]
