"""The database itself (pg_database), which has another name here than there: what ALTER DATABASE changes, and the rest.

Whether it takes connections at all is not read: from one that does not nothing can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.database_comment import DATABASE
from driftwatch.kinds.parts.letters import or_default, words
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import in_this_database, literal, quote, quote_role

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing

_PROVIDERS, _RULES, _ONE_LOCALE = 150000, 160000, 170000
UNLIMITED = -1


class Database(NamedTuple):
    """The database; `subject` is always `database`, labels are (provider, label)."""

    subject: str
    owner: str
    connection_limit: int
    is_template: bool
    labels: tuple[tuple[str, str], ...]
    encoding: str
    provider: str
    lc_collate: str
    lc_ctype: str
    locale: str | None
    icu_rules: str | None
    tablespace: str | None


def query(version: int) -> str:
    """The one that is connected to; 14 knows libc's locales alone."""
    provider = "CASE d.datlocprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' ELSE 'builtin' END"
    locale = "d.datlocale" if version >= _ONE_LOCALE else "d.daticulocale" if version >= _PROVIDERS else "NULL::text"
    return f"""
        SELECT 0 AS objid, '{DATABASE}'::text AS subject, pg_get_userbyid(d.datdba)::text AS owner,
               d.datconnlimit AS connection_limit, d.datistemplate AS is_template,
               array(SELECT ARRAY[l.provider, l.label] FROM pg_shseclabel l
                     WHERE l.classoid = 'pg_database'::regclass AND l.objoid = d.oid ORDER BY l.provider) AS labels,
               pg_encoding_to_char(d.encoding)::text AS encoding,
               {provider if version >= _PROVIDERS else "'libc'::text"} AS provider,
               d.datcollate::text AS lc_collate, d.datctype::text AS lc_ctype, {locale} AS locale,
               {"d.daticurules" if version >= _RULES else "NULL::text"} AS icu_rules,
               CASE WHEN d.dattablespace <> (SELECT oid FROM pg_tablespace WHERE spcname = 'pg_default')
                    THEN (SELECT spcname::text FROM pg_tablespace WHERE oid = d.dattablespace) END AS tablespace
        FROM pg_database d WHERE d.datname = current_database()"""


def create(database: Database, context: Context) -> Writing:
    """What is not as CREATE DATABASE makes it: a database always is."""
    return alter(database._replace(connection_limit=UNLIMITED, is_template=False, labels=()), database, context)


def drop(_database: Database, _context: Context) -> Writing:
    """Nothing: a migration of a database does not drop it."""
    return []


def alter(old: Database, new: Database, _context: Context) -> Writing:
    """ALTER DATABASE and SECURITY LABEL with what differs; the owner last, who need not be the one that migrates."""
    before, after = dict(old.labels), dict(new.labels)
    labels = {provider: literal(text) for provider, text in after.items() if before.get(provider) != text}
    labels |= dict.fromkeys((provider for provider in before if provider not in after), "NULL")
    statements = [_label(provider, text) for provider, text in sorted(labels.items())]
    if old.connection_limit != new.connection_limit:
        hazard = Hazard(Danger.BEHAVIOUR, "sessions beyond the limit are refused")
        statements.append(_statement(f" CONNECTION LIMIT {new.connection_limit}", hazard))
    if old.is_template != new.is_template:
        hazard = Hazard(Danger.ACCESS, "who may make databases may copy a template, and nobody can drop it")
        statements.append(_statement(f" IS_TEMPLATE {str(new.is_template).lower()}", hazard))
    if old.owner != new.owner:
        hazard = Hazard(Danger.ACCESS, f"{new.owner} owns the database from now on, and may drop it")
        statements.append(_statement(f" OWNER TO {quote_role(new.owner)}", hazard))
    return statements


def _statement(tail: str, hazard: Hazard) -> Statement:
    return Statement(in_this_database("ALTER DATABASE ", tail), hazards=(hazard,))


def _label(provider: str, label: str) -> Statement:
    hazard = Hazard(Danger.ACCESS, f"{provider} decides by its label who may use the database")
    head = f"SECURITY LABEL FOR {quote(provider)} ON DATABASE "
    return Statement(in_this_database(head, f" IS {label}"), hazards=(hazard,))


_ALTER = Alter(alter)
_FOR_GOOD = Ignore("chosen when a database is made: another one takes a new database, dumped and restored into")

KIND = Kind(
    name="database",
    shared=True,
    model=Database,
    identity=("subject",),
    query=query,
    create=create,
    drop=drop,
    alter={
        "owner": _ALTER,
        "connection_limit": _ALTER,
        "is_template": _ALTER,
        "labels": _ALTER,
        "encoding": _FOR_GOOD,
        "provider": _FOR_GOOD,
        "lc_collate": _FOR_GOOD,
        "lc_ctype": _FOR_GOOD,
        "locale": _FOR_GOOD,
        "icu_rules": _FOR_GOOD,
        "tablespace": Ignore("SET TABLESPACE moves every file while nobody is connected, not even who migrates"),
    },
    in_words={"connection_limit": words({UNLIMITED: "none"}), "tablespace": or_default},
    optional=DATABASE,
    roles=("owner",),
)
