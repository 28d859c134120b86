"""How a column is altered in place, and what that brings with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.kinds.conversion_path import using
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard, Implied, Lock, Statement
from driftwatch.sql import literal, qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.kinds.column import Column
    from driftwatch.model.kind import Context, Writing

SET_EXPRESSION = 170000
"""The first server_version_num with ALTER COLUMN … SET EXPRESSION."""

# Default expressions that ADD COLUMN evaluates once and stores in the catalogue (stable or immutable functions).
_STABLE = frozenset(
    {"now()", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_USER", "LOCALTIMESTAMP", "transaction_timestamp()"}
)

_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
_COMPRESSION = {"p": "pglz", "l": "lz4", None: "default"}


def steady_parent(column: Column, context: Context) -> Key | None:
    """The parent's column, where the tie between the tables stands throughout: what happens there happens here."""
    for path in column.inherited_from:
        ties = (
            Key("partition", (column.schema, column.table)),
            Key("inheritance", (column.schema, column.table, *path)),
        )
        if any(tie in context.old.objects and tie not in context.ended for tie in ties):
            return Key("column", (*path, column.name))
    return None


def regenerated(old: Column, new: Column, context: Context) -> bool:
    """Whether the column's generation can't be changed in place; what is stored is computed, so nothing is lost."""
    if old.generated == new.generated:
        if not old.generated:
            return False
        return context.version < SET_EXPRESSION
    return not (old.generated == "s" and not new.generated)


def alter(old: Column, new: Column, context: Context) -> Writing:
    """Every alteration of one column, in the order in which they get along; without those that a parent's brings."""
    attributes = set(context.altered[Key("column", (new.schema, new.table, new.name))])
    parent = steady_parent(new, context)
    if parent:
        attributes -= _recursed(parent, new, context)
    if not attributes and parent:
        return Implied(by=parent)
    statements = []
    if "identity" in attributes and not new.identity:
        statements.append(_alter(new, "DROP IDENTITY"))
    if "generated" in attributes and not new.generated:
        statements.append(_alter(new, "DROP EXPRESSION"))
    elif "expression" in attributes:
        statements.append(_rewrite(new, f"SET EXPRESSION AS ({new.expression})"))
    if attributes & {"type", "collation"}:
        statements.append(_retype(old, new, context))
    statements += _not_null(old, new, attributes)
    statements += _identity(old, new, attributes, context)
    return [*statements, *settings(old, new)]


def _recursed(parent: Key, new: Column, context: Context) -> set[str]:
    """Attributes whose change the parent's own change brings along."""
    above_old, above_new = context.old.get(parent), context.new.get(parent)
    if above_old is None or above_new is None:
        return set()
    recursing = {"type", "collation", "not_null", "generated", "expression", "not_null_no_inherit", "not_null_valid"}
    changed = context.altered.get(parent, frozenset()) & recursing
    return {name for name in changed if getattr(above_new, name) == getattr(new, name)}


def _alter(column: Column, action: str, hazards: tuple[Hazard, ...] = ()) -> Statement:
    table = qualify(column.schema, column.table)
    return Statement(f"ALTER TABLE {table} ALTER COLUMN {quote(column.name)} {action}", Lock.ACCESS_EXCLUSIVE, hazards)


def _rewrite(column: Column, action: str) -> Statement:
    hazard = Hazard(Danger.REWRITE, f"every row of {column.table} is written anew under an exclusive lock")
    return _alter(column, action, (hazard,))


def _retype(old: Column, new: Column, context: Context) -> Statement:
    """ALTER TYPE; `USING` only where an assignment cast would not do, since that one refuses what it would cut off."""
    collate = f" COLLATE {new.collation}" if new.collation else ""
    hazards = [
        Hazard(Danger.BREAKS_CODE, f"{old.type} becomes {new.type}: code and prepared statements see another type")
    ]
    path = using(old.type, new.type, context)
    if not path.free:
        hazards.append(Hazard(Danger.REWRITE, f"{new.table} and its indexes are written anew under an exclusive lock"))
        hazards.append(Hazard(Danger.MAY_FAIL, "a value that can't be cast makes it fail"))
    cast = f" USING {path.using.replace('{}', quote(new.name))}" if path.using and not new.generated else ""
    table = qualify(new.schema, new.table)
    sql = f"ALTER TABLE {table} ALTER COLUMN {quote(new.name)} TYPE {new.type}{collate}{cast}"
    return Statement(sql, Lock.ACCESS_EXCLUSIVE, tuple(hazards))


def not_null_clause(column: Column) -> str:
    """NOT NULL, with the name and NO INHERIT that 18 can give it."""
    name = f"CONSTRAINT {quote(column.not_null_name)} " if column.not_null_name else ""
    return f"{name}NOT NULL{' NO INHERIT' if column.not_null_no_inherit else ''}"


def _not_null_constraint(column: Column) -> str:
    """The constraint's name on 18, by default made of the table's and the column's."""
    return column.not_null_name or f"{column.table}_{column.name}_not_null"


def add_not_null(column: Column, *, fresh: bool = False) -> list[Statement]:
    """SET NOT NULL, or as a table constraint where a name or a state is to be given (18)."""
    hazards = (
        ()
        if fresh or not column.not_null_valid
        else (
            Hazard(Danger.MAY_FAIL, f"a row without {column.name} makes it fail"),
            Hazard(Danger.SCAN, "the table is scanned under an exclusive lock; a validated check spares that"),
        )
    )
    if not (column.not_null_name or column.not_null_no_inherit) and column.not_null_valid:
        return [_alter(column, "SET NOT NULL", hazards)]
    clause = f"ADD CONSTRAINT {quote(_not_null_constraint(column))} NOT NULL {quote(column.name)}"
    states = (" NO INHERIT" if column.not_null_no_inherit else "") + ("" if column.not_null_valid else " NOT VALID")
    sql = f"ALTER TABLE {qualify(column.schema, column.table)} {clause}{states}"
    return [Statement(sql, Lock.ACCESS_EXCLUSIVE, hazards)]


def _not_null(old: Column, new: Column, attributes: set[str]) -> list[Statement]:
    if "not_null" in attributes:
        if new.not_null:
            return add_not_null(new)
        hazard = Hazard(Danger.BREAKS_CODE, f"readers may meet NULL in {new.name}")
        return [_alter(new, "DROP NOT NULL", (hazard,))]
    if not new.not_null:
        return []
    table, statements = qualify(new.schema, new.table), []
    if "not_null_valid" in attributes and not new.not_null_valid:
        return [_alter(new, "DROP NOT NULL"), *add_not_null(new)]
    if "not_null_name" in attributes:
        names = f"{quote(_not_null_constraint(old))} TO {quote(_not_null_constraint(new))}"
        statements.append(Statement(f"ALTER TABLE {table} RENAME CONSTRAINT {names}", Lock.ACCESS_EXCLUSIVE))
    if "not_null_valid" in attributes:
        sql = f"ALTER TABLE {table} VALIDATE CONSTRAINT {quote(_not_null_constraint(new))}"
        hazard = Hazard(Danger.MAY_FAIL, f"a row without {new.name} makes it fail")
        statements.append(Statement(sql, Lock.SHARE_UPDATE_EXCLUSIVE, (hazard,)))
    if "not_null_no_inherit" in attributes:
        state = "NO INHERIT" if new.not_null_no_inherit else "INHERIT"
        sql = f"ALTER TABLE {table} ALTER CONSTRAINT {quote(_not_null_constraint(new))} {state}"
        statements.append(Statement(sql, Lock.ACCESS_EXCLUSIVE))
    return statements


def _sequence_options(sequence: tuple[str, ...]) -> list[str]:
    start, increment, minimum, maximum, cache, cycle = sequence[2:8]
    return [
        f"START WITH {start}",
        f"INCREMENT BY {increment}",
        f"MINVALUE {minimum}",
        f"MAXVALUE {maximum}",
        f"CACHE {cache}",
        "CYCLE" if cycle == "true" else "NO CYCLE",
    ]


def _mode(column: Column) -> str:
    return "ALWAYS" if column.identity == "a" else "BY DEFAULT"


def identity_clause(column: Column) -> str:
    """GENERATED … AS IDENTITY, with the sequence's name and all of its options."""
    name = f"SEQUENCE NAME {qualify(*column.identity_sequence[:2])}"
    # Of a type of its own the sequence is given that and its bounds afterwards: here it has the column's (22023).
    options = name if column.identity_sequence[9] else " ".join([name, *_sequence_options(column.identity_sequence)])
    return f"GENERATED {_mode(column)} AS IDENTITY ({options})"


def _identity(old: Column, new: Column, attributes: set[str], context: Context) -> list[Statement]:
    if not new.identity or not attributes & {"identity", "identity_sequence", "type"}:
        return []
    if not old.identity:
        return _add_identity(new, context)
    statements, before = [], qualify(*old.identity_sequence[:2])
    if old.identity_sequence[0] == new.identity_sequence[0] and old.identity_sequence[1] != new.identity_sequence[1]:
        sql = f"ALTER SEQUENCE {before} RENAME TO {quote(new.identity_sequence[1])}"
        statements.append(Statement(sql, Lock.SHARE_ROW_EXCLUSIVE))
    retyped = sequence_type(new, old)
    actions = [f"SET GENERATED {_mode(new)}"] if old.identity != new.identity else []
    # A new type of the column gives the sequence that type, and its bounds where they were those of the old one.
    other = old.type != new.type or old.identity_sequence[2:8] != new.identity_sequence[2:8]
    if other and not retyped:
        actions += [f"SET {option}" for option in _sequence_options(new.identity_sequence)]
    statements += retyped
    if actions:
        statements.append(_alter(new, " ".join(actions)))
    if old.identity_sequence[8] != new.identity_sequence[8]:
        statements.append(sequence_persistence(new))
    return statements


def sequence_type(new: Column, old: Column | None = None) -> list[Statement]:
    """ALTER SEQUENCE … AS, with all options, where the type is not the one that comes with the column's.

    Somebody who runs out of numbers gives the sequence a larger type first; ALTER COLUMN … TYPE takes it along.
    """
    wanted = new.identity_sequence[9] if new.identity_sequence else ""
    kept = old is not None and old.type == new.type and old.identity_sequence
    if wanted == (kept[9] if kept else ""):
        return []
    options = " ".join(_sequence_options(new.identity_sequence))
    sql = f"ALTER SEQUENCE {qualify(*new.identity_sequence[:2])} AS {wanted or new.type} {options}"
    return [Statement(sql, Lock.SHARE_ROW_EXCLUSIVE)]


def sequence_persistence(column: Column) -> Statement:
    """SET LOGGED | UNLOGGED of an identity sequence, which otherwise follows its table (15)."""
    state = "UNLOGGED" if column.identity_sequence[8] == "true" else "LOGGED"
    sql = f"ALTER SEQUENCE {qualify(*column.identity_sequence[:2])} SET {state}"
    return Statement(sql, Lock.SHARE_ROW_EXCLUSIVE)


def _add_identity(column: Column, context: Context) -> list[Statement]:
    """ADD GENERATED … AS IDENTITY; the sequence goes on where the rows are, or the next insert is a duplicate."""
    table, name = qualify(column.schema, column.table), quote(column.name)
    added = [_alter(column, f"ADD {identity_clause(column)}"), *sequence_type(column)]
    if not context.with_data or column.identity_sequence[3].startswith("-"):
        return added
    sequence = literal(qualify(*column.identity_sequence[:2]))
    position = f"SELECT pg_catalog.setval({sequence}, max({name})) FROM {table} HAVING max({name}) IS NOT NULL"
    return [*added, Statement(position, Lock.ACCESS_SHARE)]


def fdw_options(options: Iterable[str]) -> str:
    """OPTIONS ( … ) of a foreign table's column."""
    pairs = (option.split("=", 1) for option in options)
    return f"OPTIONS ({', '.join(f'{quote(name)} {literal(value)}' for name, value in pairs)})"


def _fdw_changes(old: Iterable[str], new: Iterable[str]) -> str:
    before, after = dict(o.split("=", 1) for o in old), dict(o.split("=", 1) for o in new)
    words = [f"DROP {quote(name)}" for name in before if name not in after]
    words += [f"ADD {quote(name)} {literal(value)}" for name, value in after.items() if name not in before]
    words += [
        f"SET {quote(name)} {literal(value)}"
        for name, value in after.items()
        if name in before and before[name] != value
    ]
    return f"OPTIONS ({', '.join(words)})"


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
        actions.append(f"SET STORAGE {_STORAGE[new.storage or new.type_storage]}")
    if new.compression != (old.compression if old else None):
        actions.append(f"SET COMPRESSION {_COMPRESSION[new.compression]}")
    if new.statistics != (old.statistics if old else None):
        actions.append(f"SET STATISTICS {-1 if new.statistics is None else new.statistics}")
    actions += _option_words(old.options if old else (), new.options)
    if old is not None and old.fdw_options != new.fdw_options:
        actions.append(_fdw_changes(old.fdw_options, new.fdw_options))
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
