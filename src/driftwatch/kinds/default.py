"""Column defaults (pg_attrdef); a generated column's expression belongs to the column."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import numbering
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class Default(NamedTuple):
    """The default of one column of a table, a foreign table or a view (`relation` says which)."""

    schema: str
    table: str
    column: str
    relation: str
    expression: str


def query(_version: int) -> str:
    """Every default that is not a generation expression."""
    return f"""
        SELECT d.oid AS objid, c.nspname AS schema, c.relname AS "table", a.attname AS "column",
               CASE c.relkind WHEN 'f' THEN 'foreign_table' WHEN 'v' THEN 'view' ELSE 'table' END AS relation,
               -- It names no column; with the table said, the server would look that up.
               pg_get_expr(d.adbin, 0) AS expression
        FROM pg_attrdef d
        -- Tables by themselves (OFFSET 0): joined one by one, they would be looked up for each default.
        JOIN (SELECT c.oid, c.relname, c.relkind, n.nspname
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE c.relkind IN ('r', 'p', 'f', 'v') AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}
              OFFSET 0) c ON c.oid = d.adrelid
        -- Of columns that have one, or the server would look each of them up.
        JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.atthasdef
        WHERE a.attgenerated = ''"""


def _alter(default: Default, action: str, hazards: tuple[Hazard, ...] = ()) -> Statement:
    view = default.relation == "view"
    head = "ALTER VIEW" if view else "ALTER TABLE ONLY"
    sql = f"{head} {qualify(default.schema, default.table)} ALTER COLUMN {quote(default.column)} {action}"
    return Statement(sql, Lock.ACCESS_EXCLUSIVE, hazards)


def create(default: Default, context: Context) -> Writing:
    """SET DEFAULT, for this table alone."""
    column = parent(default)
    hazard = Hazard(Danger.BEHAVIOUR, f"inserts that leave {default.column} out store another value")
    hazards, behind = [hazard], []
    if default.relation != "view":  # a view has no rows of its own to number
        hazards += numbering.unknown(column, context)
        sequences = numbering.unowned(column, context)
        behind = [statement for key in sequences for statement in numbering.past_rows(key, column, context)]
    told = () if column in context.made else tuple(hazards)
    return [_alter(default, f"SET DEFAULT {default.expression}", told), *behind]


def drop(default: Default, _context: Context) -> Writing:
    """DROP DEFAULT."""
    hazard = Hazard(Danger.BEHAVIOUR, f"inserts that leave {default.column} out store NULL, or fail")
    return [_alter(default, "DROP DEFAULT", (hazard,))]


def parent(default: Default) -> Key:
    """The column, or the view."""
    if default.relation == "view":
        return Key("view", (default.schema, default.table))
    return Key("column", (default.schema, default.table, default.column))


KIND = Kind(
    name="default",
    model=Default,
    identity=("schema", "table", "column"),
    catalog="pg_attrdef",
    query=query,
    runs=True,
    create=create,
    drop=drop,
    alter={
        "relation": Ignore("the table itself is replaced then", told=False),
        "expression": Alter(lambda _old, new, context: create(new, context)),
    },
    parent=parent,
    folds_into=lambda default: None if default.relation == "view" else parent(default),
)
