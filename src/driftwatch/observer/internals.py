r"""What differs between two dumps without being a difference of the schemas: all of it is listed in INTERNALS.

What stands around the entries (the header with its versions, SET lines, `\restrict`) is dropped where a dump is cut
(`entries`); settings that change how a server spells a value (time zone, bytea_output, …) are fixed where it is made
(`dump`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.observer.lexer import Listing, clause, lists, outer, rewrite, unquoted
from driftwatch.observer.masking import mask_options, mask_subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from driftwatch.observer.entries import Entry

_PARTITION_KEY = frozenset({"RANGE", "LIST", "HASH"})


class Internal(NamedTuple):
    """A rule that brings entries of some kinds to the form in which they are compared, and why it may."""

    reason: str
    kinds: tuple[str, ...]
    apply: Callable[[Entry], Entry]


def normal(entry: Entry, *, not_null_names: bool = True) -> Entry:
    """The entry as it is compared. `not_null_names`: whether those of 18's not-null constraints count."""
    rules = INTERNALS if not_null_names else (*NOT_NULL_NAMES, *INTERNALS)
    for rule in rules:
        if entry.kind in rule.kinds:
            entry = rule.apply(entry)
    return entry


def _each(rewritten: Callable[[str], str], entry: Entry) -> Entry:
    return replace(entry, statements=tuple(map(rewritten, entry.statements)))


def _named(sql: str, *names: str) -> Listing | None:
    """The first list that one of these words introduces."""
    return next((found for found in lists(sql) if found.before in names), None)


def _sorted_in(find: Callable[[str], Listing | None], sql: str) -> str:
    found = find(sql)
    return sql if found is None else rewrite(sql, found, sorted(found.items))


def _without_versions(entry: Entry) -> Entry:
    kept = map(_without_version, entry.statements)
    return replace(entry, statements=tuple(filter(None, kept)))


def _without_version(sql: str) -> str:
    options = _named(sql, "SET")
    if options is None or not any(item.startswith("pg_attver=") for item in options.items):
        return sql
    rest = [item for item in options.items if not item.startswith("pg_attver=")]
    return rewrite(sql, options, rest) if rest else ""


def _is_create(sql: str) -> bool:
    return sql.startswith("CREATE ")


def _elements(sql: str) -> Listing | None:
    """The columns and constraints of a CREATE TABLE; a typed table may have none."""
    first = next(iter(lists(sql)), None)
    return first if first and first.before not in _PARTITION_KEY | {"WITH", "INHERITS", "OPTIONS"} else None


def _unordered_columns(entry: Entry) -> Entry:
    create = [_sorted_in(_elements, sql) for sql in entry.statements if _is_create(sql)]
    before = [sql for sql in entry.statements if sql.startswith("SET ")]
    after = sorted(sql for sql in entry.statements if not sql.startswith(("CREATE ", "SET ")))
    return replace(entry, statements=(*before, *create, *after))


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


def _unnamed_not_null(element: str) -> str:
    """A column or table constraint without the name of its NOT NULL."""
    top = outer(element)
    for word, no, null in zip(top, top[2:], top[3:], strict=False):
        if (word.text, no.text, null.text) == ("CONSTRAINT", "NOT", "NULL"):
            return element[: word.start] + element[no.start :]
    return element


def _unnamed_in_table(sql: str) -> str:
    found = _elements(sql) if _is_create(sql) else None
    return sql if found is None else rewrite(sql, found, map(_unnamed_not_null, found.items))


def _unnamed_constraint(entry: Entry) -> Entry:
    """`ADD CONSTRAINT x NOT NULL c NOT VALID`, whose entry is named `table x`."""
    words = [piece.text for piece in outer(entry.sql)]
    if "CONSTRAINT" not in words or words[words.index("CONSTRAINT") + 2 :][:2] != ["NOT", "NULL"]:
        return entry
    name = unquoted(words[words.index("CONSTRAINT") + 1]).replace("\n", " ").replace("\r", " ")
    column = unquoted(words[words.index("CONSTRAINT") + 4])
    named = replace(entry, name=f"{entry.name.removesuffix(name)}NOT NULL {column}")
    return _each(_unnamed_not_null, named)


INTERNALS = (
    Internal(
        "15.20 stamps every column's attoptions with a counter that their own pg_dump hides",
        ("TABLE", "FOREIGN TABLE", "MATERIALIZED VIEW"),
        _without_versions,
    ),
    Internal(
        "column order is information, not drift; what pg_dump adds for single columns comes in that order too",
        ("TABLE", "FOREIGN TABLE"),
        _unordered_columns,
    ),
    Internal(
        "storage options stand in the order in which they were last set",
        ("TABLE", "MATERIALIZED VIEW", "VIEW", "INDEX", "CONSTRAINT"),
        partial(_each, partial(_sorted_in, lambda sql: _named(sql, "WITH", "SET"))),
    ),
    Internal(
        "the columns of extended statistics are kept in column order, whatever CREATE STATISTICS said",
        ("STATISTICS",),
        partial(_each, partial(_sorted_in, lambda sql: clause(sql, "ON", ("FROM",)))),
    ),
    Internal(
        "a publication's columns are kept in column order",
        ("PUBLICATION TABLE",),
        partial(_each, partial(_sorted_in, lambda sql: next(iter(lists(sql)), None))),
    ),
    Internal(
        "a policy's roles are written in the order in which pg_roles happens to be scanned",
        ("POLICY",),
        partial(_each, partial(_sorted_in, lambda sql: clause(sql, "TO", ("USING", "WITH", ";")))),
    ),
    Internal(
        "grants are written in the order in which they were made",
        ("ACL", "DEFAULT ACL"),
        _unordered_grants,
    ),
    Internal(
        "secrets are not compared and never shown",
        ("USER MAPPING", "SERVER", "FOREIGN DATA WRAPPER", "FOREIGN TABLE"),
        partial(_each, mask_options),
    ),
    Internal("the same", ("SUBSCRIPTION",), partial(_each, mask_subscription)),
)

NOT_NULL_NAMES = (
    Internal("before 18 not-null constraints have no name", ("TABLE",), partial(_each, _unnamed_in_table)),
    Internal("before 17 those of domains have none", ("DOMAIN",), partial(_each, _unnamed_not_null)),
    Internal("one that is NOT VALID stands alone", ("CONSTRAINT",), _unnamed_constraint),
)
