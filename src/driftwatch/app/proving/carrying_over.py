"""`schema_map`: the desired schema under the names that its schemas have on the actual side.

A schema's name stands in views, defaults and checks, and only PostgreSQL knows where. So a copy of the desired schema
is built on the shadow, its schemas are renamed there, and it is read back; from there on the copy is the desired side.
Bodies of routines are text to PostgreSQL: the names in them stay.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from driftwatch.app.proving.copied import like_original
from driftwatch.app.proving.faithful import hold_against
from driftwatch.app.proving.provisions import provide, require, unbuilt
from driftwatch.config import Verify
from driftwatch.diff.ignore import fits
from driftwatch.errors import ConfigError, PlanError
from driftwatch.model.key import Key
from driftwatch.model.plan import Plan, Step, Transaction
from driftwatch.model.statement import Statement
from driftwatch.model.verdict import Failure
from driftwatch.sql import quote
from driftwatch.verify import build
from driftwatch.verify.prove import build_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from driftwatch.app.session import Session
    from driftwatch.config import TargetPair
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.shadow.contract import Shadow
    from driftwatch.sources.read import Reading
    from driftwatch.verify.prove import Built


def carry_over(desired: Reading, actual: Reading, pair: TargetPair, depth: Verify, session: Session) -> Reading:
    """The desired side with its schemas renamed as the map says; one that has none of them is left as it is.

    Args:
        desired: as it was read.
        actual: as it was read: its server's major is the right one for the shadow.
        pair: with the map, the desired side's names to those of the actual side, and the schemas that are compared.
        depth: how deep the proof goes: for a full one the copy is held against the original.
        session: the kinds and the shadow.

    Raises:
        ConfigError: a name is taken, or the reader does not see enough to build a copy.
        PlanError: the copy could not be built, or is not like the original.
    """
    names = {old: new for old, new in pair.schema_map.items() if Key("schema", (old,)) in desired.snapshot.objects}
    if not names:
        return desired
    names |= _set_aside(desired.snapshot, names, pair.desired.schemas)
    if desired.snapshot.sees is not None:
        raise ConfigError(f"schema_map can't be followed with `reader: {desired.snapshot.reader}`: it sees too little")
    shadow = session.shadow(actual.snapshot.server.major)
    provision = provide(shadow, (desired.snapshot,), (desired,), session)
    require(provision, (desired.snapshot,), session.kinds, "schema_map could not be followed")
    built = build_on(shadow, desired.snapshot, session.kinds, "copying the desired schema to the shadow")
    if isinstance(built, Failure):
        raise unbuilt("schema_map could not be followed", built)
    with built.database:
        likeness = _likeness(shadow, built, desired, session) if depth is Verify.FULL else None
        after = _renamed(built, names, session)
    schemas = {new: old for old, new in names.items()}
    snapshot = replace(
        desired.snapshot,
        objects=dict(like_original(desired.snapshot, built.snapshot, after, partial(_was, schemas=schemas))),
        read_edges=lambda _: after.edges,
    )
    stand_ins = (*desired.stand_ins, *provision.stand_ins)
    return replace(desired, snapshot=snapshot, stand_ins=stand_ins, likeness=likeness)


def _set_aside(snapshot: Snapshot, names: Mapping[str, str], compared: Sequence[str]) -> Mapping[str, str]:
    """Names for schemas that are not compared and bear a name that another one gets, such as those of other tenants."""
    aside: dict[str, str] = {}
    for old, new in names.items():
        if new in names or Key("schema", (new,)) not in snapshot.objects:
            continue
        if not compared or any(fits(pattern, new) for pattern in compared):
            raise ConfigError(
                f"schema_map calls {old} {new}, and the desired side has a schema {new} already:"
                f" limit that side to what is compared (schemas: [{old}], or ?schema={old})"
            )
        aside[new] = f"driftwatch_beside_{len(aside)}"
    return aside


def _likeness(shadow: Shadow, built: Built, desired: Reading, session: Session) -> str:
    found = hold_against(shadow, "desired", built, desired, session.kinds)
    if isinstance(found, Failure):
        raise PlanError(f"schema_map could not be followed: {found.stage}: {found.message}")
    return found or ""


def _renamed(built: Built, names: Mapping[str, str], session: Session) -> Snapshot:
    refused = build.apply(built.database, Plan((Transaction(tuple(_steps(names))),)))
    if refused:
        raise PlanError(f"schema_map could not be followed: {refused.message}")
    return build.snapshot_of(built.database, session.kinds)


def _steps(names: Mapping[str, str]) -> Iterator[Step]:
    """By way of names that nobody has: two schemas may swap theirs."""
    between = {old: f"driftwatch_between_{number}" for number, old in enumerate(names)}
    for old, name in between.items():
        yield _step(old, name)
    for old, name in between.items():
        yield _step(name, names[old])


def _step(old: str, new: str) -> Step:
    return Step(Key("schema", (old,)), "alter", Statement(f"ALTER SCHEMA {quote(old)} RENAME TO {quote(new)}"))


def _was(key: Key, schemas: Mapping[str, str]) -> Key:
    """What is in a schema bears its name first."""
    return Key(key.kind, (schemas.get(key.path[0], key.path[0]), *key.path[1:])) if key.path else key
