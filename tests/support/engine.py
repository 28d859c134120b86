"""The engine on real databases: states of a schema, the plan between two, and what a database is like afterwards."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from driftwatch.config import Include
from driftwatch.diff.compare import compare, drift
from driftwatch.kinds import KINDS
from driftwatch.model.change import Verb
from driftwatch.observer.compare import What, render
from driftwatch.observer.compare import compare as disagreements_of
from driftwatch.observer.dump import DumpOptions, dump_schema
from driftwatch.observer.entries import entries
from driftwatch.observer.masking import copied
from driftwatch.plan.planner import plan
from driftwatch.plan.script import script
from driftwatch.verify.build import rebuilt
from support.schemas import snapshot_of
from support.servers import LoadError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.model.change import Change
    from driftwatch.model.kind import Kind
    from driftwatch.model.plan import Plan
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.observer.entries import Entry
    from support.servers import Database

INCLUDE = frozenset(map(str, Include))
"""Owners and grants as well: the tests compare everything."""


UNDUMPED = frozenset({"database", "database_comment", "database_privilege", "database_setting"})
"""What `pg_dump --schema-only` of one database leaves out."""


@dataclass(frozen=True)
class State:
    """A schema as it stands in a database: what our reader says of it, what `pg_dump` says, and what it answers."""

    snapshot: Snapshot
    entries: tuple[Entry, ...]
    answers: tuple[list[tuple[object, ...]], ...] = ()


def state_of(database: Database, asks: Iterable[str] = (), read: Snapshot | None = None) -> State:
    """Read it, unless somebody has, dump it, and ask it."""
    return State(read or snapshot_of(database), dump(database), tuple(map(database.execute, asks)))


def kinds_in_play(*snapshots: Snapshot) -> tuple[Kind, ...]:
    """The kinds of which one of them has objects, and those of which `pg_dump` says nothing.

    Between these snapshots no others can be left over without `pg_dump` saying so; most of reading is asking for kinds
    that nobody has.
    """
    names = UNDUMPED.union(*({key.kind for key in snapshot.objects} for snapshot in snapshots))
    return tuple(kind for kind in KINDS if kind.name in names)


class Unlabelled(DumpOptions):
    """No provider of security labels comes with PostgreSQL: no database has any, and to ask costs a tenth of a dump."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The command line of `pg_dump`."""
        return (*super().arguments, "--no-security-labels")


def dump(database: Database) -> tuple[Entry, ...]:
    """What `pg_dump` says of it."""
    return tuple(entries(dump_schema(database.server.binaries.program("pg_dump"), database.conninfo, Unlabelled())))


def changes_between(old: Snapshot, new: Snapshot) -> tuple[Change, ...]:
    """The drift."""
    return drift(compare(old, new, KINDS))


def migration(old: Snapshot, new: Snapshot, *, with_data: bool = True) -> Plan:
    """The plan from one to the other, which has to leave nothing out."""
    made = plan(changes_between(old, new), old, new, KINDS, with_data=with_data, include=INCLUDE)
    assert not made.unplanned, named(made.unplanned)
    return made


def run(database: Database, what: Plan) -> None:
    """Apply a plan as a user would, but for the secrets, which stay placeholders.

    Raises:
        LoadError: the server refused a statement.
    """
    psql(database, script(what, secrets_are_in=True))


def psql(database: Database, text: str) -> None:
    """Pipe a script into psql.

    Raises:
        LoadError: the server refused a statement; the text is what psql said, and the script.
    """
    program = str(database.server.binaries.program("psql"))
    command = [program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.conninfo]
    quiet = f"SET client_min_messages = warning;\n{text}"
    done = subprocess.run(command, input=quiet.encode(), capture_output=True, check=False)
    if done.returncode != 0:
        raise LoadError(f"{done.stderr.decode(errors='replace').strip()}\nin:\n{text}")


def fill(database: Database, wanted: Snapshot) -> None:
    """Build a schema in an empty database from what was read of it elsewhere."""
    run(database, migration(snapshot_of(database), rebuilt(wanted, KINDS), with_data=False))


def unlike(found: State, wanted: State, *, copy: bool = False) -> str:
    """How the one is not like the other (of which it may be our copy, without the secrets); nothing when it is."""
    left = changes_between(found.snapshot, wanted.snapshot)
    told = [f"still to do: {described(left)}"] if left else []
    disagreements = [
        each for each in disagreements_of(wanted.entries, found.entries) if not (copy and copied(each.left, each.right))
    ]
    if found.answers != wanted.answers:
        told.append(f"wanted {wanted.answers}, found {found.answers}")
    return "\n".join(told + ([render(disagreements, "wanted", "found")] if disagreements else []))


def unlike_beyond_wording(found: State, wanted: State) -> str:
    """The same, of two that may differ in how a definition is worded: nothing may be there that the other lacks."""
    left = changes_between(found.snapshot, wanted.snapshot)
    one_sided = [change for change in left if change.verb is not Verb.ALTER]
    disagreements = disagreements_of(wanted.entries, found.entries)
    missing = [each for each in disagreements if each.what is not What.DIFFERENT]
    return "\n".join([*map(str, missing), described(one_sided)] if missing or one_sided else [])


def described(changes: Iterable[Change]) -> str:
    """Each with its values, for people."""
    lines = [
        f"{change.verb} {change.key} {[(each.name, each.old, each.new) for each in change.attributes]}"
        for change in changes
    ]
    return "; ".join(lines)


def named(unplanned: Iterable[tuple[object, str]]) -> str:
    """What has no way, and why."""
    return "; ".join(f"{key}: {reason}" for key, reason in unplanned)
