"""Foreign servers (pg_foreign_server)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import foreign_options
from driftwatch.kinds.parts.fragments import no_member
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import literal, quote

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.statement import Writing


class ForeignServer(NamedTuple):
    """A server; the version is a text that its wrapper may make something of."""

    name: str
    wrapper: str
    type: str | None
    version: str | None
    options: tuple[str, ...]


def query(_version: int) -> str:
    """Every server."""
    return f"""
        SELECT s.oid AS objid, s.srvname AS name, w.fdwname AS wrapper, s.srvtype AS type, s.srvversion AS version,
               {foreign_options.reading("s.srvoptions")} AS options
        FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
        WHERE {no_member("pg_foreign_server", "s.oid")}"""


def clean(server: ForeignServer, key: str) -> ForeignServer:
    """Without secrets."""
    return server._replace(options=foreign_options.conceal(server.options, key))


def reference(server: ForeignServer) -> str:
    """`SERVER billing`, as COMMENT ON and ALTER name it."""
    return f"SERVER {quote(server.name)}"


def create(server: ForeignServer, _context: Context) -> Writing:
    """CREATE SERVER."""
    words = f" TYPE {literal(server.type)}" if server.type is not None else ""
    words += f" VERSION {literal(server.version)}" if server.version is not None else ""
    options = foreign_options.clause(server.options)
    sql = f"CREATE {reference(server)}{words} FOREIGN DATA WRAPPER {quote(server.wrapper)}{options}"
    return [Statement(sql, hazards=foreign_options.secret_hazards(server.options))]


def alter(old: ForeignServer, new: ForeignServer, _context: Context) -> Writing:
    """VERSION and OPTIONS."""
    version = ""
    if old.version != new.version:
        version = f" VERSION {'NULL' if new.version is None else literal(new.version)}"
    options = foreign_options.change(old.options, new.options)
    hazard = Hazard(Danger.BEHAVIOUR, f"foreign tables of server {new.name} are read from elsewhere, or otherwise")
    changed = foreign_options.secret_hazards(set(new.options) - set(old.options))
    return [Statement(f"ALTER {reference(new)}{version}{options}", hazards=(hazard, *changed))]


def drop(server: ForeignServer, _context: Context) -> Writing:
    """DROP SERVER."""
    hazard = Hazard(Danger.BREAKS_CODE, f"nothing can be read from server {server.name} any more")
    return [Statement(f"DROP {reference(server)}", hazards=(hazard,))]


def rename(server: ForeignServer, name: str) -> Statement:
    """ALTER SERVER … RENAME TO."""
    return Statement(f"ALTER {reference(server)} RENAME TO {quote(name)}")


_ALTER = Alter(alter)

KIND = Kind(
    name="foreign_server",
    model=ForeignServer,
    identity=("name",),
    catalog="pg_foreign_server",
    query=query,
    clean=clean,
    create=create,
    drop=drop,
    alter={"wrapper": Replace(), "type": Replace(), "version": _ALTER, "options": _ALTER},
    reference=reference,
    grantable=lambda server: f"FOREIGN SERVER {quote(server.name)}",
    rename=rename,
)
