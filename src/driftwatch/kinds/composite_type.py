"""Composite types that stand alone (pg_type, pg_class relkind c); row types of tables belong to their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import row_type, typed, user_type
from driftwatch.kinds.parts.conversion_path import using
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.letters import with_types
from driftwatch.model.edges import Tie
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing

Attribute = tuple[str, ...]
"""Name, type, collation ('' where it is the type's own)."""

# What may depend on a type without being in the way when one of its attributes changes or goes: routines by their
# signature, and typed tables, which follow by CASCADE.
_FREE = frozenset(
    {"typed_table", "column", "function", "procedure", "aggregate", "comment", "owner", "grant", "security_label"}
)


class CompositeType(NamedTuple):
    """A composite type with its attributes in order."""

    schema: str
    name: str
    attributes: tuple[Attribute, ...]


def query(_version: int) -> str:
    """Every composite type made by CREATE TYPE."""
    return f"""
        SELECT t.oid AS objid, n.nspname AS schema, t.typname AS name, array(
                   SELECT ARRAY[a.attname, format_type(a.atttypid, a.atttypmod),
                                CASE WHEN a.attcollation <> b.typcollation
                                     THEN a.attcollation::regcollation::text ELSE '' END]::text[]
                   FROM pg_attribute a JOIN pg_type b ON b.oid = a.atttypid
                   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS attributes
        FROM pg_class c JOIN pg_type t ON t.oid = c.reltype JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE c.relkind = 'c' AND {USER_SCHEMA} AND {no_member("pg_type", "t.oid")}"""


def _definition(attribute: Attribute) -> str:
    name, type_, collation = attribute
    return f"{quote(name)} {type_}{f' COLLATE {collation}' if collation else ''}"


def create(composite: CompositeType, _context: Context) -> Writing:
    """CREATE TYPE … AS."""
    attributes = ", ".join(map(_definition, composite.attributes))
    return [Statement(f"CREATE {user_type.reference(composite)} AS ({attributes})")]


def _split(old: CompositeType, new: CompositeType) -> tuple[list[str], list[Attribute], list[Attribute]]:
    """The names that go, the attributes that change and those that come."""
    before = {attribute[0]: attribute for attribute in old.attributes}
    after = {attribute[0] for attribute in new.attributes}
    gone = [name for name in before if name not in after]
    changed = [a for a in new.attributes if a[0] in before and before[a[0]] != a]
    return gone, changed, [a for a in new.attributes if a[0] not in before]


def must_replace(old: CompositeType, new: CompositeType, context: Context) -> bool:
    """Attributes are added at the end only; one in use can't change its type (0A000), nor go from under a view."""
    gone, changed, added = _split(old, new)
    kept = [a[0] for a in old.attributes if a[0] not in gone]
    if kept + [a[0] for a in added] != [a[0] for a in new.attributes]:
        return True
    if any(_by_expression(old, each, context) for each in changed) and typed.tables_of(_key(old), context):
        return True
    return bool(gone or changed) and _in_use(old, context, stored=bool(changed))


def _by_expression(old: CompositeType, wanted: Attribute, context: Context) -> bool:
    """Whether the attribute's values need more than an assignment cast: ALTER ATTRIBUTE knows no USING."""
    before = next(type_ for name, type_, _ in old.attributes if name == wanted[0])
    return before != wanted[1] and bool(using(before, wanted[1], context).using)


def _in_use(composite: CompositeType, context: Context, *, stored: bool) -> bool:
    """Whether something is in the way of ALTER or DROP ATTRIBUTE; columns are, where values are `stored` anew."""
    # Columns of a table of the type only come after it (Tie.ORDER): they follow by CASCADE.
    users = {edge.key.kind for edge in context.old.dependents.get(_key(composite), ()) if edge.tie is not Tie.ORDER}
    return bool(users - _FREE) or (stored and "column" in users)


def alter_attributes(old: CompositeType, new: CompositeType, context: Context) -> Writing:
    """DROP, ALTER and ADD ATTRIBUTE in one statement; tables of the type (OF) change with it."""
    gone, changed, added = _split(old, new)
    tables = typed.tables_of(_key(new), context)
    # CASCADE reaches the tables of the type; without any it could only take dependents along that were not planned for.
    cascade = " CASCADE" if tables else ""
    drops = [f"DROP ATTRIBUTE {quote(name)}{cascade}" for name in gone]
    alters = [f"ALTER ATTRIBUTE {_retyped(attribute)}{cascade}" for attribute in changed]
    adds = [f"ADD ATTRIBUTE {_definition(attribute)}{cascade}" for attribute in added]
    lock, hazards = Lock.ACCESS_EXCLUSIVE if tables else Lock.NONE, _hazards(gone, changed, new.name)

    def altering(actions: list[str]) -> Statement:
        return Statement(f"ALTER {user_type.reference(new)} {', '.join(actions)}", lock, hazards)

    # Only the tables that are written anew need their rows out of the way, and those rows keep their shape meanwhile.
    around = row_type.around(altering(alters), tables, context) if alters else []
    if len(around) < 2:  # noqa: PLR2004  nothing but the statement itself
        return [altering([*drops, *alters, *adds])]
    return [*([altering(drops)] if drops else []), *around, *([altering(adds)] if adds else [])]


def unseats(old: CompositeType, new: CompositeType, context: Context) -> Iterable[Key]:
    """What hangs on the columns that hold rows of the type's tables, where those are written anew."""
    _, changed, _ = _split(old, new)
    return row_type.unseated(typed.tables_of(_key(new), context), context) if changed else ()


def _retyped(attribute: Attribute) -> str:
    name, type_, collation = attribute
    return f"{quote(name)} TYPE {type_}{f' COLLATE {collation}' if collation else ''}"


def _key(composite: CompositeType) -> Key:
    return Key("composite_type", (composite.schema, composite.name))


def _hazards(gone: list[str], changed: list[Attribute], name: str) -> tuple[Hazard, ...]:
    hazards = [Hazard(Danger.BREAKS_CODE, "code that names the type's attributes by position meets another shape")]
    if gone:
        hazards.append(Hazard(Danger.DATA_LOSS, f"the values of {', '.join(gone)} in every {name} are lost"))
    if changed:
        changes = ", ".join(attribute[0] for attribute in changed)
        hazards.append(Hazard(Danger.MAY_FAIL, f"tables of type {name}: a value of {changes} that can't be cast"))
    return tuple(hazards)


KIND = Kind(
    name="composite_type",
    model=CompositeType,
    identity=("schema", "name"),
    catalog="pg_type",
    query=query,
    create=create,
    drop=user_type.drop,
    alter={"attributes": Alter(alter_attributes, replace_if=must_replace, unseats=unseats)},
    in_words={"attributes": with_types},
    reference=user_type.reference,
    grantable=user_type.reference,
    slots=lambda item: [*user_type.slots(item), ("relation", item.schema, item.name)],  # it is in pg_class as well
    set_aside=user_type.set_aside,
    rename=user_type.rename,
)
