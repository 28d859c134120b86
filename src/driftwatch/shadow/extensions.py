"""What an extension consists of, as data: read from a live catalogue, or known beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

Volatility = Literal["IMMUTABLE", "STABLE", "VOLATILE"]
Parallel = Literal["SAFE", "RESTRICTED", "UNSAFE"]


@dataclass(frozen=True, slots=True)
class Routine:
    """A member function or procedure, with what its callers and the catalogue can see of it.

    Attributes:
        name: Its name.
        arguments: As `pg_get_function_arguments` writes them, with names, modes and defaults.
        result: As `pg_get_function_result` writes it; None for a procedure.
        schema: Its schema when that is not the extension's.
        returns_value: False when the body may not return a value: a set, `void`, output arguments.
    """

    name: str
    arguments: str
    result: str | None
    volatility: Volatility = "IMMUTABLE"
    strict: bool = True
    parallel: Parallel = "SAFE"
    schema: str | None = None
    returns_value: bool = True


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension as a stand-in needs it.

    Attributes:
        name: `pg_extension.extname`.
        version: `pg_extension.extversion`.
        comment: Its comment; None when it has none.
        relocatable: `pg_extension.extrelocatable`.
        requires: Other extensions that it depends on.
        schemas: Member schemas.
        routines: Member functions and procedures that a stand-in can have.
        uncovered: Its other members, in `pg_describe_object`'s words.
    """

    name: str
    version: str
    comment: str | None = None
    relocatable: bool = True
    requires: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()
    routines: tuple[Routine, ...] = ()
    uncovered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandIn:
    """Something that the shadow only pretends to have: what rests on it was not really tried.

    Attributes:
        kind: What it stands for.
        name: Whose place it takes.
        uncovered: Members that it lacks: objects that need one of these cannot be built on the shadow.
    """

    kind: Literal["extension", "collation"]
    name: str
    uncovered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provision:
    """How far a shadow could be given what it lacks.

    Attributes:
        stand_ins: What was made.
        missing: Names for which nothing could be made: what needs them is not covered.
    """

    stand_ins: tuple[StandIn, ...] = ()
    missing: frozenset[str] = frozenset()


def available(connection: Connection) -> frozenset[str]:
    """The extensions that the server could install."""
    rows = connection.execute("SELECT name::text FROM pg_catalog.pg_available_extensions").fetchall()
    return frozenset(name for (name,) in rows)


def installed(connection: Connection) -> frozenset[str]:
    """The extensions that the database has, without the one that every database has."""
    rows = connection.execute("SELECT extname::text FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'").fetchall()
    return frozenset(name for (name,) in rows)


def read_extensions(connection: Connection, names: Iterable[str]) -> tuple[Extension, ...]:
    """Describe installed extensions from the catalogue of the database connected to; CONNECT is enough.

    Args:
        connection: To any PostgreSQL from 14 on; it is left in the transaction state that it came in.
        names: Which ones; those that are not installed there are left out.
    """
    wanted = sorted(set(names))
    with connection.transaction():
        connection.execute("SET LOCAL search_path TO ''")  # so that types come qualified
        extensions = connection.execute(_EXTENSIONS, [wanted]).fetchall()
        members = connection.execute(_MEMBERS, [wanted]).fetchall()
    return tuple(
        Extension(
            name,
            version,
            comment,
            relocatable,
            requires=tuple(requires),
            schemas=tuple(row[2] for row in members if row[:2] == (name, "schema")),
            routines=tuple(_routine(row[2:]) for row in members if row[:2] == (name, "routine")),
            uncovered=tuple(row[2] for row in members if row[:2] == (name, "other")),
        )
        for name, version, comment, relocatable, requires in extensions
    )


def _routine(columns: tuple[object, ...]) -> Routine:
    return Routine(*columns)  # type: ignore[arg-type]  # the query has them in the order of the fields


_EXTENSIONS = """
SELECT e.extname::text, e.extversion, pg_catalog.obj_description(e.oid, 'pg_extension'), e.extrelocatable, ARRAY(
  SELECT r.extname::text FROM pg_catalog.pg_depend AS d
  JOIN pg_catalog.pg_extension AS r ON r.oid = d.refobjid
  WHERE d.classid = 'pg_catalog.pg_extension'::regclass AND d.objid = e.oid
    AND d.refclassid = 'pg_catalog.pg_extension'::regclass ORDER BY 1)
FROM pg_catalog.pg_extension AS e
WHERE e.extname = ANY (%s) ORDER BY 1
"""

# PL/pgSQL, the language of a stand-in's bodies, takes no pseudo-types but the polymorphic ones, and gives back these
# and the ones for triggers, records and nothing (plpgsql_validator in pl_handler.c). A type of the extension's own is
# not there at all. Row types and
# array types, which 17 and newer list as members, go with what they belong to.
_MEMBERS = """
WITH member AS (
  SELECT e.extname, e.extnamespace, d.classid, d.objid
  FROM pg_catalog.pg_extension AS e
  JOIN pg_catalog.pg_depend AS d ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.refobjid = e.oid
  WHERE d.deptype = 'e' AND e.extname = ANY (%s)
), routine AS (
  SELECT m.*, p.*, coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype AS types
  FROM member AS m JOIN pg_catalog.pg_proc AS p ON p.oid = m.objid
  WHERE m.classid = 'pg_catalog.pg_proc'::regclass AND p.prokind IN ('f', 'p')
), possible AS (
  SELECT * FROM routine AS r WHERE NOT EXISTS (
    SELECT FROM unnest(r.types) WITH ORDINALITY AS u (type, place)
    JOIN pg_catalog.pg_type AS t ON t.oid = u.type
    WHERE t.typtype = 'p' AND t.typname NOT LIKE 'any%%' AND (place < cardinality(r.types) OR t.typname NOT IN (
      'void', 'trigger', 'event_trigger', 'record')) OR t.typname = 'any' OR EXISTS (
      SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.deptype = 'e'
        AND d.objid IN (t.oid, t.typelem, (SELECT typrelid FROM pg_catalog.pg_type WHERE oid = t.oid))))
)
SELECT r.extname::text, 'routine', r.proname::text, pg_catalog.pg_get_function_arguments(r.oid),
  pg_catalog.pg_get_function_result(r.oid),
  CASE r.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END, r.proisstrict,
  CASE r.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' ELSE 'UNSAFE' END,
  CASE WHEN r.pronamespace <> r.extnamespace THEN n.nspname::text END,
  NOT (r.proretset OR r.prokind = 'p' OR r.prorettype = 'void'::regtype OR r.proargmodes && '{o,b,t}'::"char"[]) IS TRUE
FROM possible AS r JOIN pg_catalog.pg_namespace AS n ON n.oid = r.pronamespace
UNION ALL
SELECT m.extname::text, 'schema', n.nspname::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM member AS m JOIN pg_catalog.pg_namespace AS n
  ON m.classid = 'pg_catalog.pg_namespace'::regclass AND n.oid = m.objid
UNION ALL
SELECT m.extname::text, 'other', pg_catalog.pg_describe_object(m.classid, m.objid, 0),
  NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM member AS m
WHERE m.classid <> 'pg_catalog.pg_namespace'::regclass
  AND NOT EXISTS (SELECT FROM possible AS r WHERE m.classid = 'pg_catalog.pg_proc'::regclass AND r.oid = m.objid)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_type AS t
    LEFT JOIN pg_catalog.pg_type AS element ON element.typarray = t.oid
    LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
    WHERE m.classid = 'pg_catalog.pg_type'::regclass AND t.oid = m.objid AND (element.oid > 0 OR c.relkind <> 'c'))
ORDER BY 1, 2, 3, 4
"""
