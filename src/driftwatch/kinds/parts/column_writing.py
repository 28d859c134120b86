"""How CREATE TABLE and ADD COLUMN write a column, and what only ALTER TABLE can say of it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds.parts import column_changes, foreign_options, identity, not_null
from driftwatch.model.key import Key
from driftwatch.model.statement import Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.kinds.column import Column
    from driftwatch.model.context import Context

REPEATED_GENERATION = 160000
"""The first server_version_num where a child's column may say that it is generated, as its parent's is."""


def table_key(column: Column) -> Key:
    """The table the column is in."""
    return Key(column.relation, (column.schema, column.table))


def key(column: Column) -> Key:
    """The column's identity."""
    return Key("column", (column.schema, column.table, column.name))


def clause(column: Column, context: Context, *, typed: bool = False) -> str | None:
    """The column as CREATE TABLE and ADD COLUMN write it; None where a typed table needs nothing said."""
    parts = [] if typed else [column.type]
    if column.fdw_options:
        parts.append(foreign_options.clause(column.fdw_options).strip())
    if column.collation and not typed:
        parts.append(f"COLLATE {column.collation}")
    if column.generated and not _inherits_generation(column, context):
        parts.append(f"GENERATED ALWAYS AS ({column.expression}) {'STORED' if column.generated == 's' else 'VIRTUAL'}")
    if column.identity:
        parts.append(identity.clause(column))
    parts += [
        f"DEFAULT {context.new.objects[child].expression}"
        for child in context.folded.get(key(column), ())
        if child.kind == "default"
    ]
    if column.not_null and column.not_null_valid and not _inherits_not_null(column, context):
        parts.append(not_null.clause(column, context))
    if typed and not parts:
        return None
    return " ".join([quote(column.name), *(["WITH OPTIONS"] if typed else []), *parts])


def _inherits_generation(column: Column, context: Context) -> bool:
    """Before 16 a child's column may not repeat the generation expression that it inherits (error 42611)."""
    if context.version >= REPEATED_GENERATION:
        return False
    return any(parent.generated for parent in _above(column, context))


def _inherits_not_null(column: Column, context: Context) -> bool:
    """Whether INHERITS brings the NOT NULL, which is to be no constraint of the child's own (18)."""
    if context.version < not_null.NAMED or column.not_null_local:
        return False
    return any(not_null.passes_on(parent) for parent in _above(column, context))


def _above(column: Column, context: Context) -> Iterator[Column]:
    """The columns of the parents that the table's CREATE names."""
    ties = (child.path[2:] for child in context.folded.get(table_key(column), ()) if child.kind == "inheritance")
    parents = (context.new.get(Key("column", (*path, column.name))) for path in ties if path in column.inherited_from)
    return (parent for parent in parents if parent is not None)


def extras(column: Column, context: Context, *, inherited: bool = False) -> list[Statement]:
    """What can't be said in the column's clause, or was not, since INHERITS brought the column."""
    statements = column_changes.settings(_given(column, context) if inherited else None, column)
    if column.not_null and not column.not_null_valid:
        statements += not_null.add(column, context, fresh=True)
    statements += [*not_null.kept_here(column, context), *identity.sequence_type(column)]
    table = context.new.get(table_key(column))
    if column.identity and (column.identity_sequence[8] == "true") != getattr(table, "unlogged", False):
        statements.append(identity.persistence(column))
    if not inherited:
        return statements
    return [*_unlike_parent(column, context), *statements]


def _given(column: Column, context: Context) -> Column | None:
    """The column as INHERITS brings it: with the parent's storage and compression, without targets and options."""
    above = next(_above(column, context), None)
    if above is None:
        return None
    own = column.schema, column.table
    return above._replace(schema=own[0], table=own[1], statistics=None, options=(), fdw_options=column.fdw_options)


def _unlike_parent(column: Column, context: Context) -> list[Statement]:
    """What a column that came by inheritance has otherwise than its parent's."""
    statements = [*_without_default(column, context), *_own_default(column, context)]
    own = column.not_null and column.not_null_valid and not not_null.inherited(column, context)
    if own and not not_null.table_clause(column, context):
        statements.append(_alter(column, "SET NOT NULL"))
    return statements


def _without_default(column: Column, context: Context) -> list[Statement]:
    default = Key("default", (column.schema, column.table, column.name))
    above = [Key("default", (*path, column.name)) for path in column.inherited_from]
    comes = not context.new.get(default) and any(context.new.get(parent) for parent in above)
    return [_alter(column, "DROP DEFAULT", only=True)] if comes else []


def _own_default(column: Column, context: Context, given: str | None = None) -> list[Statement]:
    """SET DEFAULT where the column's CREATE, which was to say it, is another's; not for the one that it is given."""
    defaults = (context.new.objects[child] for child in context.folded.get(key(column), ()))
    return [
        _alter(column, f"SET DEFAULT {default.expression}", only=True)
        for default in defaults
        if default.expression != given
    ]


def unlike_new(column: Column, brought: Key, context: Context) -> list[Statement]:
    """What a column that a parent's new one brought has otherwise than that, or beyond what its table's type says."""
    if brought.kind != "column":
        required = not_null.add(column, context) if column.not_null and column.not_null_valid else []
        return [*_own_default(column, context), *required, *extras(column, context)]
    above: Column = context.new.objects[brought]
    # Targets and options are not passed down.
    given = above._replace(schema=column.schema, table=column.table, statistics=None, options=(), fdw_options=())
    default = context.new.get(Key("default", brought.path))
    statements = [
        *_without_default(column, context),
        *_own_default(column, context, default.expression if default else None),
        *column_changes.settings(given, column),
    ]
    if column.not_null and (not above.not_null or above.not_null_no_inherit):
        statements += not_null.add(column, context, fresh=True)
    elif column.not_null and column.not_null_valid and not above.not_null_valid:
        statements += not_null.validate(column, not_null.constraint(above))
    return statements


def _alter(column: Column, action: str, *, only: bool = False) -> Statement:
    table = f"{'ONLY ' if only else ''}{qualify(column.schema, column.table)}"
    return Statement(f"ALTER TABLE {table} ALTER COLUMN {quote(column.name)} {action}", Lock.ACCESS_EXCLUSIVE)
