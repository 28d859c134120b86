"""Filling a materialized view as its owner, who may have no right to what it reads: somebody else filled it then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.sql import dollar_quote, literal, quote_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.model.context import Context

_READ = frozenset({"table", "foreign_table", "view", "materialized_view"})
_CODE = frozenset({"function", "procedure", "aggregate", "operator", "operator_class", "cast", "domain", "base_type"})
"""What may run code of somebody's."""


def refresh(view: Key, name: str, context: Context) -> str:
    """REFRESH; where something it reads is somebody else's, also for an owner who has no right to that.

    Rows that stood there for the same query are fetched again by whoever migrates; new ones are not shown to the owner.
    Where the query may run code of somebody's it stays empty as well: that would have the rights of whoever migrates.
    """
    sql = f"REFRESH MATERIALIZED VIEW {name}"
    owner = _owner(view, context)
    if owner is None or all(_owner(key, context) == owner for key in _read(view, context)):
        return sql
    again = _stood_there(view, context) and not _runs_code(view, context)
    instead = _by_others(name, owner, sql) if again else _warning(name)
    body = f"BEGIN\n    {sql};\nEXCEPTION WHEN insufficient_privilege THEN\n    {instead};\nEND"
    return f"DO {dollar_quote(body)}"


def _read(view: Key, context: Context) -> Iterator[Key]:
    """The relations that its query names, or a column of."""
    for edge in context.new.needs.get(view, ()):
        key = edge.needs
        if key.kind == "column":
            yield Key(context.new.objects[key].relation, key.path[:2])
        elif key.kind in _READ:
            yield key


def _owner(key: Key, context: Context) -> str | None:
    found = context.new.get(Key("owner", (str(key),)))
    return found.role if found else None


def _stood_there(view: Key, context: Context) -> bool:
    before, after = context.old.get(view), context.new.objects[view]
    return before is not None and before.populated and before.definition == after.definition


def _runs_code(view: Key, context: Context) -> bool:
    """Whether anything that it reads, over whatever other views, may call what a user made."""
    seen, todo = {view}, [view]
    while todo:
        for needed in {edge.needs for edge in context.new.needs.get(todo.pop(), ())} - seen:
            if needed.kind in _CODE:
                return True
            seen.add(needed)
            todo.append(needed)
    return False


def _by_others(name: str, owner: str, sql: str) -> str:
    owned = f"ALTER MATERIALIZED VIEW {name} OWNER TO"
    return f"{owned} CURRENT_USER;\n    {sql};\n    {owned} {quote_role(owner)}"


def _warning(name: str) -> str:
    return f"RAISE WARNING '%', {literal(f'{name} stays empty: its owner may not read all that it shows')}"
