r"""What differs between two dumps without being a difference of the schemas: all of it is listed in INTERNALS.

What stands around the entries (the header with its versions, SET lines, `\restrict`) is dropped where a dump is cut
(`entries`); settings that change how a server spells a value (time zone, bytea_output, …) are fixed where it is made
(`dump`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.observer.lexer import Listing, clause, list_after, lists, outer, rewrite, unquoted
from driftwatch.observer.masking import mask_options, mask_subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from driftwatch.observer.entries import Entry

_TABLE = ("CREATE TABLE ", "CREATE UNLOGGED TABLE ", "CREATE FOREIGN TABLE ")
_MATERIALIZED = "CREATE MATERIALIZED VIEW "
_VIEW = ("CREATE VIEW ", "CREATE OR REPLACE VIEW ")
_INDEX = ("CREATE INDEX ", "CREATE UNIQUE INDEX ")
_ALTER = "ALTER TABLE "  # how a constraint that stands alone begins
_GRANT = ("GRANT ", "REVOKE ", "SET SESSION AUTHORIZATION ", "ALTER DEFAULT PRIVILEGES ")
_OPTIONS = (*_TABLE, "CREATE USER MAPPING ", "CREATE SERVER ", "CREATE FOREIGN DATA WRAPPER ")
_NOT_ELEMENTS = frozenset({"RANGE", "LIST", "HASH", "WITH", "INHERITS", "OPTIONS"})


class Internal(NamedTuple):
    """A rule that brings entries to the form in which they are compared, and why it may.

    It is for entries whose SQL begins so; the kind in their header might be faked by a role's name.
    """

    reason: str
    begins: tuple[str, ...]
    apply: Callable[[Entry], Entry]


def normal(entry: Entry, *, not_null_names: bool = True) -> Entry:
    """The entry as it is compared. `not_null_names`: whether those of 18's not-null constraints count."""
    first = next((sql for sql in entry.statements if not sql.startswith("SET default_")), "")
    for rule in INTERNALS if not_null_names else (*NOT_NULL_NAMES, *INTERNALS):
        if first.startswith(rule.begins):
            entry = rule.apply(entry)
    return entry


def _each(rewritten: Callable[[str], str], entry: Entry) -> Entry:
    return replace(entry, statements=tuple(map(rewritten, entry.statements)))


def _sorted_in(find: Callable[[str], Listing | None], sql: str) -> str:
    found = find(sql)
    return sql if found is None else rewrite(sql, found, sorted(found.items))


def _without_versions(entry: Entry) -> Entry:
    kept = map(_without_version, entry.statements)
    return replace(entry, statements=tuple(filter(None, kept)))


def _without_version(sql: str) -> str:
    options = list_after(sql, "SET") if "pg_attver=" in sql else None
    if options is None:
        return sql
    rest = [item for item in options.items if not item.startswith("pg_attver=")]
    return rewrite(sql, options, rest) if rest else ""


def elements(sql: str) -> Listing | None:
    """The columns and constraints of a CREATE TABLE; a typed table may have none."""
    first = next(iter(lists(sql)), None) if sql.startswith(_TABLE) else None
    return first if first and first.before not in _NOT_ELEMENTS else None


def _unordered_columns(entry: Entry) -> Entry:
    statements = [_sorted_in(elements, sql) for sql in entry.statements]
    fixed = [sql for sql in statements if not sql.startswith("ALTER ")]
    return replace(entry, statements=(*fixed, *sorted(sql for sql in statements if sql.startswith("ALTER "))))


def _unordered_grants(entry: Entry) -> Entry:
    units = _units(entry.statements)
    grants = sorted(unit for unit in units if _grants(unit))
    return replace(entry, statements=(*(unit for unit in units if not _grants(unit)), *grants))


def _units(statements: Iterable[str]) -> list[str]:
    """The statements, with a grantor's SET and RESET SESSION AUTHORIZATION in one piece with what is between."""
    units: list[str] = []
    session = False
    for sql in statements:
        if session:
            units[-1] += f"\n{sql}"
        else:
            units.append(sql)
        session = sql.startswith("SET SESSION") or (session and not sql.startswith("RESET SESSION"))
    return units


def _grants(unit: str) -> bool:
    return any(piece.text == "GRANT" for piece in outer(unit))


def unnamed_not_null(element: str, *, any_name: bool = True) -> str:
    """A column or table constraint without the name of its NOT NULL, or only without one that PostgreSQL made up."""
    top = outer(element)
    for word, name, no, null in zip(top, top[1:], top[2:], top[3:], strict=False):
        named = (word.text, no.text, null.text) == ("CONSTRAINT", "NOT", "NULL")
        if named and (any_name or unquoted(name.text).rstrip("0123456789").endswith("_not_null")):
            return element[: word.start] + element[no.start :]
    return element


def _unnamed_in_table(sql: str, *, any_name: bool = True) -> str:
    found = elements(sql)
    return sql if found is None else rewrite(sql, found, (unnamed_not_null(e, any_name=any_name) for e in found.items))


def _unnamed_constraint(entry: Entry) -> Entry:
    """`ADD CONSTRAINT x NOT NULL c NOT VALID`, whose entry is named `table x`."""
    words = [piece.text for piece in outer(entry.sql)]
    if "CONSTRAINT" not in words or words[words.index("CONSTRAINT") + 2 :][:2] != ["NOT", "NULL"]:
        return entry
    name = unquoted(words[words.index("CONSTRAINT") + 1]).replace("\n", " ").replace("\r", " ")
    column = unquoted(words[words.index("CONSTRAINT") + 4])
    named = replace(entry, name=f"{entry.name.removesuffix(name)}NOT NULL {column}")
    return _each(unnamed_not_null, named)


INTERNALS = (
    Internal(
        "a not-null constraint that nobody names is named after the first table and column it was for",
        _TABLE,
        partial(_each, partial(_unnamed_in_table, any_name=False)),
    ),
    Internal(
        "15.20 stamps every column's attoptions with a counter that its own pg_dump hides",
        (*_TABLE, _MATERIALIZED),
        _without_versions,
    ),
    Internal(
        "column order is information, not drift; what pg_dump adds for single columns comes in that order too",
        _TABLE,
        _unordered_columns,
    ),
    Internal(
        "storage options stand in the order in which they were last set",
        (*_TABLE, _MATERIALIZED, *_VIEW, *_INDEX, _ALTER),
        partial(_each, partial(_sorted_in, lambda sql: list_after(sql, "WITH", "SET"))),
    ),
    Internal(
        "the columns of extended statistics are kept in column order, whatever CREATE STATISTICS said",
        ("CREATE STATISTICS ",),
        partial(_each, partial(_sorted_in, lambda sql: clause(sql, "ON", ("FROM",)))),
    ),
    Internal(
        "a publication's columns are kept in column order",
        ("ALTER PUBLICATION ",),
        partial(_each, partial(_sorted_in, lambda sql: next(iter(lists(sql)), None))),
    ),
    Internal(
        "a policy's roles are written in the order in which pg_roles happens to be scanned",
        ("CREATE POLICY ",),
        partial(_each, partial(_sorted_in, lambda sql: clause(sql, "TO", ("USING", "WITH", ";")))),
    ),
    Internal("grants are written in the order in which they were made", _GRANT, _unordered_grants),
    Internal("secrets are not compared and never shown", _OPTIONS, partial(_each, mask_options)),
    Internal("the same", ("CREATE SUBSCRIPTION ",), partial(_each, mask_subscription)),
)

NOT_NULL_NAMES = (
    Internal("before 18 not-null constraints have no name", _TABLE, partial(_each, _unnamed_in_table)),
    Internal("before 17 those of domains have none", ("CREATE DOMAIN ",), partial(_each, unnamed_not_null)),
    Internal("one that is NOT VALID stands alone", (_ALTER,), _unnamed_constraint),
)
