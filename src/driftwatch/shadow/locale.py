"""The encoding and locale of a scratch database: those of the database that it is to stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.sql import literal

if TYPE_CHECKING:
    from psycopg import Connection

FIRST_WITH_PROVIDERS = 15
FIRST_WITH_LOCALE_COLUMN = 17


def locale_options(connection: Connection, major: int) -> str:
    """The options that make a database like the one connected to: collations decide what SQL means.

    A partition's bounds or a check on text can hold under one collation and fail under another.
    """
    columns = "pg_encoding_to_char(encoding), datcollate::text, datctype::text"
    if major >= FIRST_WITH_PROVIDERS:
        locale = "datlocale" if major >= FIRST_WITH_LOCALE_COLUMN else "daticulocale"
        columns += f", datlocprovider::text, {locale}::text"
    row = connection.execute(
        f"SELECT {columns} FROM pg_catalog.pg_database WHERE datname = current_database()"
    ).fetchone()
    encoding, collate, ctype, *provider = row or ("UTF8", "C", "C")
    options = f" ENCODING {literal(encoding)} LC_COLLATE {literal(collate)} LC_CTYPE {literal(ctype)}"
    return options + _provider(*provider)


def _provider(provider: str = "c", locale: str | None = None) -> str:
    match provider:
        case "i":
            return f" LOCALE_PROVIDER icu ICU_LOCALE {literal(locale or '')}"
        case "b":
            return f" LOCALE_PROVIDER builtin BUILTIN_LOCALE {literal(locale or '')}"
        case _:
            return ""
