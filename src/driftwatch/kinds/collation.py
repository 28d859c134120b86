"""Collations (pg_collation)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.user_type import aside_name
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Ignore, Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import literal, qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class Collation(NamedTuple):
    """A collation: libc has two categories, the other providers one locale, ICU may have rules (16)."""

    schema: str
    name: str
    provider: str
    deterministic: bool
    locale: str | None
    lc_collate: str | None
    lc_ctype: str | None
    rules: str | None
    version: str | None


# server_version_num from which on pg_collation has these columns; before, ICU's locale stood with libc's.
_ICU_LOCALE = 150000
_ICU_RULES = 160000
_LOCALE = 170000


def query(version: int) -> str:
    """Every collation; the locale's column has been renamed twice."""
    locale = "c.collcollate"
    if version >= _ICU_LOCALE:
        locale = "c.colllocale" if version >= _LOCALE else "c.colliculocale"
    libc = "CASE c.collprovider WHEN 'c' THEN c.{}::text END"
    return f"""
        SELECT c.oid AS objid, n.nspname AS schema, c.collname AS name,
               CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' ELSE 'builtin' END AS provider,
               c.collisdeterministic AS deterministic,
               CASE WHEN c.collprovider <> 'c' THEN {locale}::text END AS locale,
               {libc.format("collcollate")} AS lc_collate, {libc.format("collctype")} AS lc_ctype,
               {"c.collicurules" if version >= _ICU_RULES else "NULL::text"} AS rules, c.collversion AS version
        FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
        WHERE {USER_SCHEMA} AND {no_member("pg_collation", "c.oid")}"""


def without_icu(collation: Collation) -> Collation:
    """A collation of ICU's as one that orders by code point; nondeterministic ones are ICU's alone."""
    if collation.provider != "icu":
        return collation
    return collation._replace(
        provider="libc", deterministic=True, locale=None, lc_collate="C", lc_ctype="C", rules=None, version=None
    )


def reference(collation: Collation) -> str:
    """`COLLATION public.german`."""
    return f"COLLATION {qualify(collation.schema, collation.name)}"


def create(collation: Collation, _context: Context) -> Writing:
    """CREATE COLLATION."""
    options = {
        "LOCALE": collation.locale,
        "LC_COLLATE": collation.lc_collate,
        "LC_CTYPE": collation.lc_ctype,
        "RULES": collation.rules,
    }
    words = [f"PROVIDER = {collation.provider}"]
    words += [f"{name} = {literal(value)}" for name, value in options.items() if value is not None]
    words += [] if collation.deterministic else ["DETERMINISTIC = false"]
    return [Statement(f"CREATE {reference(collation)} ({', '.join(words)})")]


def drop(collation: Collation, _context: Context) -> Writing:
    """DROP COLLATION."""
    hazard = Hazard(Danger.BREAKS_CODE, f"code that sorts by collation {collation.name} fails")
    return [Statement(f"DROP {reference(collation)}", hazards=(hazard,))]


def set_aside(collation: Collation, _context: Context) -> tuple[Statement, Statement]:
    """Out of the way while the columns that it sorts are given the new one."""
    name = aside_name(collation.name)
    renamed = Statement(f"ALTER {reference(collation)} RENAME TO {quote(name)}")
    return renamed, Statement(f"DROP COLLATION {qualify(collation.schema, name)}")


def rename(collation: Collation, name: str) -> Statement:
    """ALTER COLLATION … RENAME TO."""
    hazard = Hazard(Danger.BREAKS_CODE, "code that uses the old name fails")
    return Statement(f"ALTER {reference(collation)} RENAME TO {quote(name)}", hazards=(hazard,))


KIND = Kind(
    name="collation",
    model=Collation,
    identity=("schema", "name"),
    catalog="pg_collation",
    query=query,
    create=create,
    drop=drop,
    alter={
        **dict.fromkeys(("provider", "deterministic", "locale", "lc_collate", "lc_ctype", "rules"), Replace()),
        "version": Ignore("the locale's version in the server's libraries; ALTER COLLATION … REFRESH VERSION"),
    },
    without_icu=without_icu,
    reference=reference,
    slots=lambda collation: [("collation", collation.schema, collation.name)],
    set_aside=set_aside,
    rename=rename,
)
