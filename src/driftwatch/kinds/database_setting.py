"""Settings of the database, and of roles in it (pg_db_role_setting)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.database_comment import DATABASE
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import in_this_database, literal, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class DatabaseSetting(NamedTuple):
    """A setting that new sessions begin with; the role is '' where it is everybody's."""

    name: str
    role: str
    value: str


# These hold lists whose items the server keeps quoted as SQL wants them (GUC_LIST_QUOTE in guc_tables.c).
_LISTS = frozenset({"search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries"})


def query(_version: int) -> str:
    """Every setting of this database, but driftwatch's own mark."""
    return """
        SELECT 0 AS objid, split_part(c, '=', 1) AS name,
               CASE s.setrole WHEN 0 THEN '' ELSE pg_get_userbyid(s.setrole)::text END AS role,
               substr(c, strpos(c, '=') + 1) AS value
        FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase CROSS JOIN LATERAL unnest(s.setconfig) c
        WHERE d.datname = current_database() AND c NOT LIKE 'driftwatch.%'"""


def _alter(setting: DatabaseSetting, verb: str, value: str = "") -> list[Statement]:
    """For the database it is run in, which has another name here than there."""
    head = f"ALTER ROLE {quote(setting.role)} IN DATABASE " if setting.role else "ALTER DATABASE "
    tail = f" {verb} {'.'.join(map(quote, setting.name.split('.')))}{value}"
    hazard = Hazard(Danger.BEHAVIOUR, f"sessions that begin later run with another {setting.name}")
    return [Statement(in_this_database(head, tail), hazards=(hazard,))]


def create(setting: DatabaseSetting, _context: Context) -> Writing:
    """SET."""
    quoted = setting.name in _LISTS and setting.value not in {"", '""'}
    empty = setting.value.replace('""', "") if setting.name in _LISTS else setting.value
    return _alter(setting, "SET", f" TO {setting.value if quoted else literal(empty)}")


def drop(setting: DatabaseSetting, _context: Context) -> Writing:
    """RESET."""
    return _alter(setting, "RESET")


KIND = Kind(
    name="database_setting",
    shared=True,
    model=DatabaseSetting,
    identity=("name", "role"),
    query=query,
    create=create,
    drop=drop,
    alter={"value": Alter(lambda _old, new, context: create(new, context))},
    roles=("role",),
    optional=DATABASE,
    mentioned="settings of the database",
)
