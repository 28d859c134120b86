"""Text search dictionaries (pg_ts_dict)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore, Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class TextSearchDictionary(NamedTuple):
    """A dictionary; each option as `name = value`, quoted as SQL wants it, sorted and as they were `written`."""

    schema: str
    name: str
    template: str
    options: tuple[str, ...]
    written: tuple[str, ...]


# The server keeps the options as one text that it wrote itself, `stopwords = 'english', maxlen = 5`, always quoted this
# way (serialize_deflist in tsearchcmds.c); cut apart, they can be set and taken away one by one.
# No backslash: a database may have standard_conforming_strings off when the query comes in.
_OPTION = """(?:"(?:[^"]|"")*"|[[:alnum:]_]+) = (?:E?''(?:[^'']|'''')*''|[^,]+)"""


def query(_version: int) -> str:
    """Every dictionary."""
    return f"""
        SELECT d.oid AS objid, n.nspname AS schema, d.dictname AS name,
               quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname) AS template,
               array(SELECT o[1] FROM regexp_matches(d.dictinitoption, '{_OPTION}', 'g') o ORDER BY 1) AS options,
               array(SELECT o[1] FROM regexp_matches(d.dictinitoption, '{_OPTION}', 'g') o) AS written
        FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace
        JOIN pg_ts_template t ON t.oid = d.dicttemplate JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
        WHERE {USER_SCHEMA} AND {no_member("pg_ts_dict", "d.oid")}"""


def reference(dictionary: TextSearchDictionary) -> str:
    """`TEXT SEARCH DICTIONARY public.stems`."""
    return f"TEXT SEARCH DICTIONARY {qualify(dictionary.schema, dictionary.name)}"


def create(dictionary: TextSearchDictionary, _context: Context) -> Writing:
    """CREATE TEXT SEARCH DICTIONARY."""
    options = ", ".join([f"TEMPLATE = {dictionary.template}", *dictionary.written])
    return [Statement(f"CREATE {reference(dictionary)} ({options})")]


def drop(dictionary: TextSearchDictionary, _context: Context) -> Writing:
    """DROP TEXT SEARCH DICTIONARY."""
    hazard = Hazard(Danger.BREAKS_CODE, f"text search by dictionary {dictionary.name} fails")
    return [Statement(f"DROP {reference(dictionary)}", hazards=(hazard,))]


def alter_options(old: TextSearchDictionary, new: TextSearchDictionary, _context: Context) -> Writing:
    """All options, which puts them in the order of the new ones; a name alone takes one away."""
    kept = {_name(option) for option in new.options}
    removed = [_name(option) for option in old.options if _name(option) not in kept]
    hazard = Hazard(Danger.BEHAVIOUR, f"{new.name} finds other words; indexed and generated tsvectors stay as they are")
    return [Statement(f"ALTER {reference(new)} ({', '.join([*removed, *new.written])})", hazards=(hazard,))]


def _name(option: str) -> str:
    """What stands before the ` = ` that is no part of a quoted name."""
    quoted = re.match('"(?:[^"]|"")*"', option)
    return quoted[0] if quoted else option.split(" = ", 1)[0]


def rename(dictionary: TextSearchDictionary, name: str) -> Statement:
    """ALTER TEXT SEARCH DICTIONARY … RENAME TO."""
    return Statement(f"ALTER {reference(dictionary)} RENAME TO {quote(name)}")


_ORDER = Ignore("the order of the options means nothing", told=False)

KIND = Kind(
    name="text_search_dictionary",
    model=TextSearchDictionary,
    identity=("schema", "name"),
    catalog="pg_ts_dict",
    query=query,
    create=create,
    drop=drop,
    alter={"template": Replace(), "options": Alter(alter_options), "written": _ORDER},
    reference=reference,
    rename=rename,
)
