"""Extensions (pg_extension); their members are not the user's and come with CREATE EXTENSION."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Ignore
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class Extension(NamedTuple):
    """An extension; the schema is None where the extension brings its own."""

    name: str
    schema: str | None
    version: str
    relocatable: bool


def query(_version: int) -> str:
    """Every extension."""
    return """
        SELECT e.oid AS objid, e.extname AS name,
               CASE WHEN NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass
                                     AND d.objid = e.extnamespace AND d.deptype = 'e') THEN n.nspname END AS schema,
               e.extversion AS version, e.extrelocatable AS relocatable
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"""


def reference(extension: Extension) -> str:
    """`EXTENSION pg_trgm`."""
    return f"EXTENSION {quote(extension.name)}"


def create(extension: Extension, _context: Context) -> Writing:
    """CREATE EXTENSION in the version that the server offers, as pg_dump does it."""
    schema = f" SCHEMA {quote(extension.schema)}" if extension.schema else ""
    return [Statement(f"CREATE {reference(extension)}{schema}")]


def drop(extension: Extension, _context: Context) -> Writing:
    """DROP EXTENSION, which fails while anything that was not dropped needs it."""
    hazards = (
        Hazard(Danger.BREAKS_CODE, f"functions, types and operators of extension {extension.name} are gone"),
        Hazard(Danger.DATA_LOSS, f"tables that extension {extension.name} brought are gone with their rows"),
    )
    return [Statement(f"DROP {reference(extension)}", hazards=hazards)]


def alter_schema(_old: Extension, new: Extension, _context: Context) -> Writing:
    """SET SCHEMA, which moves all members."""
    hazard = Hazard(Danger.BREAKS_CODE, f"code that finds extension {new.name} in its old schema fails")
    return [Statement(f"ALTER {reference(new)} SET SCHEMA {quote(new.schema or '')}", hazards=(hazard,))]


def _fixed(old: Extension, new: Extension, _context: Context) -> bool:
    """Whether the extension can't be moved to where the new one is."""
    return not (old.relocatable and new.schema)


KIND = Kind(
    name="extension",
    model=Extension,
    identity=("name",),
    catalog="pg_extension",
    query=query,
    create=create,
    drop=drop,
    alter={
        "schema": Alter(alter_schema, replace_if=_fixed),
        "version": Ignore("which versions there are is the server's; ALTER EXTENSION … UPDATE is a person's decision"),
        "relocatable": Ignore("follows from the extension's version", told=False),
    },
    reference=reference,
)
