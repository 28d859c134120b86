"""The proof of a migration and its rollback.

Both schemas are built on the shadow, each in a database of its own. The migration is applied to a copy of the actual
one, which then has to read back, and to be dumped by `pg_dump`, like the desired one; after the rollback, like the
actual one.
"""

from __future__ import annotations

from concurrent.futures import wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from driftwatch.background import started
from driftwatch.diff.compare import compare, drift
from driftwatch.model.verdict import Failure
from driftwatch.verify import build
from driftwatch.verify.closure import restricted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from psycopg import Connection

    from driftwatch.model.change import Change
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.plan import Plan
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.observer.dump import Conninfo
    from driftwatch.shadow.contract import Shadow, ShadowDatabase

SHOWN = 5
"""How many left-over differences a failure names."""


@dataclass(frozen=True)
class Built:
    """A schema that stands on the shadow: its database, and what is read back from it."""

    database: ShadowDatabase
    snapshot: Snapshot


def build_on(  # noqa: PLR0913  the last two are for parts, and for shadows that lack something
    shadow: Shadow,
    wanted: Snapshot,
    kinds: Sequence[Kind],
    stage: str,
    *,
    within: frozenset[Key] | None = None,
    collations: Iterable[str] = (),
) -> Built | Failure:
    """The schema in a new database of the shadow, or why it could not be built.

    Args:
        shadow: where.
        wanted: the schema, or a part of one.
        kinds: every kind.
        stage: what is done, for a failure.
        within: the keys that the part is of; None for the whole.
        collations: those of `pg_catalog` that the schema mentions and the shadow may lack.
    """
    database = shadow.create_database()
    if collations:
        shadow.provide_collations(database, collations)
    found = build.build(database, wanted, kinds, within)
    if isinstance(found, build.Refused):
        return Failure(stage, found.sql, found.message, found.denied)
    return Built(database, found)


def complete(database: ShadowDatabase, original: Built, kinds: Sequence[Kind]) -> Failure | None:
    """Give a copied database what stands in catalogues of the whole cluster, and so was not copied."""
    shared = [kind for kind in kinds if kind.shared]
    keys = original.snapshot.keys_by_kind
    theirs = restricted(original.snapshot, {key for kind in shared for key in keys.get(kind.name, ())})
    if not drift(compare(build.snapshot_of(database, shared), theirs, shared)):
        return None
    found = build.build(database, original.snapshot, kinds)
    if isinstance(found, build.Refused):
        return Failure("copying the actual schema on the shadow", found.sql, found.message, found.denied)
    return None


def prove(  # noqa: PLR0913, PLR0917  two schemas, two plans, and where and of what
    shadow: Shadow,
    actual: Built,
    desired: Built,
    migration: Plan,
    rollback: Plan,
    kinds: Sequence[Kind],
    *,
    rights: bool = True,
) -> tuple[Failure, ...]:
    """What goes wrong with the migration and its rollback; nothing when they are proved.

    Without `rights` owners and grants are left out, as where the shadow's role has default privileges of its own.
    """
    with shadow.create_database(template=actual.database.name) as database:
        failure = complete(database, actual, kinds)
        for plan, expected, stage in ((migration, desired, "migration"), (rollback, actual, "rollback")):
            failure = failure or _tried(database, plan, expected, kinds, f"applying the {stage}", rights=rights)
    return (failure,) if failure else ()


def _tried(  # noqa: PLR0913  what is applied where, what should be there then, and how that is looked at
    database: ShadowDatabase, what: Plan, expected: Built, kinds: Sequence[Kind], stage: str, *, rights: bool
) -> Failure | None:
    """What goes wrong with one way: in a session of its own, in which what the database sets for sessions holds."""
    with build.connected(database) as connection:
        refused = build.apply_on(connection, what)
        if refused:
            return Failure(stage, refused.sql, refused.message, refused.denied)
        return _outcome(connection, database, expected, kinds, stage, rights=rights)


def outcome_of(
    database: ShadowDatabase, expected: Built, kinds: Sequence[Kind], stage: str, *, rights: bool = True
) -> Failure | None:
    """What is wrong with a database that should now be like another: read back, and at the same time dumped.

    Without `rights` owners and grants are left out: what another role creates is another's.
    """
    with build.connected(database) as connection:
        return _outcome(connection, database, expected, kinds, stage, rights=rights)


def _outcome(  # noqa: PLR0913  what is held against what, and how
    connection: Connection,
    database: ShadowDatabase,
    expected: Built,
    kinds: Sequence[Kind],
    stage: str,
    *,
    rights: bool,
) -> Failure | None:
    optional = {kind.name for kind in kinds if kind.optional}
    observing = started(observed, expected.database.conninfo, database, stage, rights=rights)
    try:
        changes = drift(compare(build.read_back(connection, kinds), expected.snapshot, kinds))
    finally:
        wait([observing])
    left = [change for change in changes if rights or change.key.kind not in optional]
    if left:
        return Failure(f"reading back after {stage}", "", _named(left))
    return observing.result()


def observed(  # noqa: PLR0913  what is held against what, and three ways of looking
    expected: Conninfo,
    database: ShadowDatabase,
    stage: str,
    *,
    rights: bool = True,
    owners: bool = True,
    copy: bool = False,
) -> Failure | None:
    """What `pg_dump` says of the database that it does not say of the expected one.

    Args:
        expected: what should be.
        database: what is held against it.
        stage: what was done, for the failure.
        rights: whether owners and privileges count.
        owners: whether owners do, where rights count.
        copy: whether the database is our copy of the expected one, without its secrets.

    Raises:
        ObserverError: one of the two can't be dumped.
    """
    from driftwatch.observer.compare import render
    from driftwatch.observer.dump import DumpOptions
    from driftwatch.observer.observe import observe

    pg_dump = database.shadow.binaries.program("pg_dump")
    options = DumpOptions(owners=rights and owners, privileges=rights)
    disagreements = observe(expected, database.conninfo, pg_dump, options, copy=copy)
    if not disagreements:
        return None
    named = "; ".join(map(str, disagreements[:SHOWN]))
    return Failure(f"pg_dump after {stage}", render(disagreements, "expected", "found"), named)


def _named(changes: Iterable[Change]) -> str:
    changes = tuple(changes)
    words = [f"{change.verb} {change.key}" + _attributes(change) for change in changes[:SHOWN]]
    more = f" and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
    return f"still to do: {'; '.join(words)}{more}"


def _attributes(change: Change) -> str:
    names = ", ".join(attribute.name for attribute in change.attributes)
    return f" ({names})" if names else ""
