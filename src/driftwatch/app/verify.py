"""`driftwatch verify`: a proof for a migration that somebody wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from driftwatch.app.progress import Progress
from driftwatch.app.proving.building import Building
from driftwatch.app.proving.carrying_over import carry_over
from driftwatch.app.proving.provisions import provide, require
from driftwatch.app.session import Session
from driftwatch.diff.scope import effective
from driftwatch.model.verdict import Failure, Outcome, Verdict
from driftwatch.shadow.ownership import let_owner_alter_all
from driftwatch.shadow.psql import run_psql
from driftwatch.verify.prove import Built, complete, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.config import Config, VerifyRequest


def verify(request: VerifyRequest, config: Config) -> int:
    """Apply the file to a rebuild of the actual schema, read back, compare with the desired one; then the way back.

    Returns:
        The exit code: 0 proved, 1 not.

    Raises:
        DriftwatchError: a side can't be read, or no shadow can be had.
    """
    with Session(config) as session, Progress() as progress:
        verdict = _verdict(request, session, progress)
    click.echo(f"{request.migration}: {verdict.sentence}")
    for failure in verdict.failures:
        if failure.sql:
            click.echo(failure.sql, err=True)
    for what, reason in verdict.not_covered:
        click.echo(f"not covered: {what}: {reason}")
    return 0 if verdict.outcome is Outcome.PROVED else 1


def _verdict(request: VerifyRequest, session: Session, progress: Progress) -> Verdict:
    pair = request.pair
    progress.stage(f"reading {pair.desired.name} and {pair.actual.name}")
    desired, actual = session.readers.read_all([pair.desired.source, pair.actual.source])
    desired = carry_over(desired, actual, pair, request.verify, session)
    wanted, there, *_ = effective(desired.snapshot, actual.snapshot, session.kinds, request, session.config)
    shadow = session.shadow(actual.snapshot.server.major)
    provision = provide(shadow, (wanted, there), (desired, actual), session)
    require(provision, (wanted, there), session.kinds, "no migration can be tried")
    progress.stage("building both schemas on the shadow")
    building = Building(shadow, session.kinds, provision)
    goal, start = building.build({"desired": wanted, "actual": there})
    failures = [result for result in (goal, start) if isinstance(result, Failure)]
    if isinstance(goal, Built) and isinstance(start, Built):
        progress.stage("proving the migration")
        failures = list(_tried(request, session, goal, start))
    return Verdict(
        Outcome.FAILED if failures else Outcome.PROVED,
        shadow_major=shadow.major,
        server_major=actual.snapshot.server.major,
        failures=tuple(failures),
        not_covered=tuple(building.not_covered),
        stand_ins=tuple(building.stand_ins),
    )


def _tried(request: VerifyRequest, session: Session, goal: Built, start: Built) -> Iterator[Failure]:
    """Run the file, compare with the goal; run the way back, compare with the start."""
    with start.database.shadow.create_database(template=start.database.name) as database:
        if failure := complete(database, start, session.kinds):
            yield failure
            return
        let_owner_alter_all(database)
        for file, expected in ((request.migration, goal), (request.rollback, start)):
            if file is None:
                continue
            refusals = run_psql(database, file.read_bytes().splitlines(keepends=True))
            if refusals:
                refusal = refusals[0]
                yield Failure(f"{file}, line {refusal.line}", refusal.excerpt, refusal.message)
                return
            if failure := outcome_of(database, expected, session.kinds, str(file), rights=False):
                yield failure
                return
