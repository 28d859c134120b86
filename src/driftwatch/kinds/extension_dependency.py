"""What goes along with an extension that it is no member of (pg_depend, deptype x): ALTER … DEPENDS ON EXTENSION."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts import about
from driftwatch.model.key import Key
from driftwatch.model.kind import Kind
from driftwatch.model.statement import Danger, Hazard, Implied, Lock, Statement
from driftwatch.sql import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing


class ExtensionDependency(NamedTuple):
    """An object (a routine, trigger, index or materialized view) and the extension that it is dropped with."""

    target: Key
    part: str
    extension: str


def query(_version: int) -> str:
    """Every dependency that somebody declared."""
    rows = """
        SELECT DISTINCT x.classid, x.objid, x.objsubid, e.extname AS extension
        FROM pg_depend x JOIN pg_extension e ON e.oid = x.refobjid
        WHERE x.refclassid = 'pg_extension'::regclass AND x.deptype = 'x'"""
    return about.placed(rows, "d.extension")


def _write(dependency: ExtensionDependency, verb: str, hazards: tuple[Hazard, ...], context: Context) -> Writing:
    subject = about.subject(dependency.target, dependency.part, context)
    if subject is None:
        return Implied(by=dependency.target)
    sql = f"ALTER {subject} {verb} ON EXTENSION {quote(dependency.extension)}"
    return [Statement(sql, Lock.ACCESS_EXCLUSIVE, hazards)]


def create(dependency: ExtensionDependency, context: Context) -> Writing:
    """DEPENDS ON EXTENSION."""
    hazard = Hazard(Danger.BEHAVIOUR, f"DROP EXTENSION {dependency.extension} drops {dependency.target} from now on")
    hazards = () if dependency.target in context.made else (hazard,)
    return _write(dependency, "DEPENDS", hazards, context)


def drop(dependency: ExtensionDependency, context: Context) -> Writing:
    """NO DEPENDS ON EXTENSION."""
    return _write(dependency, "NO DEPENDS", (), context)


def needs(dependency: ExtensionDependency, _snapshot: Snapshot) -> Iterable[Key]:
    """The extension."""
    return [Key("extension", (dependency.extension,))]


KIND = Kind(
    name="extension_dependency",
    model=ExtensionDependency,
    identity=("target", "part", "extension"),
    query=query,
    create=create,
    drop=drop,
    alter={},
    about=True,
    needs=needs,
    reaches=frozenset({"extension"}),
)
