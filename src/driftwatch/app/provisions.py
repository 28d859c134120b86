"""What the shadow has to be given before a schema can be built on it: roles, extensions, collations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.model.verdict import NotCovered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from driftwatch.app.session import Session
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.shadow.contract import Shadow
    from driftwatch.sources.read import Reading

PUBLIC = "public"


class Provision(NamedTuple):
    """How far it went."""

    stand_ins: tuple[str, ...] = ()
    not_covered: tuple[NotCovered, ...] = ()


def provide(shadow: Shadow, wanted: Iterable[Snapshot], readings: Iterable[Reading], session: Session) -> Provision:
    """See that the shadow has every role and extension that the snapshots name."""
    snapshots = tuple(wanted)
    missing = shadow.ensure_roles(sorted({role for snapshot in snapshots for role in roles(snapshot, session.kinds)}))
    not_covered = [NotCovered(f"role {name}", "the shadow's server does not have it") for name in sorted(missing)]
    names = {key.path[0] for snapshot in snapshots for key in snapshot.objects if key.kind == "extension"}
    stand_ins: list[str] = []
    if names:
        _provide_extensions(shadow, names, readings, session, stand_ins, not_covered)
    return Provision(tuple(stand_ins), tuple(not_covered))


def roles(snapshot: Snapshot, kinds: Sequence[Kind]) -> set[str]:
    """Every role that an object names."""
    fields = {kind.name: kind.roles for kind in kinds if kind.roles}
    found: set[str] = set()
    for key, item in snapshot.objects.items():
        for name in fields.get(key.kind, ()):
            value = getattr(item, name)
            found.update(value if isinstance(value, tuple) else (value,))
    return found - {PUBLIC, "", None}


def _provide_extensions(  # noqa: PLR0913, PLR0917  two of them collect what comes of it
    shadow: Shadow,
    names: set[str],
    readings: Iterable[Reading],
    session: Session,
    stand_ins: list[str],
    not_covered: list[NotCovered],
) -> None:
    from driftwatch.catalog.connection import connect
    from driftwatch.shadow.extensions import read_extensions

    lacking = shadow.lacking_extensions(names)
    described = {}
    for reading in readings:
        unknown = lacking.keys() - {name.removeprefix("extension ") for name in reading.stand_ins}
        if unknown and reading.conninfo is not None:
            with connect(reading.conninfo, "the live database", session.readers.timeouts) as connection:
                described.update({item.name: item for item in read_extensions(connection, unknown)})
    provision = shadow.provide_extensions(described.values())
    made = {stand_in.name: stand_in for stand_in in (*filter(None, lacking.values()), *provision.stand_ins)}
    for stand_in in made.values():
        stand_ins.append(f"{stand_in.kind} {stand_in.name}")
        not_covered += [
            NotCovered(member, f"a member of {stand_in.name}, which the shadow lacks") for member in stand_in.uncovered
        ]
    for name in sorted(provision.missing | (lacking.keys() - made.keys())):
        not_covered.append(NotCovered(f"extension {name}", "the shadow's server does not have it"))
