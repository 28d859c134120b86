"""How a column is altered in place, and what that brings with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds.parts import foreign_options, identity, lineage, not_null, row_type, storage_parameters, typed
from driftwatch.kinds.parts.conversion_path import using
from driftwatch.kinds.parts.letters import COMPRESSION, STORAGE
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard, Implied, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.kinds.column import Column
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing

SET_EXPRESSION = 170000
"""The first server_version_num with ALTER COLUMN … SET EXPRESSION."""

# Default expressions that ADD COLUMN evaluates once and stores in the catalogue (stable or immutable functions).
_STABLE = frozenset(
    {"now()", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_USER", "LOCALTIMESTAMP", "transaction_timestamp()"}
)

_RETYPING = frozenset({"type", "collation"})
_WIDTH = frozenset({"type", "storage"})
_RECURSING = _RETYPING | {"generated", "expression"}


def computed_anew(old: Column, new: Column, context: Context) -> bool:
    """Whether the column has to be made anew for its type: to what is generated no USING can be given."""
    if not new.generated:
        return False
    same = old.type == new.type and old.collation != new.collation
    return not old.generated or (not same and bool(using(old.type, new.type, context).using))


def regenerated(old: Column, new: Column, context: Context) -> bool:
    """Whether the column's generation can't be changed in place."""
    if old.generated == new.generated:
        if not old.generated:
            return False
        return context.version < SET_EXPRESSION
    return not (old.generated == "s" and not new.generated) or _has_grandchildren(old, context)


def _has_grandchildren(column: Column, context: Context) -> bool:
    """Whether the column reaches a third level, where DROP EXPRESSION is refused for every table (42P16)."""

    def heirs(item: Column) -> Iterable[Column]:
        return lineage.heirs(Key("column", (item.schema, item.table, item.name)), context)

    return any(True for heir in heirs(column) for _ in heirs(heir))


def bars_retyping(dependent: Key, old: Column, new: Column, context: Context) -> bool:
    """Whether a default has to go meanwhile: one that PostgreSQL may not cast (0A000), or would write otherwise."""
    if dependent.kind != "default":
        return False
    same = context.old.get(dependent) == context.new.get(dependent)
    return not same or bool(using(old.type, new.type, context).using)


def alter(old: Column, new: Column, context: Context) -> Writing:
    """Every alteration of one column, in the order in which they get along; without those that a parent's brings."""
    attributes = set(context.altered[Key("column", (new.schema, new.table, new.name))])
    if (by_type := typed.changed_type(new, context)) is not None:
        attributes -= _RETYPING
    parents = [Key("column", (*path, new.name)) for path in lineage.steady_parents(new, context)]
    for parent in parents:
        attributes -= _recursed(parent, new, context)
    attributes -= not_null.passed_down(old, new, context)
    stricter = not_null.stricter(old, new, context)
    if not attributes and parents and not stricter:
        return Implied(by=next((parent for parent in parents if parent in context.altered), parents[0]))
    if not attributes and by_type:
        return Implied(by=by_type)
    statements = []
    if "identity" in attributes and not new.identity:
        statements.append(identity.drop(new))
    if "generated" in attributes and not new.generated:
        statements.append(_alter(new, "DROP EXPRESSION"))
    elif "expression" in attributes:
        only = _computed_otherwise_below(new, context)
        computed = _rewrite(new, f"SET EXPRESSION AS ({new.expression})", only=only)
        statements += row_type.around(computed, [_table(new)], context) if new.generated == "s" else [computed]
    fitting, fitted = identity.narrowed(old, new) if "type" in attributes else ([], old)
    if attributes & _RETYPING:
        statements += [*fitting, *_retype(old, new, context)]
    statements += [*not_null.change(old, new, attributes, context), *stricter]
    statements += identity.change(fitted, new, attributes, context)
    wide = storage_parameters.with_toast_table(new, context) if attributes & _WIDTH else []
    return [*statements, *settings(old, new), *wide]


def _recursed(parent: Key, new: Column, context: Context) -> set[str]:
    """Attributes whose change the parent's own change brings along."""
    above = context.new.get(parent)
    if above is None:
        return set()
    changed = context.altered.get(parent, frozenset()) & _RECURSING
    if "expression" in changed and _computed_otherwise_below(above, context):
        changed -= {"expression"}
    return {name for name in changed if getattr(above, name) == getattr(new, name)}


def _computed_otherwise_below(column: Column, context: Context) -> bool:
    """Whether some child has an expression of its own, which SET EXPRESSION without ONLY would replace."""
    heirs = lineage.heirs(Key("column", (column.schema, column.table, column.name)), context)
    for heir in heirs:
        below = context.new.get(Key("column", (heir.schema, heir.table, heir.name)))
        if below and (below.expression != column.expression or _computed_otherwise_below(below, context)):
            return True
    return False


def _alter(column: Column, action: str, hazards: tuple[Hazard, ...] = (), *, only: bool = False) -> Statement:
    table = ("ONLY " if only else "") + qualify(column.schema, column.table)
    return Statement(f"ALTER TABLE {table} ALTER COLUMN {quote(column.name)} {action}", Lock.ACCESS_EXCLUSIVE, hazards)


def _rewrite(column: Column, action: str, *, only: bool = False) -> Statement:
    hazard = Hazard(Danger.REWRITE, f"every row of {column.table} is written anew under an exclusive lock")
    return _alter(column, action, (hazard,), only=only)


def _becomes(old: Column, new: Column) -> str:
    """What a column's type becomes, whose name may stay: its collation changes, or the type is made anew."""
    if old.type != new.type:
        return f"{old.type} becomes {new.type}"
    if old.collation != new.collation:
        told = (collation or "the type's own collation" for collation in (old.collation, new.collation))
        return f"{new.type} of {' becomes of '.join(told)}"
    return f"{new.type} is made anew"


def _retype(old: Column, new: Column, context: Context) -> list[Statement]:
    """ALTER TYPE; `USING` only where an assignment cast would not do, since that one refuses what it would cut off."""
    collate = f" COLLATE {new.collation}" if new.collation else ""
    hazards = [Hazard(Danger.BREAKS_CODE, f"{_becomes(old, new)}: code and prepared statements see another type")]
    path = using(old.type, new.type, context)
    if not path.free:
        hazards.append(Hazard(Danger.REWRITE, f"{new.table} and its indexes are written anew under an exclusive lock"))
        hazards.append(Hazard(Danger.MAY_FAIL, "a value that can't be cast makes it fail"))
    if path.by_place:
        lost = f"in arrays that {old.name} holds, attributes keep their places, whatever their names are then"
        hazards.append(Hazard(Danger.DATA_LOSS, lost))
    cast = f" USING {path.using.replace('{}', quote(new.name))}" if path.using and not new.generated else ""
    table = qualify(new.schema, new.table)
    sql = f"ALTER TABLE {table} ALTER COLUMN {quote(new.name)} TYPE {new.type}{collate}{cast}"
    statement = Statement(sql, Lock.ACCESS_EXCLUSIVE, tuple(hazards), head="" if path.free else f"ALTER TABLE {table}")
    return row_type.around(statement, [_table(new)], context)


def _table(column: Column) -> Key:
    return Key(column.relation, (column.schema, column.table))


def unseats(old: Column, new: Column, context: Context) -> Iterable[Key]:
    """What hangs on columns elsewhere that hold the table's rows, which are of another type while it is rewritten."""
    computes = new.generated != "v" or old.type != new.type
    return row_type.unseated([_table(new)], context) if computes else ()


def _option_words(old: Iterable[str], new: Iterable[str]) -> list[str]:
    before, after = dict(o.split("=", 1) for o in old), dict(o.split("=", 1) for o in new)
    reset = [name for name in before if name not in after]
    changed = [f"{name} = {value}" for name, value in after.items() if before.get(name) != value]
    words = [f"RESET ({', '.join(reset)})"] if reset else []
    return [*words, f"SET ({', '.join(changed)})"] if changed else words


def settings(old: Column | None, new: Column) -> list[Statement]:
    """Storage, compression, statistics target and options, which only ALTER COLUMN can set on every major."""
    actions: list[str] = []
    retyped = old is not None and old.type != new.type
    if new.storage != (old.storage if old and not retyped else None):
        actions.append(f"SET STORAGE {STORAGE[new.storage or new.type_storage]}")
    if new.compression != (old.compression if old else None):
        actions.append(f"SET COMPRESSION {COMPRESSION[new.compression]}")
    if new.statistics != (old.statistics if old else None):
        actions.append(f"SET STATISTICS {-1 if new.statistics is None else new.statistics}")
    actions += _option_words(old.options if old else (), new.options)
    if old is not None and old.fdw_options != new.fdw_options:
        actions.append(foreign_options.change(old.fdw_options, new.fdw_options).strip())
    kind = "FOREIGN TABLE" if new.relation == "foreign_table" else "TABLE"
    head = f"ALTER {kind} ONLY {qualify(new.schema, new.table)} ALTER COLUMN {quote(new.name)}"
    return [Statement(f"{head} {action}", Lock.SHARE_UPDATE_EXCLUSIVE) for action in actions]


def add_hazards(column: Column, context: Context) -> tuple[Hazard, ...]:
    """What adding this column to an existing table brings."""
    rewrite = Hazard(Danger.REWRITE, f"every row of {column.table} is written anew under an exclusive lock")
    default = context.new.get(Key("default", (column.schema, column.table, column.name)))
    if column.identity or column.generated == "s":
        return (rewrite,)
    if default is not None and "(" in default.expression and default.expression not in _STABLE:
        return (rewrite,)
    if column.not_null and default is None and not column.generated:
        safe_way = "add it optional, back-fill, then require it"
        return (Hazard(Danger.MAY_FAIL, f"fails where rows exist, and old code's inserts fail: {safe_way}"),)
    return ()
