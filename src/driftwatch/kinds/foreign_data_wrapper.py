"""Foreign-data wrappers (pg_foreign_data_wrapper)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import foreign_options
from driftwatch.kinds.parts.fragments import no_member
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class ForeignDataWrapper(NamedTuple):
    """A wrapper: its functions by name."""

    name: str
    handler: str | None
    validator: str | None
    options: tuple[str, ...]


def query(_version: int) -> str:
    """Every wrapper that no extension brought."""
    return f"""
        SELECT w.oid AS objid, w.fdwname AS name,
               CASE WHEN w.fdwhandler <> 0 THEN w.fdwhandler::regproc::text END AS handler,
               CASE WHEN w.fdwvalidator <> 0 THEN w.fdwvalidator::regproc::text END AS validator,
               {foreign_options.reading("w.fdwoptions")} AS options
        FROM pg_foreign_data_wrapper w
        WHERE {no_member("pg_foreign_data_wrapper", "w.oid")}"""


def clean(wrapper: ForeignDataWrapper, key: str) -> ForeignDataWrapper:
    """Without secrets."""
    return wrapper._replace(options=foreign_options.conceal(wrapper.options, key))


def reference(wrapper: ForeignDataWrapper) -> str:
    """`FOREIGN DATA WRAPPER files`."""
    return f"FOREIGN DATA WRAPPER {quote(wrapper.name)}"


def create(wrapper: ForeignDataWrapper, _context: Context) -> Writing:
    """CREATE FOREIGN DATA WRAPPER."""
    functions = f" HANDLER {wrapper.handler}" if wrapper.handler else ""
    functions += f" VALIDATOR {wrapper.validator}" if wrapper.validator else ""
    sql = f"CREATE {reference(wrapper)}{functions}{foreign_options.clause(wrapper.options)}"
    return [Statement(sql, hazards=foreign_options.secret_hazards(wrapper.options))]


def alter(old: ForeignDataWrapper, new: ForeignDataWrapper, _context: Context) -> Writing:
    """HANDLER, VALIDATOR and OPTIONS."""
    words = ""
    if old.handler != new.handler:
        words += f" HANDLER {new.handler}" if new.handler else " NO HANDLER"
    if old.validator != new.validator:
        words += f" VALIDATOR {new.validator}" if new.validator else " NO VALIDATOR"
    options = foreign_options.change(old.options, new.options)
    hazard = Hazard(Danger.BEHAVIOUR, f"foreign tables of wrapper {new.name} are read otherwise")
    changed = foreign_options.secret_hazards(set(new.options) - set(old.options))
    return [Statement(f"ALTER {reference(new)}{words}{options}", hazards=(hazard, *changed))]


def drop(wrapper: ForeignDataWrapper, _context: Context) -> Writing:
    """DROP FOREIGN DATA WRAPPER."""
    hazard = Hazard(Danger.BREAKS_CODE, f"code that makes servers of wrapper {wrapper.name} fails")
    return [Statement(f"DROP {reference(wrapper)}", hazards=(hazard,))]


def rename(wrapper: ForeignDataWrapper, name: str) -> Statement:
    """ALTER FOREIGN DATA WRAPPER … RENAME TO."""
    return Statement(f"ALTER {reference(wrapper)} RENAME TO {quote(name)}")


KIND = Kind(
    name="foreign_data_wrapper",
    model=ForeignDataWrapper,
    identity=("name",),
    catalog="pg_foreign_data_wrapper",
    query=query,
    needs_superuser=lambda _item, _version: True,
    clean=clean,
    create=create,
    drop=drop,
    alter=dict.fromkeys(("handler", "validator", "options"), Alter(alter)),
    owned_by_superusers=True,
    reference=reference,
    grantable=reference,
    rename=rename,
)
