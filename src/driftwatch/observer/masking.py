"""Secrets in a dump, hidden: their presence is compared, their value is not.

`pg_dump` writes the passwords of user mappings and subscriptions in clear. A copy of a schema holds a placeholder in
their place, and no output may show them.
"""

from __future__ import annotations

import re

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from driftwatch.observer.lexer import clause, list_after, rewrite, unquoted
from driftwatch.sql import literal

HIDDEN = "***"
_SECRET = re.compile(r"passw(?!ord_required)|passphrase|pwd|secret|token|credential|_key", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@/\s]+@")


def mask_options(sql: str) -> str:
    """The statement with the secret values in its `OPTIONS (name 'value', …)` hidden."""
    options = list_after(sql, "OPTIONS")
    return sql if options is None else rewrite(sql, options, map(_mask_option, options.items))


def mask_subscription(sql: str) -> str:
    """The statement with the secrets in its `CONNECTION 'conninfo'` hidden."""
    connection = clause(sql, "CONNECTION", ("PUBLICATION",))
    if connection is None:
        return sql
    return rewrite(sql, connection, [literal(_mask_conninfo(unquoted(" ".join(connection.items))))])


def _mask_option(option: str) -> str:
    name = option.partition(" ")[0]
    return f"{name} {literal(HIDDEN)}" if _SECRET.search(name) else _URL_PASSWORD.sub(rf"\1{HIDDEN}@", option)


def _mask_conninfo(conninfo: str) -> str:
    try:
        parameters = conninfo_to_dict(conninfo)
    except ProgrammingError:
        return HIDDEN
    return make_conninfo("", **{k: HIDDEN if _SECRET.search(k) else v for k, v in parameters.items()})
