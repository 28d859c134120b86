"""A column's NOT NULL: a flag before PostgreSQL 18, since then a constraint with a name and states, passed down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from driftwatch.kinds.parts import lineage
from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.kinds.column import Column
    from driftwatch.kinds.domain import Domain
    from driftwatch.model.context import Context

NAMED = 180000
"""The first server_version_num whose not-null constraints have names and states (pg_constraint, contype n)."""
PART = "not_null"
"""How a comment on the constraint names it: a part of the column, which is the comment's target."""
ATTRIBUTES = frozenset({"not_null", "not_null_name", "not_null_valid", "not_null_no_inherit"})


def usual_name(column: Column) -> str:
    """What PostgreSQL calls the constraint when nobody says otherwise."""
    return f"{column.table}_{column.name}_not_null"


def constraint(column: Column) -> str:
    """The constraint's name."""
    return column.not_null_constraint or usual_name(column)


def constraint_of(domain: Domain) -> str:
    """The name of a domain's; by default it is made of the domain's (17 and newer)."""
    return domain.not_null_name or f"{domain.name}_not_null"


def _unnamed(column: Column, context: Context) -> bool:
    """Whether the name can be left to PostgreSQL.

    Not where a comment goes by it: PostgreSQL takes another one while a table of the schema has a constraint so called.
    """
    comment = Key("comment", (str(_key(column)), PART))
    return constraint(column) == usual_name(column) and comment not in context.new.objects


def clause(column: Column, context: Context) -> str:
    """NOT NULL, with the name and NO INHERIT that 18 can give it."""
    unnamed = context.version < NAMED or _unnamed(column, context)
    name = "" if unnamed else f"CONSTRAINT {quote(constraint(column))} "
    return f"{name}NOT NULL{' NO INHERIT' if column.not_null_no_inherit and not _said_late(column, context) else ''}"


def kept_here(column: Column, context: Context) -> list[Statement]:
    """NO INHERIT for a new partitioned table, which takes it from ALTER CONSTRAINT alone (18, 0A000)."""
    if not (column.not_null and column.not_null_valid and _said_late(column, context)):
        return []
    return [_table(column, f"ALTER CONSTRAINT {quote(constraint(column))} NO INHERIT")]


def _said_late(column: Column, context: Context) -> bool:
    whole = Key(column.relation, (column.schema, column.table))
    return column.not_null_no_inherit and lineage.is_partitioned(whole, context.new)


def table_clause(column: Column, context: Context) -> str | None:
    """An inherited column's own NOT NULL as CREATE TABLE lists it (18), which INHERITS does not bring."""
    if context.version < NAMED or not (column.not_null and column.not_null_valid and column.not_null_local):
        return None
    if column.not_null_constraint is None and inherited(column, context):
        return None  # read from an older server, which does not know whose it is
    no_inherit = " NO INHERIT" if column.not_null_no_inherit else ""
    return f"CONSTRAINT {quote(constraint(column))} NOT NULL {quote(column.name)}{no_inherit}"


def inherited(column: Column, context: Context) -> bool:
    """Whether a parent's NOT NULL is passed down to the column."""
    parents = (context.new.get(Key("column", (*path, column.name))) for path in column.inherited_from)
    return any(passes_on(parent) for parent in parents)


def add(column: Column, context: Context, *, fresh: bool = False) -> list[Statement]:
    """SET NOT NULL, or as a table constraint where a name or a state is to be given (18)."""
    hazards = () if fresh or not column.not_null_valid else (
        Hazard(Danger.MAY_FAIL, f"a row without {column.name} makes it fail"),
        Hazard(Danger.SCAN, "the table is scanned under an exclusive lock; a validated check spares that"),
    )  # fmt: skip
    usual = _unnamed(column, context) and column.not_null_valid and not column.not_null_no_inherit
    if usual or context.version < NAMED:
        return [_column(column, "SET NOT NULL", hazards)]
    states = (" NO INHERIT" if column.not_null_no_inherit else "") + ("" if column.not_null_valid else " NOT VALID")
    action = f"ADD CONSTRAINT {quote(constraint(column))} NOT NULL {quote(column.name)}{states}"
    return [_table(column, action, hazards)]


def change(old: Column, new: Column, attributes: set[str], context: Context) -> list[Statement]:
    """From one state to another, as far as the attributes are not brought by a parent's change."""
    if "not_null" in attributes:
        return [*_made_way(new, context), *add(new, context)] if new.not_null else _drop(new, context, _loosened(new))
    if not new.not_null:
        return []
    if "not_null_valid" in attributes and not new.not_null_valid:
        return [_column(new, "DROP NOT NULL"), *add(new, context), *_valid_below(new, context)]
    statements = []
    if "not_null_name" in attributes:
        names = f"{quote(constraint(old))} TO {quote(constraint(new))}"
        statements.append(_table(new, f"RENAME CONSTRAINT {names}"))
    name = constraint(new if "not_null_name" in attributes else old)
    if "not_null_valid" in attributes:
        statements += validate(new, name)
    if "not_null_no_inherit" in attributes:
        state = "NO INHERIT" if new.not_null_no_inherit else "INHERIT"
        # A partition can't let go of its own while its parent has one (42P16).
        partitioned = lineage.is_partitioned(Key(new.relation, (new.schema, new.table)), context.old)
        way = [] if partitioned else _made_way(new, context)
        statements += [*way, _table(new, f"ALTER CONSTRAINT {quote(name)} {state}")]
    return statements


def _column(column: Column, action: str, hazards: tuple[Hazard, ...] = (), *, only: bool = False) -> Statement:
    table = f"{'ONLY ' if only else ''}{qualify(column.schema, column.table)}"
    return Statement(f"ALTER TABLE {table} ALTER COLUMN {quote(column.name)} {action}", Lock.ACCESS_EXCLUSIVE, hazards)


def _table(
    column: Column, action: str, hazards: tuple[Hazard, ...] = (), lock: Lock = Lock.ACCESS_EXCLUSIVE
) -> Statement:
    return Statement(f"ALTER TABLE {qualify(column.schema, column.table)} {action}", lock, hazards)


def validate(column: Column, name: str) -> list[Statement]:
    """VALIDATE CONSTRAINT for a not-null constraint of this name."""
    hazard = Hazard(Danger.MAY_FAIL, f"a row without {column.name} makes it fail")
    return [_table(column, f"VALIDATE CONSTRAINT {quote(name)}", (hazard,), Lock.SHARE_UPDATE_EXCLUSIVE)]


def _valid_below(column: Column, context: Context) -> Iterator[Statement]:
    """VALIDATE for children whose inherited NOT NULL shall stay valid: what is NOT VALID is passed down as such."""
    for heir in lineage.heirs(_key(column), context):
        wanted = context.new.get(_key(heir))
        if wanted is None or not wanted.not_null or heir.not_null_local:
            continue
        if wanted.not_null_valid:
            yield from validate(wanted, constraint(wanted))
        else:
            yield from _valid_below(wanted, context)


def dropped_with_column(column: Column, context: Context) -> list[Statement]:
    """DROP NOT NULL for children that keep the column: DROP COLUMN leaves them it as inherited for good (18, 42P16)."""
    if context.version < NAMED or not passes_on(column):
        return []
    heirs = lineage.heirs(_key(column), context)
    stay = (heir for heir in heirs if _key(heir) not in context.ended)
    return _drop(column, context, ()) if any(heir.not_null for heir in stay) else []


def _loosened(column: Column) -> tuple[Hazard, ...]:
    return (Hazard(Danger.BREAKS_CODE, f"readers may meet NULL in {column.name}"),)


def _drop(column: Column, context: Context, hazards: tuple[Hazard, ...]) -> list[Statement]:
    """DROP NOT NULL, which reaches the children: those that keep theirs are spared, or given it again."""
    again = [
        statement
        for heir in context.once(_bereft, _key(column))
        if lineage.is_partition(heir, context.old)  # error 42P16 for ONLY
        for statement in add(heir, context, fresh=True)
    ]
    return [_column(column, "DROP NOT NULL", hazards, only=context.once(_alone, _key(column))), *again]


def _made_way(column: Column, context: Context) -> list[Statement]:
    """DROP NOT NULL for children that shall have the parent's instead of their own: what is merged keeps its name."""
    if column.not_null_no_inherit:
        return []
    statements = []
    for heir in lineage.heirs(_key(column), context):
        new = context.new.get(_key(heir))
        if new and _makes_way(heir, new, context):
            statements.append(_column(heir, "DROP NOT NULL"))
        elif new and not heir.not_null:  # it passes the parent's on to its own children
            statements += _made_way(new, context)
    return statements


def _makes_way(old: Column, new: Column, context: Context) -> bool:
    """Whether the column's own NOT NULL gives way to a parent's, no other parent having one before (18)."""
    if context.version < NAMED or not (old.not_null and new.not_null) or new.not_null_local:
        return False
    let_go = len(list(lineage.steady_parents(old, context))) < len(old.inherited_from)  # what it had of them is its own
    return (old.not_null_local or let_go) and not any(passes_on(before) for before, _ in _above(new, context))


def _alone(column: Key, context: Context) -> bool:
    """Whether it is dropped with ONLY, which leaves every child its own."""
    return any(not lineage.is_partition(heir, context.old) for heir in context.once(_bereft, column))


def _bereft(column: Key, context: Context) -> list[Column]:
    """The children's columns that shall stay NOT NULL and would not: before 18 none does, then those with their own."""
    kept = []
    for heir in lineage.heirs(column, context):
        wanted = context.new.get(_key(heir))
        own = context.version >= NAMED and heir.not_null_local
        if heir.not_null and wanted is not None and wanted.not_null and not own:
            kept.append(wanted)
    return kept


def passes_on(column: Column | None) -> bool:
    """Whether children get the column's NOT NULL."""
    return column is not None and column.not_null and not column.not_null_no_inherit


def stricter(old: Column, new: Column, context: Context) -> list[Statement]:
    """VALIDATE, where a parent's new NOT NULL comes NOT VALID to a child whose own shall be valid."""
    if not (new.not_null and new.not_null_valid) or (old.not_null and not _makes_way(old, new, context)):
        return []
    names = dict.fromkeys(
        constraint(after)
        for before, after in _above(new, context)
        if not passes_on(before) and passes_on(after) and not after.not_null_valid
    )
    return [statement for name in names for statement in validate(new, name)]


def _above(column: Column, context: Context) -> Iterator[tuple[Column, Column]]:
    """The columns that this one comes from, as they were and as they shall be."""
    for schema, table in lineage.steady_parents(column, context):
        key = Key("column", (schema, table, column.name))
        before, after = context.old.get(key), context.new.get(key)
        if before is not None and after is not None:
            yield before, after


def passed_down(old: Column, new: Column, context: Context) -> set[str]:
    """The attributes of NOT NULL that come to be as wanted by what is done to a parent's column."""
    found: set[str] = set()
    for before, after in _above(new, context):
        without = not old.not_null or _makes_way(old, new, context)
        came = not passes_on(before) and passes_on(after) and without
        went = passes_on(before) and not after.not_null and not new.not_null and not _stays(old, after, context)
        if came or went:
            found |= ATTRIBUTES
        elif passes_on(before) and passes_on(after):
            found |= _states_passed_down((before, after), (old, new))
    return found


def _stays(old: Column, above: Column, context: Context) -> bool:
    """Whether the child's own NOT NULL outlives its parent's."""
    return (context.version >= NAMED and old.not_null_local) or context.once(_alone, _key(above))


def _states_passed_down(above: tuple[Column, Column], below: tuple[Column, Column]) -> set[str]:
    found = set()
    if _names(above) == _names(below):
        found.add("not_null_name")
    if above[0].not_null_valid != above[1].not_null_valid == below[1].not_null_valid:
        found.add("not_null_valid")
    return found


def _names(pair: tuple[Column, Column]) -> tuple[str, str]:
    return constraint(pair[0]), constraint(pair[1])


class _Tie(Protocol):
    schema: str
    table: str
    parent_schema: str
    parent: str


def bars_rename(dependent: Key, old: Column, new: Column, context: Context) -> bool:
    """Whether a tie has to be cut for a new name.

    To a parent: what is inherited can't be renamed by itself (42P16). To a child: the new name is passed down to what
    bears the old one there, which may want to keep it, and the server fails where nothing does (42704).
    """
    if _called_otherwise_below(dependent, old, new, context):
        return passes_on(old) and new.not_null
    above = _over(dependent, old, context)
    if above is None or not (passes_on(above[0]) and old.not_null and new.not_null):
        return False
    before, after = above
    return before is None or after is None or _names((before, after)) != _names((old, new))


def bars_loosening(dependent: Key, old: Column, new: Column, context: Context) -> bool:
    """Whether a tie to a parent has to be cut for NOT VALID: what is inherited can't be dropped by itself (42P16)."""
    above = _over(dependent, old, context)
    if above is None or not (passes_on(above[0]) and old.not_null_valid and new.not_null and not new.not_null_valid):
        return False
    before, after = above
    goes_along = before and after and before.not_null_valid and not after.not_null_valid and not old.not_null_local
    return not goes_along


def bars_retyping(dependent: Key, old: Column, new: Column, context: Context) -> bool:
    """Whether a tie to a parent has to be cut for a new type: 18 loses its way where the two names differ (55000)."""
    above = _over(dependent, old, context)
    if above is None or context.version < NAMED or not (old.not_null and new.not_null and passes_on(above[0])):
        return False
    return above[0] is not None and constraint(above[0]) != constraint(old)


def _called_otherwise_below(dependent: Key, old: Column, new: Column, context: Context) -> bool:
    """Whether the dependent is a child's tie to the column's table, and the child's NOT NULL has a name of its own."""
    if dependent.kind not in {"inheritance", "partition"}:
        return False
    tie: _Tie = context.old.objects[dependent]
    if (tie.parent_schema, tie.parent) != (old.schema, old.table):
        return False
    key = Key("column", (tie.schema, tie.table, old.name))
    child, wanted = context.old.get(key), context.new.get(key)
    if child is None or not child.not_null:
        return False
    stays = wanted is not None and wanted.not_null and constraint(wanted) != constraint(new)
    return stays or constraint(child) != constraint(old)


def _over(dependent: Key, old: Column, context: Context) -> tuple[Column | None, Column | None] | None:
    """The parent's column, as it was and as it shall be, where the dependent is the tie of the column's table to it."""
    if dependent.kind not in {"inheritance", "partition"} or dependent.path[:2] != (old.schema, old.table):
        return None
    tie: _Tie = context.old.objects[dependent]
    key = Key("column", (tie.parent_schema, tie.parent, old.name))
    return context.old.get(key), context.new.get(key)


def _key(column: Column) -> Key:
    return Key("column", (column.schema, column.table, column.name))
