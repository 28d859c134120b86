"""What grants and default privileges share: access lists as deviations from what PostgreSQL gives by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.model.statement import Statement
from driftwatch.sql import quote, quote_role

if TYPE_CHECKING:
    from collections.abc import Iterable

MAINTAIN = 170000
"""The first server_version_num with the table privilege MAINTAIN."""

PUBLIC = "public"
"""The grantee that stands for everybody; no role can have this name (error 42939), so it needs no quotes."""
OWNER = "pg_owner"
"""Stands for the object's owner, whoever that is; names that begin with pg_ are reserved."""
ALL = "ALL"
"""Every privilege that the server knows for such an object: one more on 17 than on 16, and yet the same right."""

_COLUMN = ("INSERT", "REFERENCES", "SELECT", "UPDATE")
_TABLE = (*_COLUMN, "DELETE", "TRIGGER", "TRUNCATE")
_EVERY = {
    "COLUMN": _COLUMN,
    "SEQUENCE": ("SELECT", "UPDATE", "USAGE"),
    "SCHEMA": ("CREATE", "USAGE"),
    "DATABASE": ("CONNECT", "CREATE", "TEMPORARY"),
    "LARGE OBJECT": ("SELECT", "UPDATE"),
}


class Deviation(NamedTuple):
    """How one grantee's privileges differ from the default; each sorted, or `ALL` alone."""

    granted: tuple[str, ...] = ()
    """Held, and not by default."""
    grantable: tuple[str, ...] = ()
    """Held with grant option."""
    revoked: tuple[str, ...] = ()
    """Not held, though given by default."""


NONE = Deviation()


class Step(NamedTuple):
    """One GRANT or REVOKE, without its object and grantee."""

    verb: str
    privileges: tuple[str, ...]
    preposition: str
    ending: str = ""

    def sql(self, on: str, grantee: str, column: str | None = None) -> str:
        """The statement for an object, as GRANT … ON names it, or for one of its columns."""
        part = f" ({quote(column)})" if column is not None else ""
        privileges = ", ".join(privilege + part for privilege in self.privileges)
        return f"{self.verb} {privileges} ON {on} {self.preposition} {grantee}{self.ending}"


def deviations(rows: str, keys: str, version: int) -> str:
    """SQL for the deviations of access lists, one row for each grantee and grantor.

    Args:
        rows: SQL with the columns in `keys`, and `owner`, `acl`, `base` (the default access list) and `type` (as
            acldefault() takes it).
        keys: columns of `rows` that tell the lists apart; they come first in the result.
        version: server_version_num.
    """
    tables = 8 if version >= MAINTAIN else 7
    count = f"CASE d.type WHEN 'r' THEN {tables} WHEN 'c' THEN 4 WHEN 's' THEN 3 WHEN 'd' THEN 3 ELSE 2 END"

    def listed(condition: str) -> str:
        return f"""CASE WHEN count(*) FILTER (WHERE {condition}) = {count} THEN '{{{ALL}}}'::text[]
            ELSE coalesce(array_agg(d.privilege ORDER BY d.privilege) FILTER (WHERE {condition}), '{{}}') END"""

    return f"""
        SELECT {keys},
               CASE d.grantee WHEN 0 THEN '{PUBLIC}' WHEN d.owner THEN '{OWNER}' ELSE pg_get_userbyid(d.grantee) END
                   AS grantee,
               CASE WHEN d.grantor = d.owner THEN '' ELSE pg_get_userbyid(d.grantor) END AS grantor,
               {listed("d.held AND NOT d.by_default")} AS granted,
               {listed("d.grantable")} AS grantable,
               {listed("d.by_default AND NOT d.held")} AS revoked
        FROM (SELECT {keys}, owner, type, e.grantor, e.grantee, e.privilege_type AS privilege, bool_or(x.held) AS held,
                     bool_or(NOT x.held) AS by_default, bool_or(x.held AND e.is_grantable) AS grantable
              FROM ({rows}) r
              CROSS JOIN LATERAL (SELECT true AS held, item FROM unnest(r.acl) item WHERE NOT item = ANY (r.base)
                                  UNION ALL
                                  SELECT false, item FROM unnest(r.base) item WHERE NOT item = ANY (r.acl)) x
              CROSS JOIN LATERAL aclexplode(ARRAY[x.item]) e
              GROUP BY {keys}, owner, type, e.grantor, e.grantee, e.privilege_type) d
        WHERE d.held <> d.by_default OR d.grantable
        GROUP BY {keys}, owner, type, grantee, grantor"""


def changes(old: Deviation, new: Deviation, noun: str, version: int) -> list[Step]:
    """The REVOKEs and GRANTs that lead from one deviation to another.

    Args:
        old: what stands.
        new: what shall.
        noun: the word GRANT uses for such an object (`TABLE`), or `COLUMN`.
        version: server_version_num of the server that shall understand it.
    """
    every = _every(noun, version)
    old_granted, old_grantable, old_revoked = (_expanded(part, every) for part in old)
    new_granted, new_grantable, new_revoked = (_expanded(part, every) for part in new)
    revoke = (old_granted - new_granted) | (new_revoked - old_revoked)
    grant = (new_granted - old_granted) | (old_revoked - new_revoked)
    options = new_grantable - old_grantable
    steps = (
        Step("REVOKE", _listed(revoke, every), "FROM"),
        Step("REVOKE GRANT OPTION FOR", _listed(old_grantable - new_grantable - revoke, every), "FROM"),
        Step("GRANT", _listed(grant - options, every), "TO"),
        Step("GRANT", _listed(options, every), "TO", " WITH GRANT OPTION"),
    )
    return [step for step in steps if step.privileges]


def undo(given: Deviation, wanted: Deviation, noun: str, version: int) -> list[Step]:
    """What takes back as much of `given` as is not wanted."""
    every = _every(noun, version)
    parts = (_expanded(more, every) & _expanded(less, every) for more, less in zip(given, wanted, strict=True))
    return changes(given, Deviation(*(tuple(sorted(part)) for part in parts)), noun, version)


def _every(noun: str, version: int) -> tuple[str, ...]:
    return _EVERY.get(noun) or ((*_TABLE, "MAINTAIN") if version >= MAINTAIN else _TABLE)


def _expanded(privileges: Iterable[str], every: tuple[str, ...]) -> set[str]:
    """The privileges one by one."""
    found = set(privileges)
    return set(every) if ALL in found else found


def _listed(privileges: set[str], every: tuple[str, ...]) -> tuple[str, ...]:
    return (ALL,) if privileges == set(every) else tuple(sorted(privileges))


def role(name: str, owner: str | None) -> str:
    """A grantee as SQL writes it; an owner that is not known is whoever runs the migration and makes the object."""
    if name == OWNER:
        return quote_role(owner) if owner else "CURRENT_USER"
    return quote_role(name)


def as_grantor(grantor: str, statements: list[Statement]) -> list[Statement]:
    """GRANTED BY takes the current user only, so that what another role granted on is granted in its place."""
    if not grantor or not statements:
        return statements
    return [Statement(f"SET ROLE {quote(grantor)}"), *statements, Statement("RESET ROLE")]
