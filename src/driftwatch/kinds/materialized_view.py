"""Materialized views (pg_class, relkind m); their indexes are objects of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from driftwatch.kinds.parts import filling, placement, relation, storage_parameters
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member, tablespace
from driftwatch.kinds.parts.letters import COMPRESSION, REPLICA_IDENTITY, STORAGE, or_default, with_types, words
from driftwatch.kinds.parts.on_relation import COLLATION
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore, Replace
from driftwatch.model.statement import PLACE_AND_METHOD, Danger, Hazard, Lock, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class MaterializedView(NamedTuple):
    """A materialized view; whether it is populated is data, not schema, and decides on filling what is built on it.

    Columns are (name, type, collation, the type's storage); settings are (column, what, value), where `what` is
    COMPRESSION, STATISTICS, STORAGE or OPTION, and what is at its default is not listed.
    """

    schema: str
    name: str
    definition: str
    columns: tuple[tuple[str, str, str, str], ...]
    settings: tuple[tuple[str, str, str], ...]
    options: tuple[str, ...]
    access_method: str | None
    tablespace: str | None
    replica_identity: str
    populated: bool


# attoptions by what the manual documents: some builds keep notes of their own there.
_SETTINGS = """
    SELECT ARRAY[a.attname::text, s.what, s.value]
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (
        SELECT 'COMPRESSION', a.attcompression::text WHERE a.attcompression <> ''
        UNION ALL SELECT 'STATISTICS', a.attstattarget::text WHERE a.attstattarget >= 0
        UNION ALL SELECT 'STORAGE', a.attstorage::text WHERE a.attstorage <> t.typstorage
        UNION ALL SELECT 'OPTION', o FROM unnest(a.attoptions) o WHERE o ~ '^n_distinct(_inherited)?='
    ) s(what, value)
    WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum, s.what, s.value"""


def query(_version: int) -> str:
    """Every materialized view; access method and tablespace are None where they are heap and the database's own."""
    return f"""
        SELECT c.oid AS objid, n.nspname AS schema, c.relname AS name,
               rtrim(pg_get_viewdef(c.oid), ';') AS definition,
               array(SELECT ARRAY[a.attname::text, format_type(a.atttypid, a.atttypmod), {COLLATION},
                                  t.typstorage::text]
                     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                     WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum) AS columns,
               array({_SETTINGS}) AS settings,
               {storage_parameters.reading("c")} AS options,
               (SELECT am.amname FROM pg_am am WHERE am.oid = c.relam AND am.amname <> 'heap') AS access_method,
               {tablespace("c.reltablespace")} AS tablespace,
               c.relreplident AS replica_identity, c.relispopulated AS populated
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'm' AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def key(view: MaterializedView) -> Key:
    """The materialized view's identity."""
    return Key("materialized_view", (view.schema, view.name))


def _name(view: MaterializedView) -> str:
    return qualify(view.schema, view.name)


def _alter(view: MaterializedView, action: str, lock: Lock = Lock.ACCESS_EXCLUSIVE, *hazards: Hazard) -> Statement:
    return Statement(f"ALTER MATERIALIZED VIEW {_name(view)} {action}", lock, hazards)


def create(view: MaterializedView, _context: Context) -> Writing:
    """CREATE MATERIALIZED VIEW without rows, and the settings of its columns."""
    options = ", ".join(map(storage_parameters.assignment, view.options))
    clauses = [
        f"CREATE MATERIALIZED VIEW {_name(view)}",
        view.access_method and f"USING {quote(view.access_method)}",
        options and f"WITH ({options})",
        view.tablespace and f"TABLESPACE {quote(view.tablespace)}",
    ]
    sql = f"{' '.join(filter(None, clauses))} AS\n{view.definition}\nWITH NO DATA"
    identity = _replica_identity(view) if view.replica_identity != "d" else []
    return [Statement(sql, heeds=PLACE_AND_METHOD), *(_set(view, setting) for setting in view.settings), *identity]


def fill(view: MaterializedView, context: Context) -> list[Statement]:
    """REFRESH where rows are wanted."""
    return [_refresh(view, context)] if _to_be_filled(view, context) else []


def _to_be_filled(view: MaterializedView, context: Context) -> bool:
    """Whether rows are wanted, and can be had: what reads a view that was never filled fails (error 55000)."""
    before: MaterializedView | None = context.old.get(key(view))
    wanted = context.with_data and (before is None or before.populated)
    return wanted and all(_filled(other, context) for other in _read_by(view, context))


def _filled(view: MaterializedView, context: Context) -> bool:
    """Whether it holds rows when the plan is through with it."""
    if key(view) in context.made:
        return _to_be_filled(view, context)
    return bool(context.old.objects[key(view)].populated)


def _read_by(view: MaterializedView, context: Context) -> Iterator[MaterializedView]:
    """The materialized views that this one's query reads, over whatever other objects."""
    seen, todo = {key(view)}, [key(view)]
    while todo:
        for needed in {edge.needs for edge in context.new.needs.get(todo.pop(), ())} - seen:
            seen.add(needed)
            if needed.kind == KIND.name:
                yield context.new.objects[needed]
            else:
                todo.append(needed)


def _refresh(view: MaterializedView, context: Context) -> Statement:
    hazard = Hazard(Danger.LOCK, f"whoever reads {view.name} waits until its query has run, with its owner's rights")
    hazards = (hazard,) if context.old.get(key(view)) else ()
    sql = filling.refresh(key(view), _name(view), context)
    return Statement(sql, Lock.ACCESS_EXCLUSIVE, hazards, fills=True)


def drop(view: MaterializedView, context: Context) -> Writing:
    """DROP MATERIALIZED VIEW."""
    hazard = Hazard(Danger.BREAKS_CODE, f"materialized view {view.name} is removed; code that reads it fails")
    if context.new.get(key(view)):
        hazard = Hazard(Danger.LOCK, f"{view.name} can't be read until it is created and filled again")
    return [Statement(f"DROP MATERIALIZED VIEW {_name(view)}", Lock.ACCESS_EXCLUSIVE, (hazard,))]


def _in_words(setting: tuple[str, str, str]) -> tuple[str, str, str]:
    column, what, value = setting
    letters: Mapping[str, Mapping[Any, str]] = {"COMPRESSION": COMPRESSION, "STORAGE": STORAGE}
    return column, what, letters.get(what, {}).get(value, value)


def _set(view: MaterializedView, setting: tuple[str, str, str]) -> Statement:
    column, what, value = _in_words(setting)
    action = f"({storage_parameters.assignment(value)})" if what == "OPTION" else f"{what} {value}"
    lock = Lock.ACCESS_EXCLUSIVE if what in {"COMPRESSION", "STORAGE"} else Lock.SHARE_UPDATE_EXCLUSIVE
    return _alter(view, f"ALTER COLUMN {quote(column)} SET {action}", lock)


def _reset(view: MaterializedView, setting: tuple[str, str, str]) -> Statement:
    """The setting's default; SET STORAGE DEFAULT would need 16, hence the type's own."""
    column, what, value = setting
    if what == "OPTION":
        return _alter(view, f"ALTER COLUMN {quote(column)} RESET ({quote(value.split('=')[0])})")
    own = next(storage for name, _, _, storage in view.columns if name == column)
    default = {"COMPRESSION": "default", "STATISTICS": "-1", "STORAGE": own}[what]
    return _set(view, (column, what, default))


def alter_settings(old: MaterializedView, new: MaterializedView, _context: Context) -> Writing:
    """ALTER COLUMN … SET STATISTICS, STORAGE, COMPRESSION, ( n_distinct )."""

    def name(setting: tuple[str, str, str]) -> tuple[str, str, str]:
        column, what, value = setting
        return column, what, value.split("=")[0] if what == "OPTION" else ""

    kept = {name(setting) for setting in new.settings}
    gone = [setting for setting in old.settings if name(setting) not in kept]
    changed = [setting for setting in new.settings if setting not in old.settings]
    return [*(_reset(new, setting) for setting in gone), *(_set(new, setting) for setting in changed)]


def alter_options(old: MaterializedView, new: MaterializedView, _context: Context) -> Writing:
    """SET and RESET of storage parameters."""
    actions = storage_parameters.actions(old.options, new.options)
    return [_alter(new, action, Lock.SHARE_UPDATE_EXCLUSIVE) for action in actions]


def _rewriting(view: MaterializedView, action: str) -> Writing:
    hazard = Hazard(Danger.REWRITE, "the whole materialized view is written anew under an exclusive lock")
    return [_alter(view, action, Lock.ACCESS_EXCLUSIVE, hazard)]


def alter_access_method(_old: MaterializedView, new: MaterializedView, _context: Context) -> Writing:
    """SET ACCESS METHOD (15)."""
    return _rewriting(new, f"SET ACCESS METHOD {quote(new.access_method or 'heap')}")


def alter_tablespace(_old: MaterializedView, new: MaterializedView, context: Context) -> Writing:
    """SET TABLESPACE."""
    return [
        _alter(
            new, placement.move(new.tablespace, context), Lock.ACCESS_EXCLUSIVE, *placement.moving("materialized view")
        )
    ]


def _replica_identity(view: MaterializedView) -> list[Statement]:
    identity = REPLICA_IDENTITY.get(view.replica_identity)
    return [_alter(view, f"REPLICA IDENTITY {identity}")] if identity else []


def alter_replica_identity(_old: MaterializedView, new: MaterializedView, _context: Context) -> Writing:
    """REPLICA IDENTITY, which nothing reads yet: materialized views can't be published."""
    return _replica_identity(new)


def rename(view: MaterializedView, name: str) -> Statement:
    """ALTER MATERIALIZED VIEW … RENAME TO."""
    hazard = Hazard(Danger.BREAKS_CODE, "code that uses the old name fails")
    return _alter(view, f"RENAME TO {quote(name)}", Lock.ACCESS_EXCLUSIVE, hazard)


KIND = Kind(
    name="materialized_view",
    model=MaterializedView,
    identity=("schema", "name"),
    catalog="pg_class",
    query=query,
    runs=True,
    create=create,
    drop=drop,
    alter={
        "definition": Replace(),
        "columns": Replace(),
        "settings": Alter(alter_settings),
        "options": Alter(alter_options),
        "access_method": Alter(
            alter_access_method, replace_if=lambda _old, _new, context: context.version < relation.SET_ACCESS_METHOD
        ),
        "tablespace": Alter(alter_tablespace),
        "replica_identity": Alter(alter_replica_identity),
        "populated": Ignore("whether REFRESH was run is data", told=False),
    },
    in_words={
        "columns": with_types,
        "settings": lambda settings: tuple(map(_in_words, settings)),
        "access_method": or_default,
        "tablespace": or_default,
        "replica_identity": words({**REPLICA_IDENTITY, "i": "USING INDEX"}),
    },
    reference=lambda view: f"MATERIALIZED VIEW {_name(view)}",
    grantable=lambda view: f"TABLE {_name(view)}",
    slots=relation.slots,
    placed=True,
    code=frozenset({"definition", "columns"}),
    rename=rename,
    rows_first=lambda _item: True,
    fill=fill,
)
