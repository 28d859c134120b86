"""The shadow on a server that is not ours: scratch databases that are always dropped again."""

from __future__ import annotations

import os
import re
import secrets
import time
import zlib
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from psycopg import Connection, Error, connect
from psycopg.conninfo import make_conninfo

from driftwatch.errors import ShadowError
from driftwatch.shadow.binaries import find_binaries
from driftwatch.shadow.contract import ShadowDatabase, ShadowSettings
from driftwatch.shadow.dropping import drop_database
from driftwatch.shadow.extensions import Provision, available
from driftwatch.shadow.lacking import has_icu
from driftwatch.sql import literal, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.shadow.binaries import Binaries
    from driftwatch.shadow.extensions import Extension, StandIn

PREFIX = "driftwatch_shadow_"
LOCK_CLASS = 0x64726674
"""First key of the advisory locks that say a scratch database is in use ("drft")."""

FIRST_WITH_STRATEGY = 15
FIRST_WITH_PROVIDERS = 15
FIRST_WITH_LOCALE_COLUMN = 17


class HostedShadow:
    """Scratch databases on a user's server, made by the role that its URL names.

    One connection stays open: its advisory locks tell other runs which scratch databases are alive.
    """

    private = False

    def __init__(self, connection: Connection, conninfo: str, *, trust: bool) -> None:
        """Use an open autocommit connection.

        Args:
            connection: To any database of the server.
            conninfo: What it was opened with.
            trust: Load the user's SQL although the role is a superuser.
        """
        self._connection = connection
        self._conninfo = conninfo
        self._names: set[str] = set()
        self.trust = trust
        self.major = connection.info.server_version // 10000
        self.version = f"{self.major}.{connection.info.server_version % 10000}"

    @property
    def binaries(self) -> Binaries:
        """Programs of the same major, or newer ones."""
        found = find_binaries(self.major)
        if found.major < self.major:
            raise ShadowError(
                f"The shadow's server is PostgreSQL {self.major} and the newest psql and pg_dump found here are "
                f"{found.version}: install PostgreSQL {self.major}'s client programs."
            )
        return found

    @cached_property
    def has_icu(self) -> bool:
        """Whether the server was built with ICU."""
        with _told(self._connection):
            return has_icu(self._connection)

    def create_database(self, template: str | None = None) -> ShadowDatabase:
        """Make a scratch database with the encoding and locale of the database connected to."""
        name = _new_name(self._connection.info.user)
        with _told(self._connection):
            self._connection.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_CLASS, _lock_key(name)])
            self._names.add(name)
            self._connection.execute(self._creation(name, template))
        conninfo = self._conninfo_of(name)
        return ShadowDatabase(self, name, conninfo, conninfo)

    def kept(self) -> frozenset[str]:
        """None: the server is somebody else's."""
        return frozenset()

    def create_kept(self, key: str) -> ShadowDatabase:
        """None was kept, so none is asked for."""
        return self.create_database(key)

    def keep(self, database: ShadowDatabase, key: str) -> None:
        """Nothing is left on somebody else's server."""

    def _conninfo_of(self, name: str) -> str:
        return make_conninfo(self._conninfo, dbname=name)

    def _creation(self, name: str, template: str | None) -> str:
        locale = _locale(self._connection, self.major) if template is None else ""
        strategy = " STRATEGY file_copy" if self.major >= FIRST_WITH_STRATEGY else ""
        return f"CREATE DATABASE {quote(name)} TEMPLATE {quote(template or 'template0')}{locale}{strategy}"

    def ensure_roles(self, names: Iterable[str]) -> frozenset[str]:
        """Make none: the server is the user's.

        Returns:
            Those that do not exist.
        """
        wanted = sorted(set(names))
        with _told(self._connection):
            rows = self._connection.execute(
                "SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = ANY (%s)", [wanted]
            ).fetchall()
        return frozenset(wanted) - {row[0] for row in rows}

    def lacking_extensions(self, names: Iterable[str]) -> dict[str, StandIn | None]:
        """Those that the server does not have; nothing stands in for them."""
        with _told(self._connection):
            return dict.fromkeys(frozenset(names) - available(self._connection))

    def provide_extensions(self, wanted: Iterable[Extension]) -> Provision:
        """Make no stand-ins: nothing is put on the user's server."""
        return Provision(missing=frozenset(self.lacking_extensions(extension.name for extension in wanted)))

    def stand_ins(self, database: ShadowDatabase) -> tuple[StandIn, ...]:
        """None are ever made here."""
        del database
        return ()

    def provide_collations(self, database: ShadowDatabase, names: Iterable[str]) -> Provision:
        """Make none in `pg_catalog`, for the same reason."""
        del database
        with _told(self._connection):
            rows = self._connection.execute(
                "SELECT collname::text FROM pg_catalog.pg_collation WHERE collnamespace = 'pg_catalog'::regnamespace"
            ).fetchall()
        return Provision(missing=frozenset(names) - {name for (name,) in rows})

    @contextmanager
    def loading(self, database: ShadowDatabase) -> Iterator[None]:
        """Nothing to prepare; but a superuser loads no SQL that was not said to be trusted.

        Raises:
            ShadowError: it would.
        """
        if self._connection.info.parameter_status("is_superuser") == "on" and not self.trust:
            raise ShadowError(
                f"The shadow's role {self._connection.info.user!r} is a superuser, and SQL files loaded as superuser "
                "may run programs on that server: name a role without that right under `shadow:`, or say "
                "`shadow: trust: true`."
            )
        del database
        yield

    def reset_database(self, name: str) -> None:
        """Drop it and make it again."""
        with _told(self._connection):
            drop_database(self._connection, name, self._conninfo_of(name))
            self._connection.execute(self._creation(name, None))

    def drop_database(self, name: str) -> None:
        """Drop one of ours."""
        if name in self._names:
            with _told(self._connection):
                drop_database(self._connection, name, self._conninfo_of(name))
                self._connection.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, _lock_key(name)])
            self._names.discard(name)

    def drop_all(self) -> None:
        """Drop what is left; after a lost connection the next run's clean-up does."""
        for name in () if self._connection.broken else sorted(self._names):
            self.drop_database(name)


@contextmanager
def hosted_shadow(url: str, settings: ShadowSettings) -> Iterator[HostedShadow]:
    """A shadow on the server that the URL names.

    Raises:
        ShadowError: it is protected, a pooler, can't be reached, or the role may not create databases.
    """
    if settings.protected:
        raise ShadowError(
            "The shadow would be made on a protected database's server: name another one under `shadow:`."
        )
    if settings.pooled:
        raise _pooler_error()
    with ExitStack() as stack:
        connection = stack.enter_context(_connect(url))
        _refuse_pooler(connection)
        _require_right(connection)
        clean_leftovers(connection, url)
        shadow = HostedShadow(connection, url, trust=settings.trust)
        stack.callback(shadow.drop_all)
        yield shadow


def clean_leftovers(connection: Connection, url: str) -> list[str]:
    """Drop the scratch databases of runs that were killed: ours by name, the role's own, locked by nobody.

    Advisory locks belong to a database, but `pg_locks` shows those of all, to everybody.

    Args:
        connection: To any database of the server, in autocommit.
        url: What it was opened with.

    Returns:
        The names of the databases dropped.
    """
    rows = connection.execute(
        "SELECT datname::text FROM pg_catalog.pg_database"
        " WHERE starts_with(datname::text, %s) AND pg_catalog.pg_get_userbyid(datdba) = current_user",
        [PREFIX],
    ).fetchall()
    alive = {key for (key,) in connection.execute(
        "SELECT objid::bigint FROM pg_catalog.pg_locks"
        " WHERE locktype = 'advisory' AND classid::bigint = %s AND objsubid = 2", [LOCK_CLASS]
    ).fetchall()}  # fmt: skip
    dead = [name for (name,) in rows if _lock_key(name) not in alive]
    for name in dead:
        drop_database(connection, name, make_conninfo(url, dbname=name))
    return dead


def _connect(url: str) -> Connection:
    """A session that the server's own timeouts don't end: its locks keep the scratch databases alive."""
    try:
        connection = connect(url, autocommit=True, application_name="driftwatch shadow", connect_timeout=10)
        connection.execute("SET idle_session_timeout = 0; SET statement_timeout = 0; SET lock_timeout = 0")
    except Error as error:
        raise ShadowError(f"The shadow's server cannot be reached: {_sentence(error)}") from error
    return connection


def _refuse_pooler(connection: Connection) -> None:
    """A pooler invents the process number it greets with, and may change servers between two statements."""
    seen = {connection.info.backend_pid}
    for _ in range(2):
        row = connection.execute("SELECT pg_catalog.pg_backend_pid()").fetchone()
        seen.update(row or ())
    if len(seen) > 1:
        raise _pooler_error()


def _pooler_error() -> ShadowError:
    return ShadowError(
        "The shadow's URL leads to a connection pooler, where a scratch database cannot be kept safe: "
        "give `direct_url` or another URL that leads to the server itself."
    )


def _require_right(connection: Connection) -> None:
    row = connection.execute(
        "SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row is None or not row[0]:
        raise ShadowError(
            f"The role {connection.info.user!r} may not create databases on the shadow's server: "
            f"run ALTER ROLE {quote(connection.info.user)} CREATEDB there, or name another server under `shadow:`."
        )


def _new_name(user: str) -> str:
    """`driftwatch_shadow_<role>_<start in UTC>_<random>`, within PostgreSQL's 63 bytes."""
    started = time.strftime("%Y%m%dt%H%M%S", time.gmtime())
    owner = re.sub(r"[^a-z0-9]+", "", user.lower())[:16] or "role"
    return f"{PREFIX}{owner}_{started}_{os.getpid() % 10**5:05d}{secrets.token_hex(3)}"


def _lock_key(name: str) -> int:
    """The second key of the lock, within a positive int4."""
    return zlib.crc32(name.encode()) & 0x7FFFFFFF


def _locale(connection: Connection, major: int) -> str:
    """The options that make a database like the one connected to: collations decide what SQL means.

    A partition's bounds or a check on text can hold under one collation and fail under another.
    """
    columns = "pg_encoding_to_char(encoding), datcollate::text, datctype::text"
    if major >= FIRST_WITH_PROVIDERS:
        locale = "datlocale" if major >= FIRST_WITH_LOCALE_COLUMN else "daticulocale"
        columns += f", datlocprovider::text, {locale}::text"
    row = connection.execute(
        f"SELECT {columns} FROM pg_catalog.pg_database WHERE datname = current_database()"
    ).fetchone()
    encoding, collate, ctype, *provider = row or ("UTF8", "C", "C")
    options = f" ENCODING {literal(encoding)} LC_COLLATE {literal(collate)} LC_CTYPE {literal(ctype)}"
    return options + _provider(*provider)


def _provider(provider: str = "c", locale: str | None = None) -> str:
    match provider:
        case "i":
            return f" LOCALE_PROVIDER icu ICU_LOCALE {literal(locale or '')}"
        case "b":
            return f" LOCALE_PROVIDER builtin BUILTIN_LOCALE {literal(locale or '')}"
        case _:
            return ""


@contextmanager
def _told(connection: Connection) -> Iterator[None]:
    """Turn the server's errors into ours."""
    try:
        yield
    except Error as error:
        lost = "was lost" if connection.broken else "refused"
        raise ShadowError(f"The shadow's server {lost}: {_sentence(error)}") from error


def _sentence(error: Error) -> str:
    return " ".join(str(error).split())
