"""The shadow on a server that is not ours: scratch databases that are always dropped again."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from driftwatch.errors import ShadowError
from driftwatch.shadow.binaries import find_binaries
from driftwatch.shadow.contract import ShadowDatabase, ShadowSettings
from driftwatch.shadow.dropping import drop_database
from driftwatch.shadow.extensions import Provision, available
from driftwatch.shadow.hosted_connection import (
    open_connection,
    pooler_error,
    refuse_pooler,
    require_right,
    told,
)
from driftwatch.shadow.lacking import has_icu
from driftwatch.shadow.leftovers import LOCK_CLASS, clean_leftovers, lock_key, new_name
from driftwatch.shadow.locale import locale_options
from driftwatch.shadow.session_settings import as_options
from driftwatch.sql import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psycopg import Connection

    from driftwatch.shadow.binaries import Binaries
    from driftwatch.shadow.extensions import Extension, StandIn

FIRST_WITH_STRATEGY = 15


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
    def role(self) -> str:
        """Whom the server takes us for: a login may be set to become another role."""
        with told(self._connection):
            row = self._connection.execute("SELECT current_user::text").fetchone()
        return str(row[0]) if row else self._connection.info.user

    @property
    def may_all(self) -> bool:
        """Whether the role is a superuser."""
        return self._connection.info.parameter_status("is_superuser") == "on"

    @cached_property
    def has_icu(self) -> bool:
        """Whether the server was built with ICU."""
        with told(self._connection):
            return has_icu(self._connection)

    def create_database(self, template: str | None = None) -> ShadowDatabase:
        """Make a scratch database with the encoding and locale of the database connected to."""
        name = new_name(self._connection.info.user)
        with told(self._connection):
            self._connection.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_CLASS, lock_key(name)])
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
        given = str(conninfo_to_dict(self._conninfo).get("options", os.environ.get("PGOPTIONS", "")))
        return make_conninfo(self._conninfo, dbname=name, options=f"{as_options()} {given}".strip())

    def _creation(self, name: str, template: str | None) -> str:
        locale = locale_options(self._connection, self.major) if template is None else ""
        strategy = " STRATEGY file_copy" if self.major >= FIRST_WITH_STRATEGY else ""
        return f"CREATE DATABASE {quote(name)} TEMPLATE {quote(template or 'template0')}{locale}{strategy}"

    def ensure_roles(self, names: Iterable[str]) -> frozenset[str]:
        """Make none: the server is the user's.

        Returns:
            Those that do not exist.
        """
        return self._missing("SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = ANY (%s)", names)

    def ensure_tablespaces(self, names: Iterable[str]) -> frozenset[str]:
        """Make none, as with roles."""
        return self._missing("SELECT spcname::text FROM pg_catalog.pg_tablespace WHERE spcname = ANY (%s)", names)

    def _missing(self, query: str, names: Iterable[str]) -> frozenset[str]:
        wanted = sorted(set(names))
        with told(self._connection):
            return frozenset(wanted) - {row[0] for row in self._connection.execute(query, [wanted]).fetchall()}

    def lacking_extensions(self, names: Iterable[str]) -> dict[str, StandIn | None]:
        """Those that the server does not have; nothing stands in for them."""
        with told(self._connection):
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
        with told(self._connection):
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
        if self.may_all and not self.trust:
            raise ShadowError(
                f"The shadow's role {self._connection.info.user!r} is a superuser, and SQL files loaded as superuser "
                "may run programs on that server: name a role without that right under `shadow:`, or say "
                "`trust: true` there."
            )
        del database
        yield

    def reset_database(self, name: str) -> None:
        """Drop it and make it again."""
        with told(self._connection):
            drop_database(self._connection, name, self._conninfo_of(name))
            self._connection.execute(self._creation(name, None))

    def drop_database(self, name: str) -> None:
        """Drop one of ours."""
        if name in self._names:
            with told(self._connection):
                drop_database(self._connection, name, self._conninfo_of(name))
                self._connection.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, lock_key(name)])
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
        raise pooler_error()
    with ExitStack() as stack:
        connection = stack.enter_context(open_connection(url))
        refuse_pooler(connection)
        require_right(connection)
        clean_leftovers(connection, url)
        shadow = HostedShadow(connection, url, trust=settings.trust)
        stack.callback(shadow.drop_all)
        yield shadow
