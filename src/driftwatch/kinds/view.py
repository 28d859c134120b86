"""Views (pg_class, relkind v; the query is their rule _RETURN)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.kinds.parts.letters import with_types
from driftwatch.kinds.parts.on_relation import COLLATION, rebuilt
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore
from driftwatch.model.statement import Danger, Hazard, Lock, Statement
from driftwatch.sql import literal, qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class View(NamedTuple):
    """A view: its query, its columns as (name, type, collation), its options as `name=value` in the catalogue's order.

    The check option stands apart from the other options, as it does in CREATE VIEW.
    """

    schema: str
    name: str
    definition: str
    columns: tuple[tuple[str, str, str], ...]
    options: tuple[str, ...]
    check_option: str | None
    reads_itself: bool


# CREATE OR REPLACE VIEW lets a view stand in its own query; reading it fails, but pg_dump writes it.
_READS_ITSELF = """EXISTS (
    SELECT FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
    WHERE r.ev_class = c.oid AND r.rulename = '_RETURN' AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
      AND d.deptype = 'n'{own})"""
_NO_OWN_ENTRIES = 160000
"""Before 16 every view's rule depends on the view as a whole: its query held it as OLD and NEW."""


def query(version: int) -> str:
    """Every view."""
    reads_itself = _READS_ITSELF.format(own="" if version >= _NO_OWN_ENTRIES else " AND d.refobjsubid > 0")
    return f"""
        SELECT c.oid AS objid, n.nspname AS schema, c.relname AS name,
               rtrim(pg_get_viewdef(c.oid), ';') AS definition,
               array(SELECT ARRAY[a.attname::text, format_type(a.atttypid, a.atttypmod), {COLLATION}]
                     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                     WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum) AS columns,
               array(SELECT o FROM unnest(c.reloptions) WITH ORDINALITY u(o, i)
                     WHERE o ~ '^security_(barrier|invoker)=' ORDER BY i) AS options,
               (SELECT split_part(o, '=', 2) FROM unnest(c.reloptions) o WHERE o LIKE 'check_option=%')
                     AS check_option, {reads_itself} AS reads_itself
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'v' AND {USER_SCHEMA} AND {no_member("pg_class", "c.oid")}"""


def key(view: View) -> Key:
    """The view's identity."""
    return Key("view", (view.schema, view.name))


def _name(view: View) -> str:
    return qualify(view.schema, view.name)


def _option(text: str) -> str:
    name, _, value = text.partition("=")
    return f"{quote(name)}={literal(value)}"


def _options(view: View) -> list[str]:
    check = [f"check_option={view.check_option}"] if view.check_option else []
    return [_option(text) for text in (*view.options, *check)]


def _definition(view: View) -> str:
    options = ", ".join(_options(view))
    return f"VIEW {_name(view)}{f' WITH ({options})' if options else ''} AS\n{view.definition}"


def create(view: View, context: Context) -> Writing:
    """CREATE VIEW; one that reads itself has to be there before."""
    if view.reads_itself:
        return [*forward(view, context), *complete(view, context)]
    return [Statement(f"CREATE {_definition(view)}")]


def forward(view: View, _context: Context) -> list[Statement]:
    """A view of the same columns, all NULL: it stands in where the query needs something that needs the view's rows."""
    columns = ", ".join(
        f"NULL::{type_}{f' COLLATE {collation}' if collation else ''} AS {quote(name)}"
        for name, type_, collation in view.columns
    )
    return [Statement(f"CREATE OR REPLACE VIEW {_name(view)} AS\nSELECT {columns}")]


def complete(view: View, _context: Context) -> list[Statement]:
    """CREATE OR REPLACE VIEW, with its own query instead of the stand-in."""
    return [Statement(f"CREATE OR REPLACE {_definition(view)}", Lock.ACCESS_EXCLUSIVE)]


def drop(view: View, context: Context) -> Writing:
    """DROP VIEW; a view that is only rebuilt is missed by nobody who waits for the lock."""
    hazard = Hazard(Danger.BREAKS_CODE, f"view {view.name} is removed, or its columns change; code that reads it fails")
    hazards = () if rebuilt(key(view), context) else (hazard,)
    return [Statement(f"DROP VIEW {_name(view)}", Lock.ACCESS_EXCLUSIVE, hazards)]


def alter(old: View, new: View, context: Context) -> Writing:
    """ALTER VIEW where only options differ, else CREATE OR REPLACE VIEW, which replaces all options as well."""
    if (old.definition, old.columns) != (new.definition, new.columns):
        hazard = Hazard(Danger.BEHAVIOUR, f"whoever reads {new.name} gets the rows of the new query")
        first = forward(new, context) if new.reads_itself else []
        return [*first, Statement(f"CREATE OR REPLACE {_definition(new)}", Lock.ACCESS_EXCLUSIVE, (hazard,))]
    return [*_alter_options(old, new), *_alter_check_option(old, new)]


def _alter_options(old: View, new: View) -> list[Statement]:
    """Reset and set again where SET alone, which appends, would leave another order than the new one."""
    if old.options == new.options:
        return []
    hazard = Hazard(Danger.ACCESS, "whose rights and row security the view is read with changes")
    before, after = ([option.split("=")[0] for option in view.options] for view in (old, new))
    appended = after[: len(before)] == before
    actions = [] if appended else [f"RESET ({', '.join(map(quote, before))})"]
    changed = [_option(option) for option in new.options if not appended or option not in old.options]
    actions += [f"SET ({', '.join(changed)})"] if changed else []
    return [Statement(f"ALTER VIEW {_name(new)} {action}", Lock.ACCESS_EXCLUSIVE, (hazard,)) for action in actions]


def _alter_check_option(old: View, new: View) -> list[Statement]:
    if old.check_option == new.check_option:
        return []
    hazard = Hazard(Danger.BEHAVIOUR, "which rows may be written through the view changes")
    action = f"SET (check_option={literal(new.check_option)})" if new.check_option else "RESET (check_option)"
    return [Statement(f"ALTER VIEW {_name(new)} {action}", Lock.ACCESS_EXCLUSIVE, (hazard,))]


def loses_columns(old: View, new: View, _context: Context) -> bool:
    """CREATE OR REPLACE VIEW may only append columns (42P16 otherwise)."""
    return new.columns[: len(old.columns)] != old.columns


def rename(view: View, name: str) -> Statement:
    """ALTER VIEW … RENAME TO."""
    hazard = Hazard(Danger.BREAKS_CODE, "code that uses the old name fails")
    return Statement(f"ALTER VIEW {_name(view)} RENAME TO {quote(name)}", Lock.ACCESS_EXCLUSIVE, (hazard,))


_ALTER = Alter(alter, replace_if=loses_columns)

KIND = Kind(
    name="view",
    model=View,
    identity=("schema", "name"),
    catalog="pg_class",
    query=query,
    create=create,
    drop=drop,
    alter={"definition": _ALTER, "columns": _ALTER, "options": _ALTER, "check_option": _ALTER}
    | {"reads_itself": Ignore("follows from the query", told=False)},
    code=frozenset({"definition", "columns"}),
    in_words={"columns": with_types},
    reference=lambda view: f"VIEW {_name(view)}",
    grantable=lambda view: f"TABLE {_name(view)}",
    slots=lambda view: [("relation", view.schema, view.name), ("type", view.schema, view.name)],
    forward=forward,
    loosen=forward,
    complete=complete,
    rename=rename,
)
