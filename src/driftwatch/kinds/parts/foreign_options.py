"""Options of foreign-data objects: `name=value` pairs, some of which are secrets that must not be told.

A secret is kept as a mark with a digest of its value, made with a key that only the user has: two databases can be
compared by it, and nobody can guess at the value. Without a key it is present, not compared. Of a user mapping
everything is a secret that is not known to be harmless; elsewhere, where unknown options are part of a schema, what
looks like one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.model.statement import Danger, Hazard
from driftwatch.sql import literal, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driftwatch.kinds.foreign_table import ForeignTable
    from driftwatch.kinds.user_mapping import UserMapping
    from driftwatch.model.snapshot import Snapshot

MARK = "driftwatch:secret:"
"""What a concealed value begins with; SQL that holds it must not be run on anything but a shadow."""

# postgres_fdw, dblink and libpq (manual, F.38 and 34.1.2), file_fdw, wrappers for other databases: who and where, never
# with what password.
_HARMLESS = frozenset(
    """
    host hostaddr port dbname user options application_name client_encoding connect_timeout gssencmode keepalives
    keepalives_count keepalives_idle keepalives_interval load_balance_hosts replication require_auth sslcert sslcertmode
    sslcompression sslmode sslnegotiation sslrootcert sslsni ssl_max_protocol_version ssl_min_protocol_version
    target_session_attrs tcp_user_timeout channel_binding krbsrvname service
    schema_name table_name column_name analyze_sampling async_capable batch_size extensions fdw_startup_cost
    fdw_tuple_cost fetch_size import_collate import_default import_generated import_not_null keep_connections
    parallel_abort parallel_commit password_required restrict_grantee truncatable updatable use_remote_estimate
    use_scram_passthrough
    address collection database dbserver endpoint prefetch region schema servername table tablename username
    filename format header delimiter quote escape null encoding default force_not_null force_null on_error
    """.split()
)

_SECRET_NAME = re.compile("pass|pwd|pw$|secret|token|key$|credential|auth|private", re.IGNORECASE)
# A connection string or a URL as a value may hold a password of its own.
_SECRET_INSIDE = re.compile(r"(password|pwd)\s*=|://[^/@]*:[^/@]*@", re.IGNORECASE)


def reading(column: str) -> str:
    """SQL for an options column: sorted `name=value`, empty for NULL."""
    return f"array(SELECT o FROM unnest({column}) o ORDER BY 1)"


def wrapper(item: ForeignTable | UserMapping, snapshot: Snapshot) -> Iterable[Key]:
    """The wrapper behind its server, by whose validator the options are judged."""
    server = snapshot.get(Key("foreign_server", (item.server,)))
    return [] if server is None else [Key("foreign_data_wrapper", (server.wrapper,))]


def conceal(options: Iterable[str], key: str, *, unless_harmless: bool = False) -> tuple[str, ...]:
    """The options with a digest in place of each secret.

    Args:
        options: as `name=value`.
        key: of the digests; empty: there is none.
        unless_harmless: whether every option is a secret that is not known to be none.
    """
    return tuple(_concealed(option, key, unless_harmless=unless_harmless) for option in options)


def _concealed(option: str, key: str, *, unless_harmless: bool) -> str:
    name, _, value = option.partition("=")
    if name in _HARMLESS and not _SECRET_INSIDE.search(value):
        return option
    secret = unless_harmless or _SECRET_NAME.search(name) or _SECRET_INSIDE.search(value)
    return f"{name}={digest(value, key)}" if secret else option


def digest(value: str, key: str) -> str:
    """A mark that is the same for the same value and key; of a mark, itself, so that a shadow's copy compares equal."""
    if value.startswith(MARK):
        return value
    if not key:
        return f"{MARK}present, not compared"
    return MARK + hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()[:32]


def clause(options: Iterable[str]) -> str:
    """` OPTIONS (…)` of a CREATE, or nothing."""
    pairs = [f"{quote(name)} {literal(value)}" for name, value in (option.split("=", 1) for option in options)]
    return f" OPTIONS ({', '.join(pairs)})" if pairs else ""


def change(old: Iterable[str], new: Iterable[str]) -> str:
    """` OPTIONS (DROP …, ADD …, SET …)` of an ALTER, or nothing."""
    before, after = dict(o.split("=", 1) for o in old), dict(o.split("=", 1) for o in new)
    words = [f"DROP {quote(name)}" for name in before if name not in after]
    words += [
        f"{'SET' if name in before else 'ADD'} {quote(name)} {literal(value)}"
        for name, value in after.items()
        if before.get(name) != value
    ]
    return f" OPTIONS ({', '.join(words)})" if words else ""


def secret_hazards(options: Iterable[str]) -> tuple[Hazard, ...]:
    """Says which values have to be put in by hand: until then a script stops before the statement."""
    names = [name for name, _, value in (option.partition("=") for option in options) if value.startswith(MARK)]
    if not names:
        return ()
    return (Hazard(Danger.SECRET, f"put the value of {', '.join(names)} in by hand: secrets are not copied"),)
