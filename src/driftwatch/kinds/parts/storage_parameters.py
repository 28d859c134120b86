"""Storage parameters of tables and materialized views, with those of their TOAST tables (manual, CREATE TABLE)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.model.statement import Lock, Statement
from driftwatch.sql import literal, qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.kinds.column import Column
    from driftwatch.model.context import Context

_TOAST = "toast."
_PLAIN = "p"


def reading(alias: str) -> str:
    """SQL for a relation's storage parameters, those of its TOAST table as `toast.…`, sorted, as `name=value`."""
    return f"""array(
        SELECT o FROM unnest({alias}.reloptions) o
        UNION ALL SELECT 'toast.' || o FROM pg_class t, unnest(t.reloptions) o WHERE t.oid = {alias}.reltoastrelid
        ORDER BY 1)::text[]"""


def assignment(text: str) -> str:
    """`fillfactor=70` as it stands in WITH ( … )."""
    name, _, value = text.partition("=")
    return f"{'.'.join(map(quote, name.split('.')))}={literal(value)}"


def actions(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """The SET ( … ) and RESET ( … ) that lead from the old parameters to the new."""
    before, after = dict(o.split("=", 1) for o in old), dict(o.split("=", 1) for o in new)
    reset = [".".join(map(quote, name.split("."))) for name in before if name not in after]
    changed = [assignment(f"{name}={value}") for name, value in after.items() if before.get(name) != value]
    words = [f"RESET ({', '.join(reset)})"] if reset else []
    return [*words, f"SET ({', '.join(changed)})"] if changed else words


def change(table: str, old: Iterable[str], new: Iterable[str]) -> list[Statement]:
    """ALTER TABLE for each of them; SHARE UPDATE EXCLUSIVE is enough for nearly all parameters."""
    return [Statement(f"ALTER TABLE {table} {action}", Lock.SHARE_UPDATE_EXCLUSIVE) for action in actions(old, new)]


def with_toast_table(column: Column, context: Context) -> list[Statement]:
    """Says `toast.…` again after a column that may be the first for which the table has a TOAST table.

    The table's own statement came before, and PostgreSQL forgets what it is told of a TOAST table that is not there.
    """
    table = Key(column.relation, (column.schema, column.table))
    told = table in context.made or "options" in context.altered.get(table, ())
    if not told or column.relation != "table" or (column.storage or column.type_storage) == _PLAIN:
        return []
    old = context.old.get(table) if table not in context.made else None
    before, after = (_of_toast(item.options if item else ()) for item in (old, context.new.objects[table]))
    return change(qualify(*table.path), before, after)


def _of_toast(parameters: Iterable[str]) -> list[str]:
    return [parameter for parameter in parameters if parameter.startswith(_TOAST)]
