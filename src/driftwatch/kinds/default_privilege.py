"""Default privileges (pg_default_acl), as deviations from what PostgreSQL gives by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import about
from driftwatch.kinds.parts.letters import without_order
from driftwatch.kinds.parts.privileges import NONE, OWNER, PUBLIC, Deviation, changes, deviations, role, undo
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import dollar_quote, literal, quote, quote_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class DefaultPrivilege(NamedTuple):
    """What one grantee gets on objects that a role will make, in one schema or ('') anywhere."""

    role: str
    schema: str
    objects: str
    grantee: str
    granted: tuple[str, ...]
    grantable: tuple[str, ...]
    revoked: tuple[str, ...]


NOUNS = {
    "tables": "TABLE",
    "sequences": "SEQUENCE",
    "functions": "FUNCTION",
    "types": "TYPE",
    "schemas": "SCHEMA",
    "large objects": "LARGE OBJECT",
}
"""The objects that default privileges are for, and the word GRANT uses for one."""
_NOUN = {"PROCEDURE": "FUNCTION", "ROUTINE": "FUNCTION", "DOMAIN": "TYPE"}
_FOR_EVERYBODY = frozenset({"FUNCTION", "TYPE"})
"""What PUBLIC may use by itself, with the only privilege that there is."""

GRANTS = "grants"
"""The word of `include` that asks for privileges."""

# Those for a schema are added to those for all (manual, ALTER DEFAULT PRIVILEGES): their base is an empty list, such as
# columns have.
_ACLS = """
    SELECT pg_get_userbyid(a.defaclrole)::text AS role, coalesce(n.nspname, '')::text AS schema,
           CASE a.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
                WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END AS objects,
           a.defaclrole AS owner, a.defaclacl AS acl, k.type,
           acldefault(CASE a.defaclnamespace WHEN 0 THEN k.type ELSE 'c' END, a.defaclrole) AS base
    FROM pg_default_acl a LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
    CROSS JOIN LATERAL (SELECT (CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype END)::"char" AS type) k"""


def query(version: int) -> str:
    """Every default privilege of every role; the grantor is always the role itself."""
    rows = deviations(_ACLS, "role, schema, objects", version)
    return f"""
        SELECT 0 AS objid, p.role, p.schema, p.objects, p.grantee, p.granted, p.grantable, p.revoked
        FROM ({rows}) p"""


def deviation(privilege: DefaultPrivilege) -> Deviation:
    """What it adds and takes away."""
    return Deviation(privilege.granted, privilege.grantable, privilege.revoked)


def _write(privilege: DefaultPrivilege, old: Deviation, new: Deviation, context: Context) -> Writing:
    schema = f" IN SCHEMA {quote(privilege.schema)}" if privilege.schema else ""
    head = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote_role(privilege.role)}{schema}"
    grantee = role(privilege.grantee, privilege.role)
    hazard = Hazard(Danger.ACCESS, f"decides what {grantee} may do with {privilege.objects} that are yet to be made")
    return [
        Statement(f"{head} {step.sql(privilege.objects.upper(), grantee)}", hazards=(hazard,))
        for step in changes(old, new, NOUNS[privilege.objects], context.version)
    ]


def create(privilege: DefaultPrivilege, context: Context) -> Writing:
    """ALTER DEFAULT PRIVILEGES … GRANT and REVOKE."""
    return _write(privilege, NONE, deviation(privilege), context)


def drop(privilege: DefaultPrivilege, context: Context) -> Writing:
    """Back to what PostgreSQL gives by itself."""
    return _write(privilege, deviation(privilege), NONE, context)


def alter(old: DefaultPrivilege, new: DefaultPrivilege, context: Context) -> Writing:
    """What is more and what is less."""
    return _write(new, deviation(old), deviation(new), context)


def take_back(target: Key, context: Context) -> Iterator[Statement]:
    """What default privileges may give to an object, or to what comes with it, as the plan makes or alters it.

    It is taken back where the new schema does not want it.

    Whose they are is not looked at: the role that runs the migration is not known, and to revoke what was never given
    does nothing, except from the owner. For the same reason those that the plan brings and those that it ends count
    alike.
    """
    if GRANTS not in context.include:
        return
    for part, on in _places(target, context):
        noun = _NOUN.get(on.split(" ", 1)[0], on.split(" ", 1)[0])
        steps = {
            _unless_own(step.sql(on, role(grantee, None)), grantee): None
            for grantee, given in _given(noun, target, context)
            if not _will_own(grantee, target, context)
            for step in undo(given, _wanted(target, part, grantee, context), noun, context.version)
        }
        yield from map(Statement, steps)


def _will_own(grantee: str, target: Key, context: Context) -> bool:
    """Whether what it was given becomes the owner's by itself."""
    owner = context.new.get(Key("owner", (str(target),)))
    return owner is not None and bool(owner.role == grantee)


def _unless_own(sql: str, grantee: str) -> str:
    """A role that runs the migration owns what it makes: others' defaults give it nothing, and its own right stays."""
    if grantee in {OWNER, PUBLIC}:
        return sql
    return f"DO {dollar_quote(f'BEGIN IF current_user <> {literal(grantee)} THEN {sql}; END IF; END')}"


def _places(target: Key, context: Context) -> Iterator[tuple[str, str]]:
    """The made object as GRANT … ON names it, or the sequence that comes with a column's identity, and its part."""
    on = context.grantable(target) if target in context.made else None
    if on:
        yield "", on
    if target.kind != "column":
        return
    sequence = about.subject(target, about.SEQUENCE, context)
    stays = target not in context.made and about.subject(target, about.SEQUENCE, context, new=False)
    if sequence and not stays:
        yield about.SEQUENCE, sequence


def _given(noun: str, target: Key, context: Context) -> Iterator[tuple[str, Deviation]]:
    """Who may get what by default; the schema public is not made with the right that it is known to give everybody."""
    if target == Key("schema", (PUBLIC,)):
        yield PUBLIC, Deviation(revoked=("USAGE",))
    for snapshot in (context.old, context.new):
        for privilege in sorted(snapshot.by_kind.get("default_privilege", ())):
            if NOUNS[privilege.objects] == noun and privilege.schema in {"", target.path[0]}:
                yield privilege.grantee, _more(privilege, noun)


def _more(privilege: DefaultPrivilege, noun: str) -> Deviation:
    """What it adds and takes away, without what PostgreSQL gives by itself: those for a schema may list that too."""
    by_itself = privilege.grantee == OWNER or (privilege.grantee == PUBLIC and noun in _FOR_EVERYBODY)
    return Deviation(grantable=privilege.grantable) if privilege.schema and by_itself else deviation(privilege)


def _wanted(target: Key, part: str, grantee: str, context: Context) -> Deviation:
    grant = context.new.get(Key("grant", (str(target), part, grantee, "")))
    return Deviation(grant.granted, grant.grantable, grant.revoked) if grant else NONE


_CHANGE = Alter(alter)

KIND = Kind(
    name="default_privilege",
    model=DefaultPrivilege,
    identity=("role", "schema", "objects", "grantee"),
    query=query,
    create=create,
    drop=drop,
    alter={"granted": _CHANGE, "grantable": _CHANGE, "revoked": _CHANGE},
    in_words={"granted": without_order, "grantable": without_order, "revoked": without_order},
    parent=lambda privilege: Key("schema", (privilege.schema,)) if privilege.schema else None,
    ambient=True,
    optional=GRANTS,
    settle=take_back,
    roles=("role", "grantee"),
)
