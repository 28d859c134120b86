"""Which column a sequence belongs to (pg_depend, deptype a): applied after both exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import numbering
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore
from driftwatch.model.statement import Lock, Statement
from driftwatch.sql import qualify, quote_role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class SequenceOwner(NamedTuple):
    """A sequence that is dropped with a column, as those of `serial` are."""

    schema: str
    name: str
    table_schema: str
    table: str
    column: str


def query(_version: int) -> str:
    """Every sequence that an ordinary column owns."""
    return f"""
        SELECT 0 AS objid, n.nspname AS schema, c.relname AS name, tn.nspname AS table_schema, t.relname AS "table",
               a.attname AS "column"
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
                        AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype = 'a'
        JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
        JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE c.relkind = 'S' AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def _owned_by(owner: SequenceOwner, by: str) -> list[Statement]:
    sql = f"ALTER SEQUENCE {qualify(owner.schema, owner.name)} OWNED BY {by}"
    return [Statement(sql, Lock.SHARE_ROW_EXCLUSIVE)]


def create(owner: SequenceOwner, context: Context) -> list[Statement]:
    """ALTER SEQUENCE … OWNED BY, which wants the sequence and the table to have the same owner (error 55000)."""
    owned = _owned_by(owner, qualify(owner.table_schema, owner.table, owner.column))
    column = Key("column", (owner.table_schema, owner.table, owner.column))
    owned += numbering.past_rows(Key("sequence", (owner.schema, owner.name)), column, context)
    role = _other_role(owner, context)
    if role is None:
        return owned
    return [Statement(f"ALTER SEQUENCE {qualify(owner.schema, owner.name)} OWNER TO {role}"), *owned]


def _other_role(owner: SequenceOwner, context: Context) -> str | None:
    """The owner of the table, where the sequence is new or somebody else's; a new table is that of who makes it."""
    sequence, table = Key("sequence", (owner.schema, owner.name)), (owner.table_schema, owner.table)
    wholes = [Key(kind, table) for kind in ("table", "foreign_table")]
    if any(whole in context.made for whole in wholes):
        return None if sequence in context.made else "CURRENT_USER"
    role = next(filter(None, (_role(whole, context) for whole in wholes)), None)
    stays = sequence not in context.made and _role_of(sequence, context) == role
    return None if role is None or stays else quote_role(role)


def _role_of(sequence: Key, context: Context) -> str | None:
    """Who owns the sequence: whoever owns the table that it belongs to; None where that is being altered."""
    belongs = context.old.get(Key("sequence_owner", sequence.path))
    if belongs is None:
        return _role(sequence, context)
    table = (belongs.table_schema, belongs.table)
    wholes = [Key(kind, table) for kind in ("table", "foreign_table")]
    if any(Key("owner", (str(whole),)) in context.altered for whole in wholes):
        return None
    return next(filter(None, (_role(whole, context) for whole in wholes)), None)


def _role(whole: Key, context: Context) -> str | None:
    item = context.old.get(Key("owner", (str(whole),)))
    return item.role if item else None


def drop(owner: SequenceOwner, _context: Context) -> list[Statement]:
    """ALTER SEQUENCE … OWNED BY NONE."""
    return _owned_by(owner, "NONE")


def move(old: SequenceOwner, new: SequenceOwner, context: Context) -> Writing:
    """OWNED BY another column; what belongs to a table is given to nobody else before it is let go (0A000)."""
    owned = create(new, context)
    return owned if len(owned) == 1 else [*drop(old, context), *owned]


def needs(owner: SequenceOwner, _snapshot: Snapshot) -> Iterable[Key]:
    """The column; the sequence is the parent."""
    return [Key("column", (owner.table_schema, owner.table, owner.column))]


_MOVE = Alter(move)

KIND = Kind(
    name="sequence_owner",
    model=SequenceOwner,
    identity=("schema", "name"),
    query=query,
    create=create,
    drop=drop,
    alter={"table_schema": Ignore("it is the sequence's own", told=False), "table": _MOVE, "column": _MOVE},
    parent=lambda owner: Key("sequence", (owner.schema, owner.name)),
    needs=needs,
    reaches=frozenset({"column"}),
)
