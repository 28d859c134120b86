"""What the shadow has to be given before a schema can be built on it: roles, tablespaces, extensions, collations."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.diff.tablespaces import tablespaces_of
from driftwatch.errors import PlanError
from driftwatch.kinds.parts.privileges import OWNER, PUBLIC
from driftwatch.model.key import Key
from driftwatch.model.verdict import WITHOUT_RIGHT, NotCovered
from driftwatch.verify.stand_ins import NAMED, Shortfall, named, roles_of, without

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from driftwatch.app.session import Session
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.verdict import Denied, Failure
    from driftwatch.shadow.contract import Shadow
    from driftwatch.shadow.extensions import StandIn
    from driftwatch.sources.read import Reading

EXTENSION = "extension"
ELSEWHERE = "the shadow has none apart from its databases' own, where what is in it was tried"


class Provision(NamedTuple):
    """How far it went."""

    stand_ins: tuple[str, ...] = ()
    not_covered: tuple[NotCovered, ...] = ()
    lacking: Shortfall = Shortfall()


def provide(shadow: Shadow, wanted: Iterable[Snapshot], readings: Iterable[Reading], session: Session) -> Provision:
    """See that the shadow has every role, tablespace and extension that the snapshots name."""
    snapshots = tuple(wanted)
    spaces = set[str]().union(*(tablespaces_of(snapshot, session.kinds) for snapshot in snapshots))
    # The shadow's databases are in pg_default themselves; where it is named, the schema's database is elsewhere.
    nowhere = (shadow.ensure_tablespaces(sorted(spaces)) if spaces else frozenset[str]()) | (spaces & {"pg_default"})
    missing = shadow.ensure_roles(sorted({role for snapshot in snapshots for role in roles(snapshot, session.kinds)}))
    names = {key.path[0] for snapshot in snapshots for key in snapshot.objects if key.kind == EXTENSION}
    made, lacking = _provide_extensions(shadow, names, readings, session) if names else ((), Shortfall())
    not_covered = [NotCovered(f"role {name}", "the shadow's server does not have it") for name in sorted(missing)]
    not_covered += [NotCovered(f"tablespace {name}", ELSEWHERE) for name in sorted(nowhere)]
    not_covered += [_hollow(stand_in) for stand_in in made if stand_in.uncovered]
    not_covered += [NotCovered(str(key), "the shadow's server does not have it") for key in sorted(lacking.absent)]
    stand_ins = tuple(f"{stand_in.kind} {stand_in.name}" for stand_in in made)
    return Provision(stand_ins, tuple(not_covered), replace(lacking, roles=missing, tablespaces=nowhere))


def require(provision: Provision, snapshots: Iterable[Snapshot], kinds: Sequence[Kind], what: str) -> None:
    """Refuse what takes the whole of these schemas, where a part cannot be built.

    Raises:
        PlanError: what can't be done, and what the shadow's server would have to have.
    """
    for snapshot in snapshots:
        away = snapshot.objects.keys() - without(snapshot, provision.lacking, kinds).objects.keys()
        if away:
            raise PlanError(f"{what}: {lacks(provision.lacking, away)}")


def lacks(lacking: Shortfall, away: AbstractSet[Key]) -> str:
    """Why these could not be tried, and what to do about it."""
    advice = "name a server that has what they need (shadow: in config.yaml)"
    if any(message.startswith(WITHOUT_RIGHT) for message in lacking.denied.values()):
        advice = "leave out shadow: in config.yaml for a private server, or name a role there that may make them"
    elif lacking.denied:
        advice = "try them by hand where the secret is known"
    return f"the shadow's server {lacking}, so {named(away)} could not be tried: {advice}"


def refused(denied: Iterable[Denied]) -> str:
    """Why these could not be tried for want of a right or a secret, and what to do about it."""
    words = dict(denied)
    return f"{lacks(Shortfall(denied=words), words.keys())} ({next(iter(words.values()))})"


def unbuilt(what: str, failure: Failure) -> PlanError:
    """What can't be done since a schema could not be built."""
    return PlanError(f"{what}: {refused(failure.denied) if failure.denied else f'{failure.stage}: {failure.message}'}")


def denials(denied: Mapping[Key, str], wanted: Iterable[Snapshot], kinds: Iterable[Kind]) -> Iterator[NotCovered]:
    """What the shadow refuses, all of a kind at once with the first refusal's words, and what goes with it."""
    by_kind: dict[str, list[Key]] = {}
    for key in sorted(denied):
        by_kind.setdefault(key.kind, []).append(key)
    for keys in by_kind.values():
        yield NotCovered(named(keys), denied[keys[0]])
    reached = {key for each in wanted for key in each.with_dependents(denied.keys() & each.objects.keys())}
    told = {kind.name for kind in kinds if not kind.about}
    if more := {key for key in reached - denied.keys() if key.kind in told}:
        yield NotCovered(named(more), "that depends on what the shadow refuses")


def roles(snapshot: Snapshot, kinds: Sequence[Kind]) -> set[str]:
    """Every role that an object names."""
    fields = {kind.name: kind.roles for kind in kinds if kind.roles}
    found = (roles_of(item, fields.get(key.kind, ())) for key, item in snapshot.objects.items())
    return set(chain.from_iterable(found)) - {PUBLIC, OWNER, "", None}


def _hollow(stand_in: StandIn) -> NotCovered:
    members = ", ".join(stand_in.uncovered[:NAMED]) + (" …" if len(stand_in.uncovered) > NAMED else "")
    count = len(stand_in.uncovered)
    reason = f"the shadow's server does not have it, and nothing stands in for {count} of its members ({members})"
    return NotCovered(f"what depends on extension {stand_in.name}", reason)


def _provide_extensions(
    shadow: Shadow, names: set[str], readings: Iterable[Reading], session: Session
) -> tuple[tuple[StandIn, ...], Shortfall]:
    """The stand-ins that there are now, and what is lacking all the same."""
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
    hollow = frozenset(Key(EXTENSION, (name,)) for name, stand_in in made.items() if stand_in.uncovered)
    absent = frozenset(Key(EXTENSION, (name,)) for name in provision.missing | (lacking.keys() - made.keys()))
    return tuple(made.values()), Shortfall(hollow, absent)
