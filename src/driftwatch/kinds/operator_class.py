"""Operator classes with the operators and functions that they bring (pg_opclass, pg_amop, pg_amproc)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds import operator_family
from driftwatch.kinds.parts.fragments import USER_SCHEMA, no_member
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import qualify, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class OperatorClass(NamedTuple):
    """An operator class; members as CREATE OPERATOR CLASS writes them, by number."""

    schema: str
    name: str
    method: str
    type: str
    default: bool
    family: str
    storage: str | None
    operators: tuple[str, ...]
    functions: tuple[str, ...]


# A member is a class's where pg_depend says so; the others are the family's own (dumpOpclass() of pg_dump).
_OPERATORS = """array(
    SELECT 'OPERATOR ' || a.amopstrategy || ' ' || a.amopopr::regoperator || coalesce(' FOR ORDER BY ' || (
               SELECT quote_ident(sn.nspname) || '.' || quote_ident(s.opfname) FROM pg_opfamily s
               JOIN pg_namespace sn ON sn.oid = s.opfnamespace WHERE s.oid = a.amopsortfamily), '')
    FROM pg_amop a JOIN pg_depend d ON d.classid = 'pg_amop'::regclass AND d.objid = a.oid
    WHERE d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid
    ORDER BY a.amopstrategy, a.amopopr::regoperator::text)"""
_FUNCTIONS = """array(
    SELECT format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, NULL),
                  format_type(a.amprocrighttype, NULL), a.amproc::regprocedure)
    FROM pg_amproc a JOIN pg_depend d ON d.classid = 'pg_amproc'::regclass AND d.objid = a.oid
    WHERE d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid
    ORDER BY a.amprocnum, a.amproc::regprocedure::text)"""


def query(_version: int) -> str:
    """Every operator class."""
    return f"""
        SELECT c.oid AS objid, n.nspname AS schema, c.opcname AS name, m.amname AS method,
               format_type(c.opcintype, NULL) AS type, c.opcdefault AS "default",
               (SELECT quote_ident(fn.nspname) || '.' || quote_ident(f.opfname) FROM pg_opfamily f
                JOIN pg_namespace fn ON fn.oid = f.opfnamespace WHERE f.oid = c.opcfamily) AS family,
               format_type(nullif(c.opckeytype, 0), NULL) AS storage,
               {_OPERATORS} AS operators, {_FUNCTIONS} AS functions
        FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace JOIN pg_am m ON m.oid = c.opcmethod
        WHERE {USER_SCHEMA} AND {no_member("pg_opclass", "c.oid")}"""


def reference(class_: OperatorClass) -> str:
    """`OPERATOR CLASS public.numbers USING btree`."""
    return f"OPERATOR CLASS {qualify(class_.schema, class_.name)} USING {quote(class_.method)}"


def create(class_: OperatorClass, _context: Context) -> Writing:
    """CREATE OPERATOR CLASS; it must list something, if only that it stores the type itself."""
    storage = class_.storage or (None if class_.operators or class_.functions else class_.type)
    members = [*([f"STORAGE {storage}"] if storage else []), *class_.operators, *class_.functions]
    default = "DEFAULT " if class_.default else ""
    head = f"CREATE OPERATOR CLASS {qualify(class_.schema, class_.name)} {default}FOR TYPE {class_.type}"
    method = f"USING {quote(class_.method)} FAMILY {class_.family}"
    return [Statement(f"{head} {method} AS {', '.join(members)}")]


def drop(class_: OperatorClass, _context: Context) -> Writing:
    """DROP OPERATOR CLASS."""
    hazard = Hazard(Danger.BREAKS_CODE, f"code that makes indexes by operator class {class_.name} fails")
    return [Statement(f"DROP {reference(class_)}", hazards=(hazard,))]


def slots(class_: OperatorClass) -> list[tuple[str, ...]]:
    """One class is the default for a type and a method; a family has each strategy for a type once."""
    default = [("default operator class", class_.method, class_.type)] if class_.default else []
    return [operator_family.place(class_.family, class_.method, class_.type), *default]


def rename(class_: OperatorClass, name: str) -> Statement:
    """ALTER OPERATOR CLASS … RENAME TO."""
    return Statement(f"ALTER {reference(class_)} RENAME TO {quote(name)}")


KIND = Kind(
    name="operator_class",
    model=OperatorClass,
    identity=("schema", "name", "method"),
    catalog="pg_opclass",
    query=query,
    needs_superuser=lambda _item, _version: True,
    create=create,
    drop=drop,
    alter=dict.fromkeys(("type", "default", "family", "storage", "operators", "functions"), Replace()),
    reference=reference,
    slots=slots,
    rename=rename,
)
