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


# What driftwatch's own copies of a schema hold instead of secrets.
_PLACEHOLDER = re.compile("driftwatch:secret:|connection-string-is-secret")


def copied(original: str, copy: str) -> bool:
    """Whether a copy says what the original says, but for placeholders that stand in it for secrets."""
    return _blank(original, copy) == _blank(copy, copy)


def _blank(sql: str, copy: str) -> str:
    """The SQL without what the copy has a placeholder for."""
    options, concealed = list_after(sql, "OPTIONS"), list_after(copy, "OPTIONS")
    if options and concealed:
        names = {_name(item) for item in concealed.items if _PLACEHOLDER.search(item)}
        sql = rewrite(sql, options, (_name(item) if _name(item) in names else item for item in options.items))
    connection = clause(sql, "CONNECTION", ("PUBLICATION",))
    return rewrite(sql, connection, ["?"]) if connection and _PLACEHOLDER.search(copy) else sql


def _name(option: str) -> str:
    return option.partition(" ")[0]


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
    name = _name(option)
    return f"{name} {literal(HIDDEN)}" if _SECRET.search(name) else _URL_PASSWORD.sub(rf"\1{HIDDEN}@", option)


def _mask_conninfo(conninfo: str) -> str:
    try:
        parameters = conninfo_to_dict(conninfo)
    except ProgrammingError:
        return HIDDEN
    return make_conninfo("", **{k: HIDDEN if _SECRET.search(k) else v for k, v in parameters.items()})
