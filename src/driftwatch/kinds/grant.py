"""Privileges (the acl columns of pg_class, pg_attribute, pg_proc, …), where they differ from what PostgreSQL gives.

That an owner may do everything, that PUBLIC may execute functions and use types, is no object; that it may not, is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import about
from driftwatch.kinds.parts.letters import without_order
from driftwatch.kinds.parts.privileges import NONE, PUBLIC, Deviation, as_grantor, changes, deviations, role
from driftwatch.model.key import Key
from driftwatch.model.kind import WHOLE, Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Implied, Statement
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


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
    WHERE a.attacl IS NOT NULL AND c.oid >= 16384 AND NOT a.attisdropped
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
    FROM pg_language l WHERE l.lanacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 0, w.fdwowner, w.fdwacl, acldefault('F', w.fdwowner), 'F'
    FROM pg_foreign_data_wrapper w WHERE w.fdwacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_server'::regclass, s.oid, 0, s.srvowner, s.srvacl, acldefault('S', s.srvowner), 'S'
    FROM pg_foreign_server s WHERE s.srvacl IS NOT NULL"""


# What an extension's script granted on its members is their default (privtype e); only what was granted since is told.
_MEMBERS = f"""
    SELECT a.classid, a.objid, a.objsubid, a.owner, a.acl, coalesce(i.initprivs, a.base) AS base, a.type
    FROM ({_ACLS}) a LEFT JOIN pg_init_privs i ON i.privtype = 'e' AND i.classoid = a.classid AND i.objoid = a.objid
                                               AND i.objsubid = a.objsubid"""

# A member is no object of ours: it is a part of its extension, by the name GRANT knows it by.
_MEMBER_NAME = """
    (SELECT CASE WHEN m.type IN ('table', 'view', 'materialized view', 'foreign table') THEN 'TABLE'
                 WHEN m.type = 'aggregate' THEN 'FUNCTION' WHEN m.type = 'server' THEN 'FOREIGN SERVER'
                 ELSE replace(upper(m.type), '-', ' ') END || ' ' || m.identity
     FROM pg_identify_object(p.classid::regclass, p.objid, 0) m)"""


def query(version: int) -> str:
    """Every deviation from the default, by what it stands on; of an extension's members, those on whole objects."""
    rows = deviations(_MEMBERS, "classid, objid, objsubid", version)
    return f"""
        SELECT CASE WHEN e.objid IS NULL THEN p.classid ELSE 'pg_extension' END AS classid,
               coalesce(e.refobjid, p.objid) AS objid, p.objsubid,
               CASE WHEN e.objid IS NULL THEN p.part::text ELSE {_MEMBER_NAME} END AS part,
               p.grantee, p.grantor, p.granted, p.grantable, p.revoked
        FROM ({about.placed(rows, "d.grantee, d.grantor, d.granted, d.grantable, d.revoked")}) p
        LEFT JOIN pg_depend e ON e.classid = p.classid::regclass AND e.objid = p.objid AND e.deptype = 'e'
        WHERE e.objid IS NULL OR (p.objsubid = 0 AND p.part = '')"""


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
    if target.kind == "extension":
        return _Place(grant.part, grant.part.split(" ", 1)[0])
    if target.kind == "column":
        return _Place(f"TABLE {qualify(*target.path[:-1])}", "COLUMN", target.path[-1])
    if grant.part:
        return _Place(f"TABLE {qualify(*target.path)}", "COLUMN", grant.part)
    on = context.grantable(target)
    return _Place(on, on.split(" ", 1)[0]) if on else None


def _deviation(grant: Grant) -> Deviation:
    return Deviation(grant.granted, grant.grantable, grant.revoked)


def _owner(target: Key, context: Context, *, ending: bool = False) -> str | None:
    """The owner's role when the plan is at this; None where it is not known, or whoever makes the object."""
    for whole in _wholes(target):
        key = Key("owner", (str(whole),))
        changed = key in context.altered or key in context.made
        settled = context.new if changed and not ending else context.old
        owner = None if whole in context.made and not changed else settled.get(key)
        if owner:
            return str(owner.role)
    return None


def _write(grant: Grant, old: Deviation, new: Deviation, context: Context, *, ending: bool = False) -> Writing:
    place = _place(grant, context)
    if place is None:
        return Implied(by=grant.target)
    grantee = role(grant.grantee, _owner(grant.target, context, ending=ending))
    steps = changes(old, new, place.noun, context.version)
    statements = [
        _statement(
            step.sql(place.on, grantee, place.column), grant, f"{step.verb} … {step.preposition} {grantee}", context
        )
        for step in steps
    ]
    if place.noun == "TABLE" and not grant.part and any(step.verb == "REVOKE" for step in steps):
        statements += _columns_again(grant, context)
    return as_grantor(grant.grantor, statements)


def _statement(sql: str, grant: Grant, message: str, context: Context) -> Statement:
    return Statement(sql, hazards=about.access(grant.target, context, f"{grant.target}: {message}"))


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
    """Back to the default, before the object gets another owner: the grantee may be the one."""
    return _write(grant, _deviation(grant), NONE, context, ending=True)


def alter(old: Grant, new: Grant, context: Context) -> Writing:
    """What is more and what is less."""
    return _write(new, _deviation(old), _deviation(new), context)


def needs(grant: Grant, snapshot: Snapshot) -> Iterable[Key]:
    """The owner, and the grants, whoever's, that gave the grantor the option, be it on the column or on its table."""
    wholes = list(_wholes(grant.target))
    owners = [Key("owner", (str(whole),)) for whole in wholes]
    if not grant.grantor:
        return owners
    parts = [(str(grant.target), grant.part), *((str(whole), "") for whole in wholes)]
    return [*owners, *(key for part in parts for key in snapshot.beginning_with("grant", (*part, grant.grantor)))]


def follows(grant: Grant, snapshot: Snapshot) -> Iterable[Key]:
    """The schema's owner, and that the grantor may use it: else he cannot name what he grants on."""
    if not grant.grantor or grant.target.kind == "schema":
        return
    schema = str(Key("schema", grant.target.path[:1]))
    yield Key("owner", (schema,))
    for user in (grant.grantor, PUBLIC):
        yield from snapshot.beginning_with("grant", (schema, "", user))


def _wholes(target: Key) -> Iterator[Key]:
    """What has an owner: the object, or a column's table, of whatever kind that is."""
    if target.kind == "column":
        yield from (Key(kind, target.path[:-1]) for kind in ("table", "foreign_table"))
    else:
        yield target


_CHANGE = Alter(alter)

KIND = Kind(
    name="grant",
    model=Grant,
    identity=("target", "part", "grantee", "grantor"),
    query=query,
    create=create,
    drop=drop,
    alter={"granted": _CHANGE, "grantable": _CHANGE, "revoked": _CHANGE},
    in_words={"granted": without_order, "grantable": without_order, "revoked": without_order},
    about=True,
    stands_in=WHOLE,
    needs=needs,
    follows=follows,
    reaches=frozenset({"owner", "grant"}),
    optional="grants",
    roles=("grantee", "grantor"),
)
