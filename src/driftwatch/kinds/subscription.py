"""Subscriptions (pg_subscription) of this database, without what is secret: their connection strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from driftwatch.kinds.parts.fragments import no_member
from driftwatch.kinds.parts.letters import without_order
from driftwatch.model.kind import Kind
from driftwatch.model.rules import Alter, Replace
from driftwatch.model.statement import Danger, Hazard, Statement
from driftwatch.sql import literal, quote, quote_list

if TYPE_CHECKING:
    from driftwatch.model.context import Context
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.model.statement import Writing

# RFC 6761: a host name under .invalid is never found, so whoever forgets to replace this reads why in the server's log.
CONNECTION = "host=connection-string-is-secret-put-it-here.invalid"
"""What stands in for the connection string, which only superusers may read and no file of ours may hold."""

_TWO_PHASE, _FAILOVER, _PARALLEL = 150000, 170000, 180000

_OWNERSHIP = 160000
"""From then on an owner's rights count: members of pg_create_subscription may create one that asks for a password."""


class Subscription(NamedTuple):
    """A subscription; `streaming` is off, on or parallel."""

    name: str
    publications: tuple[str, ...]
    enabled: bool
    slot: str | None
    binary: bool
    streaming: str
    synchronous_commit: str
    two_phase: bool
    disable_on_error: bool
    password_required: bool
    run_as_owner: bool
    origin: str
    failover: bool


def query(version: int) -> str:
    """Every subscription of this database; what an older server does not know yet has its default, as in pg_dump."""
    streaming = "CASE s.substream WHEN 'f' THEN 'off' WHEN 't' THEN 'on' ELSE 'parallel' END"
    if version < _OWNERSHIP:
        streaming = "CASE WHEN s.substream THEN 'on' ELSE 'off' END"
    columns = {
        "two_phase": (_TWO_PHASE, "s.subtwophasestate <> 'd'", "false"),
        "disable_on_error": (_TWO_PHASE, "s.subdisableonerr", "false"),
        "password_required": (_OWNERSHIP, "s.subpasswordrequired", "true"),
        "run_as_owner": (_OWNERSHIP, "s.subrunasowner", "false"),
        "origin": (_OWNERSHIP, "s.suborigin", "'any'"),
        "failover": (_FAILOVER, "s.subfailover", "false"),
    }
    later = ", ".join(
        f"{column if version >= since else before} AS {name}" for name, (since, column, before) in columns.items()
    )
    return f"""
        SELECT s.oid AS objid, s.subname AS name, s.subpublications AS publications, s.subenabled AS enabled,
               s.subslotname AS slot, s.subbinary AS binary, {streaming} AS streaming,
               s.subsynccommit AS synchronous_commit, {later}
        FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
        WHERE d.datname = current_database() AND {no_member("pg_subscription", "s.oid")}"""


def _streaming(version: int) -> str:
    """What CREATE SUBSCRIPTION gives by itself."""
    return "parallel" if version >= _PARALLEL else "off"


def _for(subscription: Subscription, snapshot: Snapshot, version: int) -> Subscription:
    """The subscription of another server for one of this version: what is the default there is the default here."""
    default = subscription.streaming == _streaming(snapshot.server.version)
    return subscription._replace(streaming=_streaming(version)) if default else subscription


def _bool(value: bool) -> str:  # noqa: FBT001  it is what is written
    return "true" if value else "false"


def _parameters(subscription: Subscription, version: int) -> dict[str, str]:
    """The parameters of WITH and SET that the server knows, in full."""
    parameters = {
        "slot_name": "NONE" if subscription.slot is None else literal(subscription.slot),
        "binary": _bool(subscription.binary),
        "streaming": subscription.streaming,
        "synchronous_commit": literal(subscription.synchronous_commit),
    }
    if version >= _TWO_PHASE:
        parameters |= {
            "two_phase": _bool(subscription.two_phase),
            "disable_on_error": _bool(subscription.disable_on_error),
        }
    if version >= _OWNERSHIP:
        parameters |= {
            "password_required": _bool(subscription.password_required),
            "run_as_owner": _bool(subscription.run_as_owner),
            "origin": literal(subscription.origin),
        }
    return parameters | ({"failover": _bool(subscription.failover)} if version >= _FAILOVER else {})


def _listed(parameters: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in parameters.items())


def _statement(sql: str, message: str) -> Statement:
    return Statement(sql, hazards=(Hazard(Danger.REPLICATION, message),))


def _password(context: Context) -> str:
    """What the server asks of a role that is no superuser (2F003)."""
    return ", with a password unless a superuser runs this" if context.version >= _OWNERSHIP else ""


def create(subscription: Subscription, context: Context) -> Writing:
    """CREATE SUBSCRIPTION that does not connect, then its state: it is born disabled."""
    name, publications = quote(subscription.name), quote_list(subscription.publications)
    # On a shadow of another major it is as it was read: what is usual there may be what it is altered to.
    fitting = _for(subscription, context.new, context.version) if context.with_data else subscription
    parameters = _parameters(fitting, context.version)
    sql = (
        f"CREATE SUBSCRIPTION {name}\nCONNECTION {literal(CONNECTION)}\nPUBLICATION {publications}\n"
        f"WITH (connect = false, {_listed(parameters)})"
    )
    message = (
        f"put the connection string of {subscription.name} in{_password(context)}; then create its slot on the"
        " publisher, and ALTER SUBSCRIPTION … REFRESH PUBLICATION to start copying"
    )
    created = Statement(sql, hazards=(Hazard(Danger.SECRET, message),))
    return [created, _set_state(subscription)] if subscription.enabled else [created]


def _set_state(subscription: Subscription) -> Statement:
    state = "ENABLE" if subscription.enabled else "DISABLE"
    message = f"changes that {subscription.name} brings begin or cease to arrive"
    return _statement(f"ALTER SUBSCRIPTION {quote(subscription.name)} {state}", message)


def drop(subscription: Subscription, _context: Context) -> Writing:
    """DROP SUBSCRIPTION without its slot: with one it would connect, and be refused inside a transaction block."""
    name = quote(subscription.name)
    statements = []
    if subscription.slot is not None:
        statements = [
            Statement(f"ALTER SUBSCRIPTION {name} DISABLE"),
            Statement(f"ALTER SUBSCRIPTION {name} SET (slot_name = NONE)"),
        ]
    kept = f"; slot {subscription.slot} on the publisher keeps its WAL until it is dropped there"
    message = f"changes that {subscription.name} brought cease{kept if subscription.slot is not None else ''}"
    return [*statements, _statement(f"DROP SUBSCRIPTION {name}", message)]


def alter_publications(_old: Subscription, new: Subscription, _context: Context) -> Writing:
    """ALTER SUBSCRIPTION … SET PUBLICATION, without the refresh, which would connect."""
    publications = quote_list(new.publications)
    sql = f"ALTER SUBSCRIPTION {quote(new.name)} SET PUBLICATION {publications} WITH (refresh = false)"
    return [_statement(sql, "ALTER SUBSCRIPTION … REFRESH PUBLICATION has to follow, once the publisher is ready")]


def alter(old: Subscription, new: Subscription, context: Context) -> Writing:
    """ALTER SUBSCRIPTION … SET with what differs, and its state: without a slot it can't be enabled."""
    sides = (old, context.old), (new, context.new)
    before, after = (_parameters(_for(*side, context.version), context.version) for side in sides)
    changed = {name: value for name, value in after.items() if before[name] != value}
    sql = f"ALTER SUBSCRIPTION {quote(new.name)} SET ({_listed(changed)})"
    settings = [_statement(sql, f"how {new.name} applies changes differs from then on")] if changed else []
    states = [_set_state(new)] if old.enabled != new.enabled else []
    return [*settings, *states] if new.enabled else [*states, *settings]


def rename(subscription: Subscription, name: str) -> Statement:
    """ALTER SUBSCRIPTION … RENAME TO."""
    return Statement(f"ALTER SUBSCRIPTION {quote(subscription.name)} RENAME TO {quote(name)}")


_ALTER = Alter(alter)

KIND = Kind(
    name="subscription",
    shared=True,
    model=Subscription,
    identity=("name",),
    catalog="pg_subscription",
    query=query,
    needs_superuser=lambda subscription, version: version < _OWNERSHIP or not subscription.password_required,
    create=create,
    drop=drop,
    alter={
        "publications": Alter(alter_publications),
        "enabled": _ALTER,
        "slot": _ALTER,
        "binary": _ALTER,
        "streaming": _ALTER,
        "synchronous_commit": _ALTER,
        # To alter these two the server connects to the publisher, which no proof can do (and 14 to 17 know no way).
        "two_phase": Replace(),
        "failover": Replace(),
        "disable_on_error": _ALTER,
        "password_required": _ALTER,
        "run_as_owner": _ALTER,
        "origin": _ALTER,
    },
    in_words={"publications": without_order},
    since={
        "two_phase": _TWO_PHASE,
        "disable_on_error": _TWO_PHASE,
        "password_required": _OWNERSHIP,
        "run_as_owner": _OWNERSHIP,
        "origin": _OWNERSHIP,
        "failover": _FAILOVER,
    },
    defaults={"streaming": _streaming},
    owned_by_superusers=True,
    reference=lambda subscription: f"SUBSCRIPTION {quote(subscription.name)}",
    rename=rename,
)
