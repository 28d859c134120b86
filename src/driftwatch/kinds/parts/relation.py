"""What tables and foreign tables share: the parenthesis of CREATE TABLE, parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds.parts import column_writing, constraint_changes, constraint_writing, not_null
from driftwatch.sql import qualify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.model.context import Context
    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Object
    from driftwatch.model.statement import Statement

SET_ACCESS_METHOD = 150000
"""The first server_version_num with ALTER TABLE … SET ACCESS METHOD."""


def slots(item: Object) -> list[tuple[str, ...]]:
    """A relation's name, which is also its row type's."""
    return [("relation", item.schema, item.name), ("type", item.schema, item.name)]


def _folded(key: Key, context: Context, kind: str) -> Iterator[Object]:
    return (context.new.objects[child] for child in context.folded.get(key, ()) if child.kind == kind)


def _comes_by_inheritance(child: Object, key: Key, context: Context) -> bool:
    """Whether a folded column or constraint is not to be listed, since INHERITS brings it."""
    parents = {(tie.parent_schema, tie.parent) for tie in _folded(key, context, "inheritance")}
    return not child.local and any(path[:2] in parents for path in child.inherited_from)


def body(key: Key, context: Context) -> str:
    """OF a type, and the parenthesis of CREATE TABLE: columns by position, then constraints by name."""
    typed = next(_folded(key, context, "typed_table"), None)
    columns = sorted(_folded(key, context, "column"), key=lambda item: item.position)
    constraints = sorted(_folded(key, context, "constraint"), key=lambda item: item.name)
    clauses = [
        not_null.table_clause(item, context)
        if _comes_by_inheritance(item, key, context)
        else column_writing.clause(item, context, typed=typed is not None)
        for item in columns
    ]
    clauses += [
        constraint_writing.clause(item) for item in constraints if not _comes_by_inheritance(item, key, context)
    ]
    said = [clause for clause in clauses if clause]
    of_type = f" OF {qualify(typed.type_schema, typed.type)}" if typed else ""
    if not said:
        return of_type or " ()"
    return of_type + " (\n    " + ",\n    ".join(said) + "\n)"


def after(key: Key, context: Context) -> list[Statement]:
    """What CREATE TABLE can't say of the columns and constraints folded into it."""
    columns = sorted(_folded(key, context, "column"), key=lambda item: item.position)
    constraints = sorted(_folded(key, context, "constraint"), key=lambda item: item.name)
    by_column = (column_writing.extras(c, context, inherited=_comes_by_inheritance(c, key, context)) for c in columns)
    by_constraint = (constraint_changes.extras(None, c, context) for c in constraints)
    return [statement for part in (*by_column, *by_constraint) for statement in part]


def inherits(key: Key, context: Context) -> str | None:
    """INHERITS ( … ), where the parents exist by then, in their order."""
    parents = sorted(_folded(key, context, "inheritance"), key=lambda item: item.position)
    if not parents:
        return None
    return f"INHERITS ({', '.join(qualify(item.parent_schema, item.parent) for item in parents)})"
