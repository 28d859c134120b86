"""Procedural languages that no extension brought (pg_language)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import no_member
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class Language(NamedTuple):
    """A language: its functions by name."""

    name: str
    trusted: bool
    handler: str
    inline: str | None
    validator: str | None


def query(_version: int) -> str:
    """Every language but internal, c and sql, and those of extensions."""
    return f"""
        SELECT l.oid AS objid, l.lanname AS name, l.lanpltrusted AS trusted, l.lanplcallfoid::regproc::text AS handler,
               CASE WHEN l.laninline <> 0 THEN l.laninline::regproc::text END AS inline,
               CASE WHEN l.lanvalidator <> 0 THEN l.lanvalidator::regproc::text END AS validator
        FROM pg_language l
        WHERE l.lanispl AND {no_member("pg_language", "l.oid")}"""


def reference(language: Language) -> str:
    """`LANGUAGE plsample`."""
    return f"LANGUAGE {quote(language.name)}"


def _create(language: Language, verb: str) -> str:
    trusted = "TRUSTED " if language.trusted else ""
    inline = f" INLINE {language.inline}" if language.inline else ""
    validator = f" VALIDATOR {language.validator}" if language.validator else ""
    return f"{verb} {trusted}{reference(language)} HANDLER {language.handler}{inline}{validator}"


def create(language: Language, _context: Context) -> Writing:
    """CREATE LANGUAGE."""
    return [Statement(_create(language, "CREATE"))]


def alter(_old: Language, new: Language, _context: Context) -> Writing:
    """CREATE OR REPLACE LANGUAGE."""
    hazard = Hazard(Danger.BEHAVIOUR, f"functions in language {new.name} run otherwise, or may be made by others")
    return [Statement(_create(new, "CREATE OR REPLACE"), hazards=(hazard,))]


def drop(language: Language, _context: Context) -> Writing:
    """DROP LANGUAGE."""
    hazard = Hazard(Danger.BREAKS_CODE, f"functions in language {language.name} can't be made any more")
    return [Statement(f"DROP {reference(language)}", hazards=(hazard,))]


def rename(language: Language, name: str) -> Statement:
    """ALTER LANGUAGE … RENAME TO."""
    return Statement(f"ALTER {reference(language)} RENAME TO {quote(name)}")


KIND = Kind(
    name="language",
    model=Language,
    identity=("name",),
    catalog="pg_language",
    query=query,
    needs_superuser=lambda _item, _version: True,
    create=create,
    drop=drop,
    alter=dict.fromkeys(("trusted", "handler", "inline", "validator"), Alter(alter)),
    reference=reference,
    grantable=reference,
    rename=rename,
)
