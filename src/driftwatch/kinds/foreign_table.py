"""Foreign tables (pg_foreign_table); their columns and constraints are objects of their own, as those of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import foreign_options, relation
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class ForeignTable(NamedTuple):
    """A foreign table apart from its columns, constraints and parents."""

    schema: str
    name: str
    server: str
    options: tuple[str, ...]


def query(_version: int) -> str:
    """Every foreign table."""
    return f"""
        SELECT c.oid AS objid, n.nspname AS schema, c.relname AS name, s.srvname AS server,
               {foreign_options.reading("f.ftoptions")} AS options
        FROM pg_foreign_table f JOIN pg_class c ON c.oid = f.ftrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_foreign_server s ON s.oid = f.ftserver
        WHERE {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def clean(table: ForeignTable, key: str) -> ForeignTable:
    """Without secrets."""
    return table._replace(options=foreign_options.conceal(table.options, key))


def key(table: ForeignTable) -> Key:
    """The foreign table's identity."""
    return Key("foreign_table", (table.schema, table.name))


def reference(table: ForeignTable) -> str:
    """`FOREIGN TABLE public.invoices`."""
    return f"FOREIGN TABLE {qualify(table.schema, table.name)}"


def create(table: ForeignTable, context: Context) -> Writing:
    """CREATE FOREIGN TABLE with what is folded into it."""
    inherits = relation.inherits(key(table), context)
    head = f"CREATE {reference(table)}{relation.body(key(table), context)}{f' {inherits}' if inherits else ''}"
    sql = f"{head} SERVER {quote(table.server)}{foreign_options.clause(table.options)}"
    created = Statement(sql, hazards=foreign_options.secret_hazards(table.options))
    return [created, *relation.after(key(table), context)]


def alter_options(old: ForeignTable, new: ForeignTable, _context: Context) -> Writing:
    """OPTIONS."""
    options = foreign_options.change(old.options, new.options)
    hazard = Hazard(Danger.BEHAVIOUR, f"{new.name} is read from elsewhere, or otherwise")
    changed = foreign_options.secret_hazards(set(new.options) - set(old.options))
    return [Statement(f"ALTER {reference(new)}{options}", Lock.ACCESS_EXCLUSIVE, (hazard, *changed))]


def drop(table: ForeignTable, _context: Context) -> Writing:
    """DROP FOREIGN TABLE; the rows are elsewhere and stay there."""
    hazard = Hazard(Danger.BREAKS_CODE, f"code that reads {table.name} fails")
    return [Statement(f"DROP {reference(table)}", Lock.ACCESS_EXCLUSIVE, (hazard,))]


def goes_before(table: ForeignTable, context: Context) -> bool:
    """Whether rows of a partitioned table above it are copied as that is made anew: those from elsewhere stay there."""
    path: tuple[str, ...] = (table.schema, table.name)
    while tie := context.old.get(Key("partition", path)):
        path = (tie.parent_schema, tie.parent)
        if Key("table", path) in context.made & context.ended:
            return True
    return False


def rename(table: ForeignTable, name: str) -> Statement:
    """ALTER FOREIGN TABLE … RENAME TO."""
    hazard = Hazard(Danger.BREAKS_CODE, "code that uses the old name fails")
    return Statement(f"ALTER {reference(table)} RENAME TO {quote(name)}", Lock.ACCESS_EXCLUSIVE, (hazard,))


KIND = Kind(
    name="foreign_table",
    model=ForeignTable,
    identity=("schema", "name"),
    catalog="pg_class",
    query=query,
    clean=clean,
    create=create,
    drop=drop,
    alter={"server": Replace(), "options": Alter(alter_options)},
    reference=reference,
    grantable=lambda table: f"TABLE {qualify(table.schema, table.name)}",
    follows=foreign_options.wrapper,
    reaches=frozenset({"foreign_data_wrapper"}),
    slots=relation.slots,
    weak=frozenset({"table", "foreign_table"}),
    goes_before=goes_before,
    rename=rename,
)
