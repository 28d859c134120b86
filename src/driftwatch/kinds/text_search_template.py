"""Text search templates (pg_ts_template), of which dictionaries are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class TextSearchTemplate(NamedTuple):
    """A template: its functions by name."""

    schema: str
    name: str
    init: str | None
    lexize: str


def query(_version: int) -> str:
    """Every template."""
    return f"""
        SELECT t.oid AS objid, n.nspname AS schema, t.tmplname AS name, nullif(t.tmplinit::text, '-') AS init,
               t.tmpllexize::text AS lexize
        FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace
        WHERE {USER_SCHEMA} AND {no_member("pg_ts_template", "t.oid")}"""


def reference(template: TextSearchTemplate) -> str:
    """`TEXT SEARCH TEMPLATE public.stems`."""
    return f"TEXT SEARCH TEMPLATE {qualify(template.schema, template.name)}"


def create(template: TextSearchTemplate, _context: Context) -> Writing:
    """CREATE TEXT SEARCH TEMPLATE."""
    init = f"INIT = {template.init}, " if template.init else ""
    return [Statement(f"CREATE {reference(template)} ({init}LEXIZE = {template.lexize})")]


def drop(template: TextSearchTemplate, _context: Context) -> Writing:
    """DROP TEXT SEARCH TEMPLATE."""
    hazard = Hazard(Danger.BREAKS_CODE, f"code that makes dictionaries of template {template.name} fails")
    return [Statement(f"DROP {reference(template)}", hazards=(hazard,))]


def rename(template: TextSearchTemplate, name: str) -> Statement:
    """ALTER TEXT SEARCH TEMPLATE … RENAME TO."""
    return Statement(f"ALTER {reference(template)} RENAME TO {quote(name)}")


KIND = Kind(
    name="text_search_template",
    model=TextSearchTemplate,
    identity=("schema", "name"),
    catalog="pg_ts_template",
    query=query,
    needs_superuser=lambda _item, _version: True,
    create=create,
    drop=drop,
    alter={"init": Replace(), "lexize": Replace()},
    reference=reference,
    rename=rename,
)
