"""Text search configurations with their mappings (pg_ts_config, pg_ts_config_map)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class TextSearchConfiguration(NamedTuple):
    """A configuration; each mapping is a token type and its dictionaries in order, as SQL lists them."""

    schema: str
    name: str
    parser: str
    mappings: tuple[tuple[str, str], ...]


_MAPPINGS = """array(
    SELECT ARRAY[t.alias, string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno)]
    FROM pg_ts_config_map m JOIN ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
    WHERE m.mapcfg = c.oid GROUP BY t.alias ORDER BY t.alias)"""


def query(_version: int) -> str:
    """Every configuration."""
    return f"""
        SELECT c.oid AS objid, n.nspname AS schema, c.cfgname AS name,
               quote_ident(pn.nspname) || '.' || quote_ident(p.prsname) AS parser, {_MAPPINGS} AS mappings
        FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace
        JOIN pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_namespace pn ON pn.oid = p.prsnamespace
        WHERE {USER_SCHEMA} AND {no_member("pg_ts_config", "c.oid")}"""


def reference(configuration: TextSearchConfiguration) -> str:
    """`TEXT SEARCH CONFIGURATION public.german`."""
    return f"TEXT SEARCH CONFIGURATION {qualify(configuration.schema, configuration.name)}"


def create(configuration: TextSearchConfiguration, _context: Context) -> Writing:
    """CREATE TEXT SEARCH CONFIGURATION and a mapping for each token type."""
    created = Statement(f"CREATE {reference(configuration)} (PARSER = {configuration.parser})")
    return [created, *(_map(configuration, "ADD", *mapping) for mapping in configuration.mappings)]


def _map(
    configuration: TextSearchConfiguration, verb: str, token: str, dictionaries: str, hazards: tuple[Hazard, ...] = ()
) -> Statement:
    sql = f"ALTER {reference(configuration)} {verb} MAPPING FOR {quote(token)} WITH {dictionaries}"
    return Statement(sql, hazards=hazards)


def drop(configuration: TextSearchConfiguration, _context: Context) -> Writing:
    """DROP TEXT SEARCH CONFIGURATION."""
    hazard = Hazard(Danger.BREAKS_CODE, f"text search by configuration {configuration.name} fails")
    return [Statement(f"DROP {reference(configuration)}", hazards=(hazard,))]


def alter_mappings(old: TextSearchConfiguration, new: TextSearchConfiguration, _context: Context) -> Writing:
    """DROP, ALTER and ADD MAPPING where they differ."""
    before, after = dict(old.mappings), dict(new.mappings)
    hazard = Hazard(Danger.BEHAVIOUR, f"{new.name} finds other words; indexed and generated tsvectors stay as they are")
    statements = [
        Statement(f"ALTER {reference(new)} DROP MAPPING FOR {quote(token)}", hazards=(hazard,))
        for token in before
        if token not in after
    ]
    return statements + [
        _map(new, "ALTER" if token in before else "ADD", token, dictionaries, (hazard,))
        for token, dictionaries in after.items()
        if before.get(token) != dictionaries
    ]


def rename(configuration: TextSearchConfiguration, name: str) -> Statement:
    """ALTER TEXT SEARCH CONFIGURATION … RENAME TO."""
    hazard = Hazard(Danger.BREAKS_CODE, "code that uses the old name fails")
    return Statement(f"ALTER {reference(configuration)} RENAME TO {quote(name)}", hazards=(hazard,))


KIND = Kind(
    name="text_search_configuration",
    model=TextSearchConfiguration,
    identity=("schema", "name"),
    catalog="pg_ts_config",
    query=query,
    create=create,
    drop=drop,
    alter={"parser": Replace(), "mappings": Alter(alter_mappings)},
    reference=reference,
    rename=rename,
)
