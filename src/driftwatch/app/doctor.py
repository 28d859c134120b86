"""`driftwatch doctor`: is everything there that a comparison needs, and what to do about what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from driftwatch.app.session import Session
from driftwatch.catalog.connection import NEWEST, connect
from driftwatch.config import find_target
from driftwatch.errors import DriftwatchError
from driftwatch.model.snapshot import INFORMATION_SCHEMA
from driftwatch.report.display import plural, visible
from driftwatch.sources.locate import LiveSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

    from driftwatch.config import Config, Target
    from driftwatch.model.snapshot import Snapshot

# pg_dump locks every table it describes, which takes SELECT; the full proof needs pg_dump.
_UNSELECTABLE = """
    SELECT count(*), min(n.nspname || '.' || c.relname)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT pg_catalog.has_table_privilege(c.oid, 'SELECT')"""


_RELATIONS = frozenset({"table", "foreign_table", "view", "sequence"})


class Finding(NamedTuple):
    """One line of the doctor's: well or not, what was seen, and what to do."""

    well: bool
    text: str
    fix: str = ""


def doctor(names: Sequence[str], config: Config) -> int:
    """Examine databases and the shadow, and print what was found.

    Args:
        names: configured databases.
        config: the configuration.

    Returns:
        The exit code: 0 all is well, 1 something needs a hand.
    """
    well = True
    with Session(config) as session:
        majors: list[int] = []
        for title, findings in _examinations(names, session, majors):
            click.echo(f"{visible(title)}")
            for finding in findings:
                well &= finding.well
                click.echo(f"  {'ok' if finding.well else 'no'}  {visible(finding.text)}")
                if finding.fix:
                    click.echo(f"      {visible(finding.fix)}")
    return 0 if well else 1


def _examinations(names: Sequence[str], session: Session, majors: list[int]) -> Iterator[tuple[str, Sequence[Finding]]]:
    for name in names:
        yield name, list(_database(name, session, majors))
    yield "shadow", list(_shadow(session, majors))


def _database(name: str, session: Session, majors: list[int]) -> Iterator[Finding]:
    try:
        target = find_target(name, session.config)
        yield from _reached(target, session, majors)
    except DriftwatchError as error:
        yield Finding(well=False, text=str(error))


def _reached(target: Target, session: Session, majors: list[int]) -> Iterator[Finding]:
    source = target.source
    if not isinstance(source, LiveSource):
        (reading,) = session.readers.read_all([source])
        yield Finding(well=True, text=f"{source.display}: {plural(len(reading.snapshot.objects), 'object')}")
        return
    with connect(source.conninfo, source.display, session.readers.timeouts) as connection:
        version = connection.info.server_version
        majors.append(version // 10000)
        text = f"reached {source.display}: PostgreSQL {version // 10000}.{version % 10000}"
        newer = "newer than what driftwatch was tried with" if version >= NEWEST else ""
        yield Finding(well=not newer, text=text, fix=newer)
        yield _dumpable(connection)
    (reading,) = session.readers.read_all([source])
    unreadable = reading.snapshot.unreadable
    yield Finding(well=True, text=f"read {plural(len(reading.snapshot.objects), 'object')}")
    for what, reason in unreadable:
        yield Finding(well=False, text=f"this role can't read {what}: {reason}", fix="grant it, or compare without it")
    for item in reading.snapshot.unmodelled:
        yield Finding(well=True, text=f"not modelled: {item.what} {item.name}")
    yield _shown_by_the_standard(target, reading.snapshot, session)
    if source.pooled:
        yield Finding(well=True, text="behind a pooler: reading works; deploy, push and reset will ask for direct_url")


def _shown_by_the_standard(target: Target, snapshot: Snapshot, session: Session) -> Finding:
    """What information_schema leaves out, since the role has no right on it at all."""
    (shown,) = session.readers_by(INFORMATION_SCHEMA).read_all([target.source])
    relations = [key for key in snapshot.objects if key.kind in _RELATIONS]
    hidden = sorted(key for key in relations if key not in shown.snapshot.objects)
    if not hidden:
        return Finding(well=True, text="this role has some right on every table, view and sequence")
    text = f"this role has no right on {hidden[0]} (of {plural(len(relations), 'relation')} {len(hidden)} are so)"
    return Finding(well=True, text=text, fix="they are read and compared all the same; information_schema hides them")


def _dumpable(connection: Connection) -> Finding:
    row = connection.execute(_UNSELECTABLE).fetchone()
    count, example = row or (0, None)
    if not count:
        return Finding(well=True, text="pg_dump may read every table: full proofs are possible")
    return Finding(
        well=True,
        text=f"pg_dump may not read {plural(count, 'table')} ({example}, …): proofs stay quick",
        fix=f'for full proofs: GRANT pg_read_all_data TO "{connection.info.user}"',
    )


def _shadow(session: Session, majors: Sequence[int]) -> Iterator[Finding]:
    wanted = max(majors, default=None)
    try:
        shadow = session.shadow(wanted)
        with shadow.create_database():
            yield Finding(well=True, text=f"PostgreSQL {shadow.version}, a database of it made and dropped")
        if not shadow.may_all:
            text = f"its role {shadow.role} is no superuser: what only one may make is left out of proofs"
            yield Finding(well=True, text=text, fix="for proofs of event triggers and the like: leave out shadow:")
    except DriftwatchError as error:
        yield Finding(well=False, text=str(error))
        return
    for major in sorted({major for major in majors if major != shadow.major}):
        fix = (
            f"for a proof on the same major: install PostgreSQL {major}'s server programs here, or name a server of "
            f"that major under shadow: url:"
        )
        yield Finding(
            well=True, text=f"its proofs are of PostgreSQL {shadow.major}, a server of yours is {major}", fix=fix
        )
