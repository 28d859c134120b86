"""Text search parsers (pg_ts_parser)."""

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


class TextSearchParser(NamedTuple):
    """A parser: its functions by name."""

    schema: str
    name: str
    start: str
    get_token: str
    end: str
    headline: str | None
    token_types: str


def query(_version: int) -> str:
    """Every parser."""
    return f"""
        SELECT p.oid AS objid, n.nspname AS schema, p.prsname AS name, p.prsstart::text AS start,
               p.prstoken::text AS get_token, p.prsend::text AS "end", nullif(p.prsheadline::text, '-') AS headline,
               p.prslextype::text AS token_types
        FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace
        WHERE {USER_SCHEMA} AND {no_member("pg_ts_parser", "p.oid")}"""


def reference(parser: TextSearchParser) -> str:
    """`TEXT SEARCH PARSER public.words`."""
    return f"TEXT SEARCH PARSER {qualify(parser.schema, parser.name)}"


def create(parser: TextSearchParser, _context: Context) -> Writing:
    """CREATE TEXT SEARCH PARSER."""
    options = [f"START = {parser.start}", f"GETTOKEN = {parser.get_token}", f"END = {parser.end}"]
    options += [f"HEADLINE = {parser.headline}"] if parser.headline else []
    return [Statement(f"CREATE {reference(parser)} ({', '.join([*options, f'LEXTYPES = {parser.token_types}'])})")]


def drop(parser: TextSearchParser, _context: Context) -> Writing:
    """DROP TEXT SEARCH PARSER."""
    hazard = Hazard(Danger.BREAKS_CODE, f"text search by parser {parser.name} fails")
    return [Statement(f"DROP {reference(parser)}", hazards=(hazard,))]


def rename(parser: TextSearchParser, name: str) -> Statement:
    """ALTER TEXT SEARCH PARSER … RENAME TO."""
    return Statement(f"ALTER {reference(parser)} RENAME TO {quote(name)}")


KIND = Kind(
    name="text_search_parser",
    model=TextSearchParser,
    identity=("schema", "name"),
    catalog="pg_ts_parser",
    query=query,
    needs_superuser=lambda _item, _version: True,
    create=create,
    drop=drop,
    alter=dict.fromkeys(("start", "get_token", "end", "headline", "token_types"), Replace()),
    reference=reference,
    rename=rename,
)
