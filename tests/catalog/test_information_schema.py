"""A second reading of PostgreSQL, by the standard's own views, agrees with ours wherever both can express a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from driftwatch.catalog.connection import Timeouts
from driftwatch.catalog.information_schema.objects import SEES
from driftwatch.catalog.information_schema.reader import read
from driftwatch.kinds import KINDS
from driftwatch.sql import quote
from support.cases import Case, each_case_and_major
from support.installed import NEWEST, unavailable
from support.schemas import snapshot_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Object, Snapshot
    from support.servers import Database, Databases, Servers

NTH = 24
"""One of so many cases is tried by default."""

BY_NAME = {kind.name: kind for kind in KINDS}


def is_sampled(case: Case, major: int) -> bool:
    return major == NEWEST and case.every_nth(NTH, major)


@pytest.mark.parametrize(("case", "major"), each_case_and_major(is_sampled))
def test_both_readings_agree_on_what_both_can_express(
    case: Case, major: int, server: Servers, database: Databases
) -> None:
    lacking = server(major).lacks(case.needs)
    if lacking:
        unavailable(f"PostgreSQL {major} here lacks {', '.join(sorted(lacking))}")
    server(major).ensure_roles(case.roles)
    there = database(major)
    there.load(case.new)
    assert list(disagreements(snapshot_of(there), standard(there), members(there))) == []


def test_what_the_views_are_said_to_show_are_attributes_of_kinds() -> None:
    for name, attributes in SEES.items():
        assert set(attributes) <= BY_NAME[name].alter.keys()


def standard(database: Database) -> Snapshot:
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        return read(connection, Timeouts())


def members(database: Database) -> bool:
    """Whether extensions brought objects, which the views show like the user's own."""
    return bool(database.execute("SELECT 1 FROM pg_extension WHERE extname <> 'plpgsql'"))


def disagreements(ours: Snapshot, theirs: Snapshot, members: bool) -> Iterator[str]:  # noqa: FBT001  a fact
    for key, item in ours.objects.items():
        if key.kind not in SEES or (key not in theirs.objects and is_invisible(key, item)):
            continue
        other = theirs.get(key)
        if other is None:
            yield f"{key} is not in information_schema"
            continue
        for name in SEES[key.kind]:
            there, here = getattr(other, name), getattr(expressible(key, item), name)
            if there != here and not BLURRED.get((key.kind, name), never)(item, there):
                yield f"{key} {name}: {here!r}, by information_schema {there!r}"
    if not members:  # what PostgreSQL makes of itself, such as the triggers of partitions, shows as well
        extra = (key for key in theirs.objects if key.kind in {"table", "view", "column"} and key not in ours.objects)
        yield from (f"{key} is only in information_schema" for key in extra)


# What these views can't tell apart, or leave out.


def never(_item: Object, _there: object) -> bool:
    return False


def is_invisible(key: Key, item: Object) -> bool:
    """Exclusion constraints, window functions, what only fires on TRUNCATE, rights that somebody else gave on."""
    if key.kind == "constraint":
        return bool(item.type == "x" or item.relation == "foreign_table")
    if key.kind == "grant":
        known = item.target.kind in {"table", "view", "function", "procedure"}
        return not known or bool(item.part or item.grantor) or not told(item.granted)
    if key.kind == "trigger":
        return bool("TRUNCATE" in item.definition)
    return key.kind == "function" and bool(item.window)


def told(privileges: Iterable[str]) -> tuple[str, ...]:
    """Those that the standard could know: MAINTAIN (17) is PostgreSQL's own."""
    return tuple(privilege for privilege in privileges if privilege != "MAINTAIN")


def expressible(key: Key, item: Object) -> Object:
    if key.kind == "grant":
        return item._replace(granted=told(item.granted), grantable=told(item.grantable))
    if key.kind == "column":
        return item._replace(generated=item.generated and "s")
    if key.kind == "function":
        return item._replace(parameters=tuple(map(moded, item.parameters)), volatility=IMMUTABLE[item.volatility])
    if key.kind == "procedure":
        return item._replace(parameters=tuple(map(moded, item.parameters)))
    return item


IMMUTABLE = {"i": "i", "s": "v", "v": "v"}


def moded(parameter: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
    mode, *rest = parameter
    return ({"v": "i", "t": "o"}.get(mode, mode), *rest)  # type: ignore[return-value]


def is_arrays(item: Object, _there: object) -> bool:
    return bool("[]" in item.type)


def as_written(item: Object, there: object) -> bool:
    """A domain's default shows as it was printed when it was set: what was on the path then is unqualified."""
    return bool(item.default and there == item.default.replace(f"{quote(item.schema)}.", ""))


def of_two_domains(item: Object, there: object) -> bool:
    """Checks of two domains that have one name in one schema can't be told apart."""
    return item.expression in str(there).split(" or ")


def before_17(_item: Object, there: object) -> bool:
    """A domain's NOT NULL is no constraint there."""
    return there is False


def is_a_partitions(item: Object, there: object) -> bool:
    """Partitions have their parent's identity (17)."""
    return bool(not item.identity and there == "a")


def is_all(item: Object, _there: object) -> bool:
    return "ALL" in (*item.granted, *item.grantable)


def of_a_domain(item: Object, _there: object) -> bool:
    """A domain's NOT NULL and collation show as the column's."""
    return bool("." in item.type)


def states_left_out(item: Object, there: object) -> bool:
    """A check's NO INHERIT, columns of ON DELETE SET NULL and INCLUDE, periods; keys that refer to no constraint."""
    text = str(there)
    words = ("NO INHERIT", "SET NULL (", "SET DEFAULT (", "INCLUDE", "WITHOUT OVERLAPS", "PERIOD ")
    return " or " in text or any(word in item.definition for word in words) or "REFERENCES" not in text


def of_other_events(item: Object, _there: object) -> bool:
    """TRUNCATE, constraint triggers, and the order of columns."""
    return bool(item.constraint) or "TRUNCATE" in item.definition or " OF " in item.definition


def has_usual_precision(item: Object, _there: object) -> bool:
    return "(6)" in item.type or "[]" in item.type


def has_precise_arrays_or_domains(item: Object, _there: object) -> bool:
    """A domain's collation shows as the column's."""
    return any("[]" in type_ or "." in type_ for _, type_, _ in item.columns)


BLURRED: dict[tuple[str, str], Callable[[Object, object], bool]] = {
    ("column", "not_null"): of_a_domain,
    ("column", "collation"): of_a_domain,
    ("column", "type"): has_usual_precision,
    ("column", "identity"): is_a_partitions,
    ("domain", "type"): is_arrays,
    ("domain", "default"): as_written,
    ("domain_constraint", "expression"): of_two_domains,
    ("domain", "not_null"): before_17,
    ("grant", "granted"): is_all,
    ("grant", "grantable"): is_all,
    ("constraint", "definition"): states_left_out,
    ("trigger", "definition"): of_other_events,
    ("view", "columns"): has_precise_arrays_or_domains,
}
