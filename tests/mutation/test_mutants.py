"""Mutants: a reader with one column blank, a comparison without one rule. The golden cases have to go red each time.

The kind is changed in place, and the golden test itself is run for cases that alter the attribute. What no case notices
could be read wrongly, or not be compared, without any test going red.

`scripts/test -m every_major tests/mutation -k trigger.` tries one kind.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.kinds import KINDS
from driftwatch.model.change import Verb
from driftwatch.model.rules import Ignore
from support.cases import load_cases
from support.engine import changes_between
from support.installed import NEWEST
from support.schemas import snapshot_of
from test_cases import test_each_way_ends_in_what_pg_dump_says_of_the_other_schema as golden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from driftwatch.model.kind import Kind
    from support.cases import Case
    from support.schemas import Readers
    from support.servers import Database, Databases, LiveServer, Servers

    Altering = Callable[[str, str], Iterator[Case]]

pytestmark = pytest.mark.every_major

TRIED = 4
"""How many cases of an attribute are tried before it counts as unnoticed."""

_TABLESPACE = "a tablespace is a folder of the server's, which no SQL file can make"
_PROVIDER = "takes a provider, a library that the server was started with"
_MOVES = "the partition itself goes to another parent then, and what it has of that one with it"
UNSHOWN = {
    ("database", "labels"): _PROVIDER,
    ("constraint", "tablespace"): _TABLESPACE,
    ("index", "tablespace"): _TABLESPACE,
    ("materialized_view", "tablespace"): _TABLESPACE,
    ("table", "tablespace"): _TABLESPACE,
    ("collation", "provider"): "each provider spells its locales in its own way, which differs as well",
    ("materialized_view", "columns"): "they follow from the definition and from what it reads, and are made with it",
    ("index", "valid"): "no migration makes an index INVALID on the way back: tests/kinds/test_index.py",
    ("partition_trigger", "origin_schema"): _MOVES,
    ("partition_trigger", "origin_table"): _MOVES,
    ("partition_trigger", "origin_name"): "from 15 on a partition's trigger has the name of its parent's",
    ("security_label", "label"): _PROVIDER,
}
"""What no golden case can alter, with the reason."""

MASKED = {
    ("index_partition", "parent_schema"): _MOVES,
    ("view", "columns"): "they follow from the definition and from what it reads, whose rules do the work",
}
"""What never changes alone, so that without its rule nothing goes wrong, with the reason."""

FOLDERS = {
    "constraint": ("check", "exclusion", "foreign_key", "primary_key", "unique"),
    "default_privilege": ("default_privileges",),
    "domain_constraint": ("domain",),
    "index_partition": ("partition",),
    "inner_trigger": ("foreign_key",),
    "operator_family_function": ("operator_family",),
    "operator_family_operator": ("operator_family",),
    "partition_trigger": ("trigger",),
    "publication_schema": ("publication",),
    "publication_table": ("publication",),
    "sequence_owner": ("sequence",),
    "system_grant": ("grant",),
    "typed_table": ("table",),
}
"""Where the cases are that alter a kind which has no folder of its name."""

BY_NAME = {kind.name: kind for kind in KINDS}
COMPARED = sorted(
    (kind.name, attribute)
    for kind in KINDS
    for attribute, rule in kind.alter.items()
    if not isinstance(rule, Ignore) and (kind.name, attribute) not in UNSHOWN
)
RULED = [pair for pair in COMPARED if pair not in MASKED]


@pytest.fixture(scope="module")
def altering(server: Servers) -> Altering:
    """`altering(kind, attribute)`: the cases that alter it, those first in which an object differs in nothing else.

    Those in the kind's folders come first, so that most others need not be looked at.
    """
    newest = server(NEWEST)
    known: dict[str, Mapping[tuple[str, str], bool]] = {}
    cases = [case for case in load_cases() if NEWEST in case.majors and not case.accepted]

    def of(kind: str, attribute: str) -> Iterator[Case]:
        near = {kind, *FOLDERS.get(kind, ())}
        for wanted in (True, False):
            rest = []
            for case in (case for case in cases if (case.folder.parent.name in near) is wanted):
                if case.name not in known:
                    known[case.name] = altered_by(case, newest)
                alone = known[case.name].get((kind, attribute))
                if alone:
                    yield case
                elif alone is not None:
                    rest.append(case)
            yield from rest

    return of


def altered_by(case: Case, server: LiveServer) -> Mapping[tuple[str, str], bool]:
    """Kind and name of each attribute that a case alters, and whether an object differs in nothing else.

    Nothing where the server lacks what the case needs.
    """
    if server.lacks(case.needs):
        return {}
    server.ensure_roles(case.roles)
    old, new = server.create(), server.create()
    old.load(case.old)
    new.load(case.new)
    changes = changes_between(snapshot_of(old), snapshot_of(new))
    old.drop()
    new.drop()
    alterations = [change for change in changes if change.verb is Verb.ALTER]
    alone = {(change.key.kind, change.attributes[0].name) for change in alterations if len(change.attributes) == 1}
    every = {(change.key.kind, each.name) for change in alterations for each in change.attributes}
    return {pair: pair in alone for pair in every}


@pytest.fixture
def is_red(
    server: Servers, database: Databases, reader: Readers, request: pytest.FixtureRequest
) -> Callable[[Case], bool]:
    """`is_red(case)`: whether the golden test fails."""

    def of(case: Case) -> bool:
        try:
            golden(case, NEWEST, server, database, reader, request)
        except (Exception, pytest.fail.Exception):  # noqa: BLE001  a writer that stumbles over a mutant is red as well
            return True
        return False

    return of


@pytest.mark.parametrize(("kind", "attribute"), COMPARED, ids=map(".".join, COMPARED))
def test_cases_go_red_when_the_column_is_read_blank(
    kind: str, attribute: str, altering: Altering, is_red: Callable[[Case], bool], database: Databases
) -> None:
    query = blank(BY_NAME[kind], attribute, database(NEWEST))
    assert_red(altering(kind, attribute), is_red, lambda: changed(BY_NAME[kind], query=query))


@pytest.mark.parametrize(("kind", "attribute"), RULED, ids=map(".".join, RULED))
def test_cases_go_red_when_the_attribute_has_no_rule(
    kind: str, attribute: str, altering: Altering, is_red: Callable[[Case], bool]
) -> None:
    rules = {name: rule for name, rule in BY_NAME[kind].alter.items() if name != attribute}
    assert_red(altering(kind, attribute), is_red, lambda: changed(BY_NAME[kind], alter=rules))


def assert_red(
    cases: Iterator[Case], is_red: Callable[[Case], bool], mutation: Callable[[], AbstractContextManager[None]]
) -> None:
    """Fail unless the mutation turns one of the first cases red; they are looked for while nothing is changed."""
    tried = []
    for case in islice(cases, TRIED):
        tried.append(case.name)
        with mutation():
            if is_red(case):
                return
    pytest.fail(f"green all the same: {', '.join(tried) or 'there is no case'}", pytrace=False)


@contextmanager
def changed(kind: Kind, **values: object) -> Iterator[None]:
    """The kind with other values, although it is frozen; every module holds this very object."""
    before = {name: getattr(kind, name) for name in values}
    for name, value in values.items():
        object.__setattr__(kind, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            object.__setattr__(kind, name, value)


def blank(kind: Kind, attribute: str, database: Database) -> Callable[[int], str]:
    """The kind's query with NULL for one of its columns."""
    whole = kind.query

    def query(version: int) -> str:
        with psycopg.connect(database.conninfo) as connection:
            columns = connection.execute(f"SELECT * FROM ({whole(version)}) q LIMIT 0".encode()).description or ()
        listed = (
            f'CASE WHEN false THEN q."{name}" END AS "{name}"' if name == attribute else f'q."{name}"'
            for name in (column.name for column in columns)
        )
        return f"SELECT {', '.join(listed)} FROM ({whole(version)}) q"

    return query
