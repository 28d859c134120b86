"""Enumerated types (pg_type, pg_enum)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import user_type
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import literal, qualify

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class Enum(NamedTuple):
    """An enum with its labels in their sort order."""

    schema: str
    name: str
    labels: tuple[str, ...]


def query(_version: int) -> str:
    """Every enum."""
    return f"""
        SELECT t.oid AS objid, n.nspname AS schema, t.typname AS name,
               array(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
                   AS labels
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype = 'e' AND {USER_SCHEMA} AND {no_member("pg_type", "t.oid")}"""


def create(enum: Enum, _context: Context) -> Writing:
    """CREATE TYPE … AS ENUM."""
    labels = ", ".join(map(literal, enum.labels))
    return [Statement(f"CREATE TYPE {qualify(enum.schema, enum.name)} AS ENUM ({labels})")]


def lost(old: Enum, new: Enum) -> list[str]:
    """The labels that the new enum does not have."""
    return [label for label in old.labels if label not in new.labels]


def must_replace(old: Enum, new: Enum, _context: Context) -> bool:
    """Values can be added anywhere, but neither removed nor moved (manual, ALTER TYPE)."""
    return [label for label in new.labels if label in old.labels] != list(old.labels)


def add_values(old: Enum, new: Enum, _context: Context) -> Writing:
    """ADD VALUE for each new label, in its place; usable only after a commit (error 55P04)."""
    labels, statements = list(old.labels), []
    for position, label in enumerate(new.labels):
        if label in labels:
            continue
        place = _place(labels, position)
        labels.insert(position, label)
        sql = f"ALTER {user_type.reference(new)} ADD VALUE {literal(label)}{place}"
        statements.append(Statement(sql, commits=True))
    return statements


def _place(labels: list[str], position: int) -> str:
    """BEFORE or AFTER a label that stands already; nothing at the end."""
    if position == len(labels):
        return ""
    return f" AFTER {literal(labels[position - 1])}" if position else f" BEFORE {literal(labels[0])}"


def set_aside(enum: Enum, context: Context) -> tuple[Statement, Statement]:
    """As any type; what can't be cast to the new enum makes the migration fail, which is said here."""
    renamed, dropped = user_type.set_aside(enum, context)
    new = context.new.get(Key("enum", (enum.schema, enum.name)))
    gone = ", ".join(lost(enum, new)) if new else ""
    if not gone:
        return renamed, dropped
    hazards = (
        Hazard(Danger.MAY_FAIL, f"a row that holds {gone} can't be cast to the new type"),
        Hazard(Danger.BREAKS_CODE, f"code that writes {gone} fails"),
    )
    return Statement(renamed.sql, hazards=hazards), dropped


KIND = Kind(
    name="enum",
    model=Enum,
    identity=("schema", "name"),
    catalog="pg_type",
    query=query,
    create=create,
    drop=user_type.drop,
    alter={"labels": Alter(add_values, replace_if=must_replace)},
    reference=user_type.reference,
    grantable=user_type.reference,
    slots=user_type.slots,
    set_aside=set_aside,
    rename=user_type.rename,
)
