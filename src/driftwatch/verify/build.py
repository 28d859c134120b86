"""A database of the shadow: building a snapshot in it, applying plans to it, reading it back."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.catalog.connection import Timeouts, connect, plain
from driftwatch.catalog.reader import read
from driftwatch.diff.compare import compare, drift
from driftwatch.model.statement import Danger
from driftwatch.model.verdict import WITHOUT_RIGHT, WITHOUT_SECRET, Denied
from driftwatch.plan.planner import plan
from driftwatch.plan.script import settings
from driftwatch.plan.together import joined, together
from driftwatch.sql import quote
from driftwatch.verify.closure import restricted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

    from driftwatch.model.change import Change
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.plan import Plan, Transaction
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.shadow.contract import ShadowDatabase

TIMEOUTS = Timeouts(statement=600, lock=60)

# Where we are a superuser and the role is none yet.
_RAISABLE = """SELECT FROM pg_catalog.pg_roles
    WHERE rolname = %s AND NOT rolsuper AND pg_catalog.current_setting('is_superuser') = 'on'"""


# One round trip each. What a savepoint's statement sets is there after its release.
_GUARDED = "SAVEPOINT driftwatch; {}\n; RELEASE SAVEPOINT driftwatch"
_PASSED_OVER = "ROLLBACK TO SAVEPOINT driftwatch; RELEASE SAVEPOINT driftwatch"

_DENIED = frozenset({"42501", "2F003"})
"""For want of a right: insufficient_privilege, and a subscription without a password by who is no superuser (16)."""


_MISSING = "42704"
"""undefined_object: what it needs was passed over before."""


class Refused(NamedTuple):
    """A statement that the shadow's server refused, with its message."""

    sql: str
    message: str
    denied: tuple[Denied, ...] = ()
    """Where a right or a secret was missing: all that were refused for that, of what was to be applied."""


def snapshot_of(database: ShadowDatabase, kinds: Sequence[Kind]) -> Snapshot:
    """What the database holds."""
    with connected(database) as connection:
        return read_back(connection, kinds)


def read_back(connection: Connection, kinds: Sequence[Kind]) -> Snapshot:
    """What the database of a connection holds."""
    return read(connection, kinds, TIMEOUTS)


def connected(database: ShadowDatabase) -> Connection:
    """A connection to the database.

    What the server has looked up for one reading it need not look up for the next on the same connection.
    """
    from psycopg.conninfo import conninfo_to_dict

    parameters = {name: str(value) for name, value in conninfo_to_dict(database.conninfo).items()}
    return connect(parameters, f"the shadow database {database.name}", TIMEOUTS)


def apply(database: ShadowDatabase, what: Plan) -> Refused | None:
    """Apply a plan, transaction by transaction; the first statement that is refused ends it.

    What only fetches rows is left out: a materialized view of a shadow was never filled, and none can be from it.
    """
    with connected(database) as connection:
        return apply_on(connection, what)


def apply_on(connection: Connection, what: Plan) -> Refused | None:
    """The first refusal ends it; but one for want of a right or a secret is passed over, to learn of all at once."""
    forgiving = connection.info.parameter_status("is_superuser") == "off"
    first, denied = None, list[Denied]()
    for transaction in what.transactions:
        for refusal in _sent(connection, shapes(transaction), forgiving=forgiving):
            first = first or refusal
            denied += refusal.denied
            # Once something is passed over, what follows may fail for want of it.
            if not denied or connection.closed:
                return refusal
    return first and first._replace(denied=tuple(denied))


def _sent(connection: Connection, transaction: Transaction, *, forgiving: bool) -> Iterator[Refused]:
    """What is refused of a transaction, each statement of which can be passed over when it is forgiving."""
    import psycopg

    steps = {step.statement.sql: step for step in transaction.steps}
    keys = _keys(transaction)
    secret = _secret(transaction)
    guarded = (keys.keys() if forgiving else secret) if transaction.block else ()
    for sql in statements(transaction):
        try:
            with _superuser(connection, steps[sql].statement.superuser if sql in steps else ""):
                connection.execute((_GUARDED.format(sql) if sql in guarded else sql).encode())
        except psycopg.Error as error:
            why = WITHOUT_SECRET if sql in secret else WITHOUT_RIGHT
            known = (sql in secret and error.sqlstate != _MISSING) or (forgiving and error.sqlstate in _DENIED)
            words = ": ".join(filter(None, (why, error.diag.message_primary, error.diag.message_hint)))
            yield Refused(sql, plain(error), tuple(Denied(key, words) for key in keys.get(sql, ()) if known))
            if sql in guarded:
                connection.execute(_PASSED_OVER)


def _secret(transaction: Transaction) -> frozenset[str]:
    """What is sent with placeholders for secrets, which a wrapper's validator may refuse."""
    statements = (step.statement for step in transaction.steps)
    return frozenset(each.sql for each in statements if any(hazard.danger is Danger.SECRET for hazard in each.hazards))


def _keys(transaction: Transaction) -> dict[str, list[Key]]:
    """Whose statements are sent as one, by what is sent."""
    steps = iter(transaction.steps)
    groups = together(step.statement for step in transaction.steps)
    return {joined(group): [next(steps).key for _ in group] for group in groups}


@contextmanager
def _superuser(connection: Connection, role: str) -> Iterator[None]:
    """Have the role be a superuser, as it is where the schema comes from, for one statement.

    No other session sees it as one: what the databases' owner loads must not become one by it. Where the shadow's
    server is not ours, the role is left as it is.
    """
    raised = bool(role) and connection.execute(_RAISABLE, [role]).fetchone() is not None
    if raised:
        # Two databases are built at once, and of two that alter one role the later fails: "tuple concurrently updated".
        connection.execute("LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE")
        connection.execute(f"ALTER ROLE {quote(role)} SUPERUSER".encode())
    yield
    if raised:
        connection.execute(f"ALTER ROLE {quote(role)} NOSUPERUSER".encode())


def shapes(transaction: Transaction) -> Transaction:
    """The transaction without what only fetches rows."""
    return replace(transaction, steps=tuple(step for step in transaction.steps if not step.statement.fills))


def statements(transaction: Transaction) -> list[str]:
    """A transaction as what is sent for it, one statement after the other."""
    steps = [joined(group) for group in together(step.statement for step in transaction.steps)]
    return ["BEGIN", *settings(transaction), *steps, "COMMIT"] if transaction.block else steps


def build(
    database: ShadowDatabase, wanted: Snapshot, kinds: Sequence[Kind], within: frozenset[Key] | None = None
) -> Snapshot | Refused:
    """Fill an empty database with a snapshot's objects: the plan from what an empty database has.

    With `within` the snapshot is a part, of these keys: what a new database has beyond them (plpgsql) stays.

    Returns:
        What the database holds then, as far as `in_play` says.
    """
    target = rebuilt(wanted, kinds)
    include = {kind.optional for kind in kinds if kind.optional}
    with connected(database) as connection:
        start = _start(connection, kinds, within)
        changes = drift(compare(start, target, kinds))
        refused = apply_on(connection, plan(changes, start, target, kinds, with_data=False, include=include))
        return refused or read_back(connection, in_play(kinds, within))


def in_play(kinds: Sequence[Kind], within: frozenset[Key] | None) -> Sequence[Kind]:
    """The kinds to look for where a part of a schema was built; all of them where the whole was.

    What else might be there `pg_dump` would tell of, but for what stands in catalogues of the whole cluster: nearly all
    of the time of reading a part is planning queries for what nobody has.
    """
    if within is None:
        return kinds
    names = {key.kind for key in within}
    return [kind for kind in kinds if kind.shared or kind.name in names]


def _start(connection: Connection, kinds: Sequence[Kind], within: frozenset[Key] | None) -> Snapshot:
    """What an empty database has of these keys; what else it has is not read: nearly all of the time is planning."""
    if within is None:
        return read_back(connection, kinds)
    asked = {key.kind for key in within}
    return restricted(read_back(connection, [kind for kind in kinds if kind.name in asked]), within)


def rebuilt(snapshot: Snapshot, kinds: Sequence[Kind]) -> Snapshot:
    """The snapshot as a shadow can hold it: without run-time states that no SQL asks for."""
    by_name = {kind.name: kind for kind in kinds}
    objects = {key: by_name[key.kind].rebuilt(item) for key, item in snapshot.objects.items()}
    return replace(snapshot, objects=objects, read_edges=lambda _: snapshot.edges)


def put_right(snapshot: Snapshot, kinds: Sequence[Kind]) -> set[Key]:
    """What a rebuild has otherwise than the snapshot says: an INVALID index."""
    by_name = {kind.name: kind for kind in kinds}
    return {key for key, item in snapshot.objects.items() if by_name[key.kind].rebuilt(item) != item}


def hidden(change: Change, kinds: Sequence[Kind]) -> bool:
    """Whether rebuilds of both sides are alike in what was altered only because it was put right in them."""
    rebuild = next(kind.rebuilt for kind in kinds if kind.name == change.key.kind)
    old, new = rebuild(change.old), rebuild(change.new)
    return any(getattr(old, each.name) == getattr(new, each.name) for each in change.attributes)


def worded(change: Change) -> bool:
    """Whether what was altered is text on both sides, which two servers may print differently.

    Nothing else has two wordings: rebuilds alike in a flag, or in what only one side has, were built wrongly.
    """
    return all(_is_text(value) for each in change.attributes for value in (each.old, each.new))


def _is_text(value: object) -> bool:
    """Words, or several of them; a single letter is the catalogue's code for something."""
    return bool(value) if isinstance(value, tuple) else isinstance(value, str) and len(value) > 1
