"""User mappings (pg_user_mappings, the view that everybody may read)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import foreign_options
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import quote, quote_role

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing

UNREADABLE = "driftwatch=unreadable"
"""Stands for the options of a mapping that the reading role may not see."""


class UserMapping(NamedTuple):
    """A role's mapping on a server; the role is `public` for everybody's."""

    server: str
    role: str
    options: tuple[str, ...]


def query(_version: int) -> str:
    """Every mapping; the view gives NULL for options as well where there are none as where they are hidden."""
    return f"""
        SELECT m.umid AS objid, m.srvname AS server, m.usename AS role,
               CASE WHEN m.umoptions IS NOT NULL THEN {foreign_options.reading("m.umoptions")}
                    WHEN current_setting('is_superuser') = 'on' OR pg_has_role(s.srvowner, 'USAGE')
                         AND (m.umuser = 0 OR m.usename = current_user)
                         OR m.usename = current_user AND has_server_privilege(s.oid, 'USAGE') THEN '{{}}'::text[]
                    ELSE ARRAY['{UNREADABLE}'] END AS options
        FROM pg_user_mappings m JOIN pg_foreign_server s ON s.oid = m.srvid"""


def clean(mapping: UserMapping, key: str) -> UserMapping:
    """Without secrets."""
    hidden = mapping.options == (UNREADABLE,)
    return (
        mapping
        if hidden
        else mapping._replace(options=foreign_options.conceal(mapping.options, key, unless_harmless=True))
    )


def _naming(mapping: UserMapping) -> str:
    return f"USER MAPPING FOR {quote_role(mapping.role)} SERVER {quote(mapping.server)}"


def create(mapping: UserMapping, _context: Context) -> Writing:
    """CREATE USER MAPPING; without options where they could not be read."""
    options = () if mapping.options == (UNREADABLE,) else mapping.options
    sql = f"CREATE {_naming(mapping)}{foreign_options.clause(options)}"
    return [Statement(sql, hazards=foreign_options.secret_hazards(options))]


def alter(old: UserMapping, new: UserMapping, _context: Context) -> Writing:
    """OPTIONS; nothing where one side's could not be read."""
    if (UNREADABLE,) in (old.options, new.options):
        return []
    options = foreign_options.change(old.options, new.options)
    hazard = Hazard(Danger.ACCESS, f"{new.role} signs in to server {new.server} otherwise")
    changed = foreign_options.secret_hazards(set(new.options) - set(old.options))
    return [Statement(f"ALTER {_naming(new)}{options}", hazards=(hazard, *changed))]


def drop(mapping: UserMapping, _context: Context) -> Writing:
    """DROP USER MAPPING."""
    hazard = Hazard(Danger.BREAKS_CODE, f"{mapping.role} can't sign in to server {mapping.server} any more")
    return [Statement(f"DROP {_naming(mapping)}", hazards=(hazard,))]


KIND = Kind(
    name="user_mapping",
    model=UserMapping,
    identity=("server", "role"),
    catalog="pg_user_mapping",
    query=query,
    clean=clean,
    create=create,
    drop=drop,
    alter={"options": Alter(alter)},
    follows=foreign_options.wrapper,
    reaches=frozenset({"foreign_data_wrapper"}),
    roles=("role",),
)
