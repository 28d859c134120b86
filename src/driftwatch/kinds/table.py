"""Tables: ordinary, partitioned, partitions, typed (pg_class, relkind r and p)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import kept_rows, partition_rows, placement, relation, row_type, storage_parameters
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member, tablespace
from driftwatch.kinds.parts.letters import REPLICA_IDENTITY, or_default, words
from driftwatch.kinds.parts.user_type import aside_name
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import PLACE_AND_METHOD, Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class Table(NamedTuple):
    """A table apart from its columns, constraints, indexes, parents and type, which are objects of their own.

    `partition_columns` are those in the partition key: name, type, collation, and the type's schema and name.
    """

    schema: str
    name: str
    unlogged: bool
    partition_key: str | None
    partition_columns: tuple[tuple[str, ...], ...]
    access_method: str | None
    tablespace: str | None
    options: tuple[str, ...]
    row_security: bool
    force_row_security: bool
    replica_identity: str


# The columns of a partition key, also those inside of expressions, are internally dependent on their own table.
_PARTITION_COLUMNS = """
    CASE WHEN c.relkind = 'p' THEN array(
        SELECT ARRAY[a.attname, format_type(a.atttypid, a.atttypmod),
                     CASE WHEN a.attcollation <> 0 THEN a.attcollation::regcollation::text ELSE '' END,
                     tn.nspname, t.typname]::text[]
        FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid
        JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace tn ON tn.oid = t.typnamespace
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
          AND d.objid = c.oid AND d.refobjid = c.oid AND d.objsubid > 0 AND d.refobjsubid = 0 ORDER BY a.attname)
    END"""


def query(_version: int) -> str:
    """Every table; the access method is None where it is heap, the tablespace where it is the database's own."""
    # A partitioned table can have an access method of its own from 17 on (pg_class.relam was 0 before).
    access_method = (
        "(SELECT am.amname FROM pg_am am WHERE am.oid = c.relam AND (am.amname <> 'heap' OR c.relkind = 'p'))"
    )
    return f"""
        SELECT c.oid AS objid, n.nspname AS schema, c.relname AS name, c.relpersistence = 'u' AS unlogged,
               CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
               {_PARTITION_COLUMNS} AS partition_columns,
               {access_method} AS access_method,
               {tablespace("c.reltablespace")} AS tablespace,
               {storage_parameters.reading("c")} AS options,
               c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security,
               c.relreplident AS replica_identity
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def key(table: Table) -> Key:
    """The table's identity."""
    return Key("table", (table.schema, table.name))


def create(table: Table, context: Context) -> Writing:
    """CREATE TABLE with what is folded into it, then what only ALTER TABLE can say."""
    clauses = [
        relation.inherits(key(table), context),
        table.partition_key and f"PARTITION BY {table.partition_key}",
        table.access_method and f"USING {quote(table.access_method)}",
        f"WITH ({', '.join(map(storage_parameters.assignment, table.options))})" if table.options else None,
        table.tablespace and f"TABLESPACE {quote(table.tablespace)}",
    ]
    head = f"CREATE {'UNLOGGED ' if table.unlogged else ''}TABLE {qualify(table.schema, table.name)}"
    sql = " ".join(filter(None, [f"{head}{relation.body(key(table), context)}", *clauses]))
    return [Statement(sql, heeds=PLACE_AND_METHOD), *relation.after(key(table), context), *_states(None, table)]


def _states(old: Table | None, new: Table) -> list[Statement]:
    """The switches that only ALTER TABLE sets, where they differ from the old table's (or a new table's)."""
    name = qualify(new.schema, new.name)
    states = []
    if new.row_security != (old.row_security if old else False):
        states.append(_alter(name, f"{'ENABLE' if new.row_security else 'DISABLE'} ROW LEVEL SECURITY", _access(old)))
    if new.force_row_security != (old.force_row_security if old else False):
        states.append(_alter(name, f"{'' if new.force_row_security else 'NO '}FORCE ROW LEVEL SECURITY", _access(old)))
    identity = REPLICA_IDENTITY.get(new.replica_identity)
    if identity and new.replica_identity != (old.replica_identity if old else "d"):
        hazard = Hazard(Danger.REPLICATION, "consumers of logical replication see other old-row values")
        states.append(_alter(name, f"REPLICA IDENTITY {identity}", (hazard,) if old else ()))
    return states


def _access(old: Table | None) -> tuple[Hazard, ...]:
    return (Hazard(Danger.ACCESS, "row security decides who may see which rows: review it"),) if old else ()


def _alter(name: str, action: str, hazards: tuple[Hazard, ...] = ()) -> Statement:
    return Statement(f"ALTER TABLE {name} {action}", Lock.ACCESS_EXCLUSIVE, hazards)


def drop(table: Table, context: Context) -> Writing:
    """DROP TABLE, with everything that is a part of it; a partitioned one has only the rows of its partitions."""
    hazard = Hazard(Danger.DATA_LOSS, f"every row of {table.schema}.{table.name} is lost")
    if table.partition_key and not kept_rows.partitions_end((table.schema, table.name), context):
        hazard = Hazard(Danger.BREAKS_CODE, f"code that uses {table.name} fails while it is not there")
    moved = partition_rows.handed_over((table.schema, table.name), context)
    if moved:
        hazard = Hazard(Danger.DATA_LOSS, f"rows of {table.schema}.{table.name} are lost that no new bound takes")
    return [*moved, Statement(f"DROP TABLE {qualify(table.schema, table.name)}", Lock.ACCESS_EXCLUSIVE, (hazard,))]


def hands_over(table: Table, context: Context) -> Iterable[Key]:
    """Where the rows of a partition may belong that goes for good."""
    return () if key(table) in context.made else partition_rows.hands_over((table.schema, table.name), context)


_TYPES = ("enum", "domain", "composite_type", "range_type", "base_type")


def needs(table: Table, _snapshot: Snapshot) -> Iterable[Key]:
    """The types in the partition key, which the columns there can't exchange for others."""
    return [Key(kind, column[3:]) for column in table.partition_columns for kind in _TYPES]


def alter_states(old: Table, new: Table, _context: Context) -> Writing:
    """Row security and replica identity."""
    return _states(old, new)


def alter_options(old: Table, new: Table, _context: Context) -> Writing:
    """SET and RESET of storage parameters."""
    return storage_parameters.change(qualify(new.schema, new.name), old.options, new.options)


def _rewriting(action: str, name: str) -> Statement:
    hazard = Hazard(Danger.REWRITE, "the whole table is written anew under an exclusive lock")
    return _alter(name, action, (hazard,))


def alter_persistence(_old: Table, new: Table, context: Context) -> Writing:
    """SET LOGGED | UNLOGGED."""
    rewriting = _rewriting("SET UNLOGGED" if new.unlogged else "SET LOGGED", qualify(new.schema, new.name))
    return row_type.around(rewriting, [_key(new)], context)


def alter_access_method(_old: Table, new: Table, context: Context) -> Writing:
    """SET ACCESS METHOD (15)."""
    # DEFAULT resets a partitioned table's own access method (17); an ordinary table always has one.
    method = quote(new.access_method) if new.access_method else ("DEFAULT" if new.partition_key else "heap")
    return row_type.around(
        _rewriting(f"SET ACCESS METHOD {method}", qualify(new.schema, new.name)), [_key(new)], context
    )


def unseats(_old: Table, new: Table, context: Context) -> Iterable[Key]:
    """What hangs on columns elsewhere that hold the table's rows."""
    return row_type.unseated([_key(new)], context)


def _key(table: Table) -> Key:
    return Key("table", (table.schema, table.name))


def alter_tablespace(_old: Table, new: Table, context: Context) -> Writing:
    """SET TABLESPACE; a partitioned table has no files, it says where new partitions go."""
    hazards = () if new.partition_key else placement.moving("table")
    return [_alter(qualify(new.schema, new.name), placement.move(new.tablespace, context), hazards)]


def rename(table: Table, name: str) -> Statement:
    """ALTER TABLE … RENAME TO."""
    hazard = Hazard(Danger.BREAKS_CODE, "code that uses the old name fails")
    return _alter(qualify(table.schema, table.name), f"RENAME TO {quote(name)}", (hazard,))


def step_aside(table: Table) -> list[Statement]:
    """Another name for a partition that goes with a table above it, but not at once."""
    return [_alter(qualify(table.schema, table.name), f"RENAME TO {quote(aside_name(table.name))}")]


def reference(table: Table) -> str:
    """`TABLE public.users`."""
    return f"TABLE {qualify(table.schema, table.name)}"


_STATES = Alter(alter_states)

KIND = Kind(
    name="table",
    model=Table,
    identity=("schema", "name"),
    catalog="pg_class",
    query=query,
    create=create,
    drop=drop,
    alter={
        # A logged table may not refer to an unlogged one, not even in between.
        "unlogged": Alter(alter_persistence, rebuilds=frozenset({"constraint"}), unseats=unseats),
        "partition_key": Replace(),
        "partition_columns": Replace(),
        "access_method": Alter(
            alter_access_method,
            replace_if=lambda _old, _new, context: context.version < relation.SET_ACCESS_METHOD,
            unseats=unseats,
        ),
        "tablespace": Alter(alter_tablespace),
        "options": Alter(alter_options),
        "row_security": _STATES,
        "force_row_security": _STATES,
        "replica_identity": _STATES,
    },
    in_words={
        "partition_columns": lambda columns: tuple(column[:3] for column in columns),
        "access_method": or_default,
        "tablespace": or_default,
        "replica_identity": words({**REPLICA_IDENTITY, "i": "USING INDEX"}),
    },
    reference=reference,
    grantable=reference,
    slots=relation.slots,
    placed=True,
    needs=needs,
    reaches=frozenset(_TYPES),
    weak=frozenset({"table", "foreign_table", "composite_type"}),
    rename=rename,
    keeps_rows=kept_rows.KEEPS_ROWS,
    hands_over=hands_over,
    step_aside=step_aside,
)
