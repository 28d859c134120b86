"""Tablespaces: what names one in CREATE, and what moves an object to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.statement import Danger, Hazard
from driftwatch.sql import quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context


def clause(tablespace: str | None) -> str:
    """` TABLESPACE fast`; nothing for the database's own."""
    return f" TABLESPACE {quote(tablespace)}" if tablespace else ""


def move(tablespace: str | None, context: Context) -> str:
    """`SET TABLESPACE fast`; the database's own has to be named as well."""
    database = context.old.by_kind.get("database", ())
    own = next((item.tablespace for item in database if item.tablespace), "pg_default")
    return f"SET TABLESPACE {quote(tablespace or own)}"


def moving(what: str) -> tuple[Hazard]:
    """The hazard of moving files."""
    return (Hazard(Danger.REWRITE, f"the whole {what} is written anew under an exclusive lock"),)
