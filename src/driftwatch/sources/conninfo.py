"""The ways to write where a PostgreSQL server is: URLs, libpq's `key=value`, and Prisma's additions to a URL.

What comes out is libpq's own keywords (manual, 34.1.2 "Parameter Key Words"); nothing of the text is ever put into an
error, since a password may stand anywhere in it.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from driftwatch.errors import SourceError
from driftwatch.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

# SQLAlchemy writes its driver behind the scheme: postgresql+psycopg://
_URL = re.compile(r"postgres(?:ql)?(?:\+\w+)?://(?P<rest>.*)\Z", re.DOTALL | re.IGNORECASE)
# The last @ before the path ends the password, so that one with an unescaped @ is understood.
_REST = re.compile(
    r"(?:(?P<user>[^:/?#]*)(?::(?P<password>[^/?#]*))?@)?"
    r"(?P<hosts>[^@/?#]*)(?:/(?P<dbname>[^@?#]*))?(?:\?(?P<query>[^#]*))?\Z"
)
_HOST = re.compile(r"(?:\[(?P<ipv6>[^\]]*)\]|(?P<name>[^:\[\]]*))(?::(?P<port>[^:]*))?\Z")
_PAIR = re.compile(r"\s*(?P<key>\w+)\s*=\s*(?:'(?P<quoted>(?:[^'\\]|\\.)*)'|(?P<plain>(?:[^\s'\\]|\\.)*))(?=\s|\Z)\s*")
_LOOKS_LIKE_PAIRS = re.compile(r"\s*(?P<key>[a-z_]+)\s*=")

KEYWORDS = frozenset(
    """
    host hostaddr port dbname user password passfile require_auth channel_binding connect_timeout client_encoding
    options application_name fallback_application_name keepalives keepalives_idle keepalives_interval keepalives_count
    tcp_user_timeout replication gssencmode sslmode requiressl sslnegotiation sslcompression sslcert sslkey
    sslkeylogfile sslpassword sslcertmode sslrootcert sslcrl sslcrldir sslsni requirepeer ssl_min_protocol_version
    ssl_max_protocol_version min_protocol_version max_protocol_version krbsrvname gsslib gssdelegation scram_client_key
    scram_server_key service servicefile target_session_attrs load_balance_hosts oauth_issuer oauth_client_id
    oauth_client_secret oauth_scope
    """.split()
)

# Prisma's connection URL reference; connect_timeout, sslmode, host, … are libpq's too.
_PRISMA = frozenset(
    """
    schema connection_limit pgbouncer pool_timeout socket_timeout statement_cache_size single_use_connections
    max_connection_lifetime max_idle_connection_lifetime sslaccept sslidentity
    """.split()
)
_TLS_OF_PRISMA = frozenset({"sslcert", "sslpassword"})


class Conninfo(NamedTuple):
    """libpq's parameters, and what Prisma's say beside them."""

    parameters: dict[str, str]
    schemas: tuple[str, ...] = ()
    pooled: bool = False


def is_conninfo(text: str) -> bool:
    """Whether a text is a URL of PostgreSQL's or begins as libpq's `key=value`."""
    pairs = _LOOKS_LIKE_PAIRS.match(text)
    return bool(_URL.match(text) or (pairs and pairs["key"] in KEYWORDS))


def parse_conninfo(text: str) -> Conninfo:
    """Reads a URL (`postgres://`, `postgresql://`, `postgresql+driver://`) or libpq's `key=value`.

    Raises:
        SourceError: it is malformed, or has a parameter that neither libpq nor Prisma knows.
    """
    url = _URL.match(text.strip())
    return _from_url(url["rest"]) if url else Conninfo(_from_pairs(text))


def describe(parameters: Mapping[str, str]) -> str:
    """Where the parameters lead, as `host/database`, with libpq's defaults and without user or password."""
    environment = os.environ
    service = parameters.get("service") or environment.get("PGSERVICE")
    user = parameters.get("user") or environment.get("PGUSER", "")
    database = parameters.get("dbname") or environment.get("PGDATABASE") or user or "?"
    host = parameters.get("host") or parameters.get("hostaddr") or environment.get("PGHOST")
    if service and not host:
        return f"service {service}/{parameters.get('dbname', '?')}"
    port = parameters.get("port") or environment.get("PGPORT", "")
    suffix = f":{port}" if port.strip(",") not in {"", "5432"} else ""
    return f"{host or 'local socket'}{suffix}/{database}"


def _from_url(rest: str) -> Conninfo:
    parts = _REST.match(rest)
    if not parts:
        raise SourceError(
            "the connection URL cannot be taken apart: in a user name or password write / as %2F, ? as %3F, # as %23 "
            "and % as %25"
        )
    hosts, ports = _hosts(parts["hosts"])
    given = {"user": parts["user"], "password": parts["password"], "dbname": parts["dbname"]}
    parameters = {key: _decode(value) for key, value in given.items() if value}
    parameters |= {key: value for key, value in {"host": hosts, "port": ports}.items() if value.strip(",")}
    return _with_query(parameters, _query(parts["query"] or ""))


def _hosts(text: str) -> tuple[str, str]:
    """`a:1,[::1]:2` as libpq's two lists: `a,::1` and `1,2`."""
    hosts, ports = [], []
    for part in text.split(","):
        match = _HOST.match(part)
        if not match or not re.fullmatch(r"\d{0,5}", match["port"] or ""):
            raise SourceError(
                "the host in the connection URL is not host:port (an IPv6 address stands in [brackets]; "
                "in a password, / is written %2F, @ is %40 and : is %3A)"
            )
        hosts.append(_decode(match["ipv6"] or match["name"] or ""))
        ports.append(match["port"] or "")
    return ",".join(hosts), ",".join(ports)


def _query(text: str) -> dict[str, str]:
    found = {}
    for pair in filter(None, text.split("&")):
        key, _, value = pair.partition("=")
        name = _decode(key)
        if name not in KEYWORDS | _PRISMA | {"ssl"}:
            # With an @ behind it, what stands after the ? may be the rest of a password.
            raise _unknown(name, KEYWORDS | _PRISMA, shown="@" not in text)
        found[name] = _decode(value)
    return found


def _with_query(parameters: dict[str, str], query: dict[str, str]) -> Conninfo:
    """Adds a URL's parameters; libpq lets them win over what stands before the question mark."""
    if query.pop("ssl", "") == "true":  # as libpq itself reads JDBC's
        query.setdefault("sslmode", "require")
    prisma = {key: query.pop(key) for key in _PRISMA & query.keys()}
    if prisma:
        query |= _tls_of_prisma(prisma, {key: query.pop(key) for key in _TLS_OF_PRISMA & query.keys()}, query)
    schema = prisma.get("schema")
    return Conninfo(parameters | query, (schema,) if schema else (), prisma.get("pgbouncer", "").lower() == "true")


def _tls_of_prisma(prisma: dict[str, str], tls: dict[str, str], libpq: dict[str, str]) -> dict[str, str]:
    """Prisma's TLS in libpq's words.

    Its `sslcert` is the *server's* root certificate unless libpq's `sslkey` stands beside it; its `sslidentity`, with
    `sslpassword`, is a PKCS #12 file, which libpq cannot read; `sslaccept=strict` is libpq's `verify-full`.
    """
    if "sslkey" in libpq:
        return tls
    root = libpq.get("sslrootcert") or tls.get("sslcert")
    if prisma.get("sslaccept") != "strict":
        return {"sslrootcert": root} if root else {}
    return {"sslmode": "verify-full", "sslrootcert": root or "system"}


def _from_pairs(text: str) -> dict[str, str]:
    found, at = {}, 0
    while at < len(text):
        match = _PAIR.match(text, at)
        if not match:
            raise SourceError(
                "the connection string is not key=value throughout (a value with spaces stands in single quotes, "
                "\\ and ' in it are written \\\\ and \\')"
            )
        if match["key"] not in KEYWORDS:
            # After a password it may be a part of one that was not put in quotes.
            raise _unknown(match["key"], KEYWORDS, shown="password" not in found)
        found[match["key"]] = re.sub(r"\\(.)", r"\1", match["quoted"] or match["plain"] or "", flags=re.DOTALL)
        at = match.end()
    return found


def _unknown(name: str, known: frozenset[str], *, shown: bool) -> SourceError:
    hint = did_you_mean(name, known) or " (neither libpq nor Prisma has it)"
    return SourceError(f"the connection has an unknown parameter{f' {name[:63]!r}' if shown else ''}{hint}")


def _decode(text: str) -> str:
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise SourceError("the connection URL has percent-encoded bytes that are not UTF-8") from None
    if "\0" in decoded:
        raise SourceError("the connection URL has %00 in it, which PostgreSQL takes nowhere")
    return decoded
