"""`driftwatch migrate`: the next migration of a directory, written in its tool's format and proved there."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from driftwatch.app.comparison.comparing import compare_sides
from driftwatch.app.comparison.reading import read_sides
from driftwatch.app.migrating.books import books_of
from driftwatch.app.migrating.directory import comparison_request, declared, directory_for, session_with, status_of
from driftwatch.app.progress import Progress
from driftwatch.app.proving.stages import built_stages, ways_back
from driftwatch.app.session import Session
from driftwatch.config import Verify
from driftwatch.errors import MigrationError, PlanError
from driftwatch.migrations.draft import Draft, check_name
from driftwatch.migrations.model import State
from driftwatch.model.change import Verb
from driftwatch.model.verdict import Outcome
from driftwatch.plan.script import meant, one_line, statement_lines
from driftwatch.protection import reach
from driftwatch.report.display import visible
from driftwatch.sources.locate import LiveSource
from driftwatch.sql import quote_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from driftwatch.config import Config, Target
    from driftwatch.config.workflow import MigrateRequest
    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.status import Status
    from driftwatch.model.comparison import Comparison
    from driftwatch.model.key import Key
    from driftwatch.model.plan import Plan, Transaction
    from driftwatch.model.snapshot import Snapshot

_NAMED = 5
"""Objects that a message names."""
_ROUTINES = frozenset({"function", "procedure", "aggregate"})
"""Kinds whose bodies may name what is made after them."""


def migrate(request: MigrateRequest, config: Config) -> int:
    """Write the migration, replay the directory with it, write it down in the desired database.

    Returns:
        The exit code: 0, also where there is nothing to migrate.

    Raises:
        ConfigError: the name is empty.
        MigrationError: the desired database lacks migrations, or the directory does not make its schema afterwards.
        PlanError: the migration was not proved.
    """
    name, advice = check_name(request.name)
    if advice:
        click.echo(visible(advice), err=True)
    directory = directory_for(request.desired, config, request.migrations)
    forgets = _refuse_behind(request, directory, config)
    with Session(config) as session, Progress() as progress:
        base = request.base or declared(directory, request.desired)
        wanted = comparison_request(request.desired, base, config, request.verify)
        readings = read_sides(wanted, session, progress)
        comparison = compare_sides(readings, wanted, session, progress)
        if not comparison.findings:
            click.echo(visible(f"{base.name} and {request.desired.name} are alike: nothing to migrate"), err=True)
            return 0
        if comparison.verdict.outcome is not Outcome.PROVED and not request.unproved:
            raise PlanError(f"nothing was written: {comparison.verdict.sentence}")
        if forgets:
            _tell_drops(request, comparison)
        drafts = _drafts(name, comparison)
        if len(drafts) > 1 and request.base is None:
            with _written(directory, drafts, keep=False):
                backs = ways_back(_replayed_stages(directory, session, request.desired), session)
            drafts = _drafts(name, comparison, backs)
        elif len(drafts) > 1:
            stages = built_stages(readings, comparison.migration.transactions, session)
            drafts = _drafts(name, comparison, ways_back(stages, session))
        with _written(directory, drafts) as files:
            made = directory.read_again()
            _prove(request, made, session, progress)
    for file in files:
        click.echo(visible(f"wrote {file}"), err=True)
    _record(request, made, directory, config)
    return 0


def _refuse_behind(request: MigrateRequest, directory: Directory, config: Config) -> bool:
    """What is pending in dev would be taken for something it gave up; what is in a base would come to that twice.

    Returns:
        Whether the desired database remembers no migration, so that nobody knows which of them it lacks.
    """
    source, base = request.desired.source, request.base
    if base is None and isinstance(source, LiveSource):
        with session_with(source, config) as connection:
            found = status_of(connection, directory, source)
            if names := _lacking(found):
                raise MigrationError(
                    f"{request.desired.name} does not have {names} yet: deploy it there first, then migrate"
                )
            return bool(directory.migrations) and not found.history
    if base and isinstance(base.source, LiveSource):
        with reach(base.source, config.timeouts.connect) as connection:
            if names := _lacking(status_of(connection, directory, base.source)):
                raise MigrationError(
                    f"{base.name} does not have {names} yet, and would get from the new migration what is in there as "
                    f"well: deploy it there first, or leave --from out to start where the directory's migrations end"
                )
    return False


def _tell_drops(request: MigrateRequest, comparison: Comparison) -> None:
    """What it lacks of the directory was taken from it, or has never come to it.

    Raises:
        MigrationError: the database is protected: prod is behind rather than ahead.
    """
    dropped = [str(finding.change.key) for finding in comparison.findings if finding.change.verb is Verb.DROP]
    if not dropped:
        return
    name, more = request.desired.name, f" and {len(dropped) - _NAMED:,} more" if len(dropped) > _NAMED else ""
    told = f"{name} remembers no migration, and lacks what the directory makes: {', '.join(dropped[:_NAMED])}{more}"
    if request.desired.protected:
        raise MigrationError(
            f"{told}; a migration would drop that: say which ones it has by 'driftwatch resolve <migration> --database "
            f"{name} --applied', or start at a database by --from"
        )
    click.echo(visible(f"{told}: the new migration drops that"), err=True)


def _lacking(found: Status) -> str:
    """The migrations that a database with a history does not have, or has half."""
    due = [entry.name for entry in found.entries if entry.state.due or entry.state is State.FAILED]
    return ", ".join(due) if found.history else ""


# What is written


def _drafts(name: str, comparison: Comparison, backs: Sequence[Plan] = ()) -> list[Draft]:
    """A migration for each transaction; the way back of one alone is known without being asked for."""
    transactions = comparison.migration.transactions
    alone = len(transactions) == 1
    known: Sequence[Plan | None] = [comparison.rollback] if alone else backs or [None] * len(transactions)
    return [
        _draft(name, comparison, transaction, back, place, len(transactions))
        for place, (transaction, back) in enumerate(zip(transactions, known, strict=True))
    ]


def _draft(  # noqa: PLR0913, PLR0917 - what, out of which whole, with which way back, and which of how many
    name: str, comparison: Comparison, transaction: Transaction, back: Plan | None, place: int, count: int
) -> Draft:
    returning = back.transactions if back else ()
    return Draft(
        name=f"{name}_{place + 1}" if place else name,
        at=comparison.at.astimezone(UTC) if comparison.at else datetime.now(UTC),
        place=place,
        header=tuple(_header(name, comparison, transaction, place, count, one_way=back is None)),
        up=_text(transaction),
        down="".join(_text(each) for each in returning),
        block=transaction.block,
        up_statements=tuple(_statements(transaction)),
        down_statements=tuple(sql for each in returning for sql in _statements(each)),
        down_block=all(each.block for each in returning),
        more=place + 1 < count,
        made=tuple(_made(transaction)),
    )


def _made(transaction: Transaction) -> Iterator[Key]:
    """What is created and not dropped again."""
    last = {step.key: step.verb for step in transaction.steps}
    return (key for key, verb in last.items() if verb == "create")


def _header(  # noqa: PLR0913 - what, out of which whole, which of how many, and whether it has a way back
    name: str, comparison: Comparison, transaction: Transaction, place: int, count: int, *, one_way: bool
) -> Iterator[str]:
    part = f" ({place + 1} of {count})" if count > 1 else ""
    yield f"{name.replace('_', ' ')}{part}"
    yield f"from {one_line(comparison.actual.name)} to {one_line(comparison.desired.name)}, by driftwatch"
    hazards = dict.fromkeys(hazard for step in transaction.steps for hazard in step.statement.hazards)
    yield from (f"{hazard.danger.level}: {hazard.danger.title}: {one_line(hazard.message)}" for hazard in hazards)
    yield f"verdict: {one_line(comparison.verdict.sentence)}"
    if one_way:
        yield "no way back is written: the schema to start from could not be built on the shadow"


def _settings(transaction: Transaction) -> list[str]:
    """What the statements need, gone with their transaction: the tool writes its own table in the same one."""
    if not transaction.block:
        return []
    wanted = []
    if any(step.key.kind in _ROUTINES for step in transaction.steps):
        wanted.append("SET LOCAL check_function_bodies = off")
    if transaction.search_path:
        wanted.append(f"SET LOCAL search_path = {quote_list(transaction.search_path)}")
    return wanted + meant(transaction)


def _text(transaction: Transaction) -> str:
    reset = ["SET LOCAL search_path TO DEFAULT;"] if transaction.search_path and transaction.block else []
    lines = [*(f"{setting};" for setting in _settings(transaction)), *statement_lines(transaction), *reset]
    return "".join(f"{line}\n" for line in lines)


def _statements(transaction: Transaction) -> Iterator[str]:
    yield from _settings(transaction)
    for line in statement_lines(transaction):
        if not line.startswith("-- "):
            yield line.removesuffix(";")
    if transaction.search_path and transaction.block:
        yield "SET LOCAL search_path TO DEFAULT"


def _replayed_stages(before: Directory, session: Session, like: Target) -> list[Snapshot]:
    """What the migrations that stand there for a moment make, before and after each new one."""
    made = before.read_again()
    versions = [each.version for each in made.migrations]
    known = {each.version for each in before.migrations}
    old, new = ([version for version in versions if (version in known) is there] for there in (True, False))
    sources = [declared(made, like, (*old, *new[:count])).source for count in range(len(new) + 1)]
    return [reading.snapshot for reading in session.readers.read_all(sources)]


@contextmanager
def _written(directory: Directory, drafts: Sequence[Draft], *, keep: bool = True) -> Iterator[list[Path]]:
    """The files, taken away again at the end unless all went well and they are to be kept."""
    before: dict[Path, bytes | None] = {}
    made, well = directory, False
    try:
        for draft in drafts:
            for file, text in directory.tool.write(made, draft).items():
                before.setdefault(file, file.read_bytes() if file.exists() else None)
                _write(file, text)
            made = directory.read_again()
        yield list(before)
        well = True
    finally:
        for file, content in before.items() if not (well and keep) else ():
            _restore(file, content)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="")


def _restore(file: Path, content: bytes | None) -> None:
    if content is not None:
        file.write_bytes(content)
        return
    file.unlink(missing_ok=True)
    if file.name == "migration.sql" and not any(file.parent.iterdir()):
        file.parent.rmdir()


# Whether it is right, and who is told


def _prove(request: MigrateRequest, made: Directory, session: Session, progress: Progress) -> None:
    """The directory, new files and all, makes the schema of the desired database."""
    if request.base is not None:
        return
    wanted = comparison_request(request.desired, declared(made, request.desired), session.config, Verify.QUICK)
    left = compare_sides(read_sides(wanted, session, progress), wanted, session, progress)
    if left.findings:
        names = ", ".join(str(finding.change.key) for finding in left.findings[:5])
        raise MigrationError(
            f"nothing was written: with the new migration the directory is not like {request.desired.name} ({names})"
        )


def _record(request: MigrateRequest, made: Directory, before: Directory, config: Config) -> None:
    """Dev has it already: without this the next deploy to it would fail."""
    name = request.desired.name
    if not request.record or request.base is not None or not isinstance(request.desired.source, LiveSource):
        return
    if request.desired.protected:
        known = {each.version for each in before.migrations}
        new = [each.name for each in made.migrations if each.version not in known]
        ways = "; ".join(f"driftwatch resolve {each} --database {name} --applied" for each in new)
        click.echo(
            visible(f"{name} is protected: it was not told that it has what was written: '{ways}' does"), err=True
        )
        return
    if not made.tool.ddl:
        click.echo(visible(f"tell {name} that it has it: {made.tool.name} keeps its own books"), err=True)
        return
    with books_of(request.desired, config, request.migrations) as books, books.locked():
        if books.table() is None and before.migrations:
            click.echo(visible(f"{name} remembers none of the older migrations: it was not told of this one"), err=True)
            return
        known = {each.version for each in before.migrations}
        for migration in made.migrations:
            if migration.version not in known:
                made.tool.record(books.connection, books.opened(), migration)
                click.echo(visible(f"{name} was told that it has {migration.name}"), err=True)
