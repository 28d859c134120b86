"""Quoting: the only place where a name or a string becomes SQL."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LOADER = "driftwatch_owner"
"""The role that SQL is loaded as into a private shadow; in what was read of that, it is whoever runs the migration."""

MEMBERS = "driftwatch_members"
"""A group of all roles that schemas mention, on a private shadow; it never owns anything."""

DEVELOPMENT = "driftwatch: development"
"""The line of a database's comment that marks it, where its owner may not set the parameter that does."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")

# Every key word that is not "unreserved" in PostgreSQL 14 to 18 (pg_get_keywords): quoting one too many is harmless.
_KEYWORDS = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast
    char character check coalesce collate collation column concurrently constraint create cross current_catalog
    current_date current_role current_schema current_time current_timestamp current_user dec decimal default
    deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant
    greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join
    json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
    json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national natural
    nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay placing
    position precision primary real references returning right row select session_user setof similar smallint some
    substring symmetric system_user table tablesample then time timestamp to trailing treat trim true union unique user
    using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest
    xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """.split()
)


@lru_cache(maxsize=1 << 14)  # a schema's names come again with each part of each table, on both sides
def quote(name: str) -> str:
    """An identifier, quoted where PostgreSQL would need it."""
    if _PLAIN.match(name) and name not in _KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def quote_role(name: str) -> str:
    """A role as statements name it."""
    return "CURRENT_USER" if name == LOADER else quote(name)


def qualify(*names: str) -> str:
    """A dotted name: `qualify("public", "User")` is `public."User"`."""
    return ".".join(map(quote, names))


def quote_list(names: Iterable[str]) -> str:
    """Identifiers, comma separated."""
    return ", ".join(map(quote, names))


def literal(text: str) -> str:
    """A string constant; `standard_conforming_strings` is on wherever our SQL runs (the default since 9.1)."""
    return "'" + text.replace("'", "''") + "'"


def dollar_quote(body: str, tag: str = "") -> str:
    """A dollar-quoted constant whose tag does not occur in the body."""
    fence, n = f"${tag}$", 0
    # A body that ends in `$` would join the closing fence, hence the test on the body with a `$` behind it.
    while fence in body + "$":
        n += 1
        fence = f"${tag or '_'}{n}$"
    return f"{fence}{body}{fence}"


def in_this_database(head: str, tail: str) -> str:
    """A statement with the name of the database that it runs in between head and tail; SQL has no word for that."""
    command = f"{literal(head)} || pg_catalog.quote_ident(pg_catalog.current_database()) || {literal(tail)}"
    return f"DO {dollar_quote(f'BEGIN EXECUTE {command}; END')}"


def failing(message: str) -> str:
    """A statement that does nothing but fail with a message.

    Dollar quotes in dollar quotes: unlike '…' they mean the same whatever standard_conforming_strings says, and
    USING MESSAGE takes a `%` as it is.
    """
    raised = f" BEGIN RAISE EXCEPTION USING MESSAGE = {dollar_quote(message, 'why')}; END "
    return f"DO {dollar_quote(raised, 'driftwatch')}"
