"""Privileges (the acl columns of pg_class, pg_attribute, pg_proc, …), where they differ from what PostgreSQL gives.

That an owner may do everything, that PUBLIC may execute functions and use types, is no object; that it may not, is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds import about
from driftwatch.kinds.privileges import NONE, Deviation, changes, deviations, role
from driftwatch.model.key import Key
from driftwatch.model.kind import Alter, Kind
from driftwatch.model.statement import Implied, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.model.kind import Context, Writing
    from driftwatch.model.snapshot import Snapshot


class Grant(NamedTuple):
    """What one role may do on an object more or less than by default; the grantor is '' where it is the owner."""

    target: Key
    part: str
    grantee: str
    grantor: str
    granted: tuple[str, ...]
    grantable: tuple[str, ...]
    revoked: tuple[str, ...]


# What initdb made (oids below 16384) has privileges of its own, in pg_init_privs; of that only schemas are the user's.
# The schema public is special: pg_dump takes it that PUBLIC may use it, as it is made on every major.
_ACLS = """
    SELECT 'pg_class'::regclass AS classid, c.oid AS objid, 0 AS objsubid, c.relowner AS owner, c.relacl AS acl,
           acldefault(k.type, c.relowner) AS base, k.type
    FROM pg_class c CROSS JOIN LATERAL (SELECT (CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char" AS type) k
    WHERE c.relacl IS NOT NULL AND c.oid >= 16384
    UNION ALL
    SELECT 'pg_class'::regclass, c.oid, a.attnum, c.relowner, a.attacl, acldefault('c', c.relowner), 'c'
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE a.attacl IS NOT NULL AND a.attrelid >= 16384 AND NOT a.attisdropped
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 0, p.proowner, p.proacl, acldefault('f', p.proowner), 'f'
    FROM pg_proc p WHERE p.proacl IS NOT NULL AND p.oid >= 16384
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 0, t.typowner, t.typacl, acldefault('T', t.typowner), 'T'
    FROM pg_type t WHERE t.typacl IS NOT NULL AND t.oid >= 16384
    UNION ALL
    SELECT 'pg_namespace'::regclass, n.oid, 0, n.nspowner, coalesce(n.nspacl, acldefault('n', n.nspowner)),
           CASE n.nspname WHEN 'public' THEN acldefault('n', n.nspowner) || makeaclitem(0, n.nspowner, 'USAGE', false)
                ELSE acldefault('n', n.nspowner) END, 'n'
    FROM pg_namespace n WHERE n.nspacl IS NOT NULL OR n.nspname = 'public'
    UNION ALL
    SELECT 'pg_language'::regclass, l.oid, 0, l.lanowner, l.lanacl, acldefault('l', l.lanowner), 'l'
    FROM pg_language l WHERE l.lanacl IS NOT NULL AND l.oid >= 16384
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 0, w.fdwowner, w.fdwacl, acldefault('F', w.fdwowner), 'F'
    FROM pg_foreign_data_wrapper w WHERE w.fdwacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_server'::regclass, s.oid, 0, s.srvowner, s.srvacl, acldefault('S', s.srvowner), 'S'
    FROM pg_foreign_server s WHERE s.srvacl IS NOT NULL"""


def query(version: int) -> str:
    """Every deviation from the default, by what it stands on."""
    rows = deviations(_ACLS, "classid, objid, objsubid", version)
    return about.placed(rows, "d.grantee, d.grantor, d.granted, d.grantable, d.revoked")


class _Place(NamedTuple):
    """How GRANT names a grant's object: what follows ON, the word it begins with, and the column, if it is one."""

    on: str
    noun: str
    column: str | None = None


def _place(grant: Grant, context: Context) -> _Place | None:
    """Where a grant stands; None where that part of the target is no more."""
    target = grant.target
    if grant.part == about.SEQUENCE:
        on = about.subject(target, grant.part, context)
        return _Place(on, "SEQUENCE") if on else None
    if target.kind == "column":
        return _Place(f"TABLE {qualify(*target.path[:-1])}", "COLUMN", target.path[-1])
    if grant.part:
        return _Place(f"TABLE {qualify(*target.path)}", "COLUMN", grant.part)
    on = context.grantable(target)
    return _Place(on, on.split(" ", 1)[0]) if on else None


def _deviation(grant: Grant) -> Deviation:
    return Deviation(grant.granted, grant.grantable, grant.revoked)


def _owner(target: Key, context: Context) -> str | None:
    """The owner's role as the plan leaves it; None where it is not known, or whoever makes the object."""
    key = Key("owner", (str(target),))
    settled = context.new if key in context.altered or key in context.made else context.old
    owner = None if target in context.made and key not in context.made else settled.get(key)
    return owner.role if owner else None


def _write(grant: Grant, old: Deviation, new: Deviation, context: Context) -> Writing:
    place = _place(grant, context)
    if place is None:
        return Implied(by=grant.target)
    grantee = role(grant.grantee, _owner(grant.target, context))
    steps = changes(old, new, place.noun, context.version)
    statements = [
        _statement(
            step.sql(place.on, grantee, place.column), grant, f"{step.verb} … {step.preposition} {grantee}", context
        )
        for step in steps
    ]
    if place.column is None and any(step.verb == "REVOKE" for step in steps):
        statements += _columns_again(grant, context)
    return _as_grantor(grant.grantor, statements)


def _statement(sql: str, grant: Grant, message: str, context: Context) -> Statement:
    return Statement(sql, hazards=about.access(grant.target, context, f"{grant.target}: {message}"))


def _as_grantor(grantor: str, statements: list[Statement]) -> list[Statement]:
    """GRANTED BY takes the current user only, so that what another role granted on is granted in its place."""
    if not grantor or not statements:
        return statements
    return [Statement(f"SET ROLE {quote(grantor)}"), *statements, Statement("RESET ROLE")]


def _columns_again(grant: Grant, context: Context) -> Iterator[Statement]:
    """Renews what a REVOKE on a table took along: the grantee's privileges on its columns (manual, REVOKE)."""
    for other in _grants_on_columns(grant.target, context.new):
        place = _place(other, context)
        if (
            (other.grantee, other.grantor) != (grant.grantee, grant.grantor)
            or other.target in context.made
            or not place
        ):
            continue
        grantee = role(other.grantee, _owner(grant.target, context))
        for step in changes(NONE, _deviation(other), "COLUMN", context.version):
            yield Statement(step.sql(place.on, grantee, place.column))


def _grants_on_columns(table: Key, snapshot: Snapshot) -> Iterator[Grant]:
    for edge in snapshot.dependents.get(table, ()):
        if edge.key.kind == "grant":
            grant: Grant = snapshot.objects[edge.key]
            if grant.target == table and grant.part:
                yield grant
        elif edge.key.kind == "column":
            grants = (other.key for other in snapshot.dependents.get(edge.key, ()) if other.key.kind == "grant")
            yield from (snapshot.objects[key] for key in grants if not snapshot.objects[key].part)


def create(grant: Grant, context: Context) -> Writing:
    """GRANT what is granted, REVOKE what PostgreSQL gave by itself."""
    return _write(grant, NONE, _deviation(grant), context)


def drop(grant: Grant, context: Context) -> Writing:
    """Back to the default; a grantee who becomes the owner keeps everything as such."""
    owner = Key("owner", (str(grant.target),))
    if owner in context.altered and context.new.objects[owner].role == grant.grantee:
        return Implied(by=owner)
    return _write(grant, _deviation(grant), NONE, context)


def alter(old: Grant, new: Grant, context: Context) -> Writing:
    """What is more and what is less."""
    return _write(new, _deviation(old), _deviation(new), context)


def needs(grant: Grant, _snapshot: Snapshot) -> Iterable[Key]:
    """The grant that gave the grantor the option, be it on the column or on its table."""
    if not grant.grantor:
        return []
    path = (str(grant.target), grant.part, grant.grantor, "")
    keys = [Key("grant", path), Key("grant", (path[0], "", *path[2:]))]
    if grant.target.kind == "column":
        tables = (Key(kind, grant.target.path[:-1]) for kind in ("table", "foreign_table"))
        keys += [Key("grant", (str(table), "", *path[2:])) for table in tables]
    return keys


_CHANGE = Alter(alter)

KIND = Kind(
    name="grant",
    model=Grant,
    identity=("target", "part", "grantee", "grantor"),
    query=query,
    create=create,
    drop=drop,
    alter={"granted": _CHANGE, "grantable": _CHANGE, "revoked": _CHANGE},
    about=True,
    needs=needs,
    optional="grants",
    roles=("grantee", "grantor"),
)
