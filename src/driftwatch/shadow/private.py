"""The shadow on a private server: databases made by its superuser for an unprivileged owner."""

from __future__ import annotations

import itertools
import threading
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from psycopg import Connection, Error, connect, errors

from driftwatch.errors import ShadowError
from driftwatch.shadow.contract import ShadowDatabase
from driftwatch.shadow.dropping import drop_database
from driftwatch.shadow.extensions import Provision, StandIn, available, installed
from driftwatch.shadow.lacking import has_icu
from driftwatch.shadow.replays import PREFIX, kept_databases, own_state
from driftwatch.shadow.server import room
from driftwatch.shadow.template import MAINTENANCE, OWNER, SUPERUSER
from driftwatch.sql import MEMBERS, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.shadow.binaries import Binaries
    from driftwatch.shadow.extensions import Extension
    from driftwatch.shadow.server import Server

FIRST_WITH_STRATEGY = 15
FIRST_WITH_DATABASE_OWNER = 15

_NUMBERS = itertools.count(1)
_MAKING_FOR_ALL = threading.Lock()
_KEEPING = threading.Lock()

# A new owner must have CREATE on the object's schema, unless a superuser says so (ALTER TABLE, notes on OWNER TO).
# Dumps give tables to roles that never had it, so while one is loaded every role of ours has it, in schemas that are
# there and, by an event trigger, in those that the dump makes.
OPEN_SCHEMAS = f"""
CREATE FUNCTION pg_catalog.driftwatch_open_schema() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE made text;
BEGIN
  FOR made IN SELECT object_identity FROM pg_event_trigger_ddl_commands() WHERE command_tag = 'CREATE SCHEMA' LOOP
    EXECUTE format('GRANT CREATE ON SCHEMA %s TO {MEMBERS}', made);
  END LOOP;
END $$;
CREATE EVENT TRIGGER driftwatch_open_schema ON ddl_command_end WHEN TAG IN ('CREATE SCHEMA')
  EXECUTE FUNCTION pg_catalog.driftwatch_open_schema();
GRANT CREATE ON SCHEMA public TO {MEMBERS};
"""

# Of what only a superuser may make, publications can do no harm on a server of ours: no code of the user's runs while
# one is made. So the owner is a superuser from the start of such a statement to its end; no other session sees that,
# since both ends are in one transaction, and the lock keeps two of them from altering the role at once.
ALLOW_PUBLISHING = f"""
CREATE FUNCTION pg_catalog.driftwatch_publishing() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF tg_event = 'ddl_command_start' THEN
    LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE;
    ALTER ROLE {OWNER} SUPERUSER;
  ELSE
    ALTER ROLE {OWNER} NOSUPERUSER;
  END IF;
END $$;
CREATE EVENT TRIGGER driftwatch_publishing ON ddl_command_start WHEN TAG IN ('CREATE PUBLICATION', 'ALTER PUBLICATION')
  EXECUTE FUNCTION pg_catalog.driftwatch_publishing();
CREATE EVENT TRIGGER driftwatch_published ON ddl_command_end WHEN TAG IN ('CREATE PUBLICATION', 'ALTER PUBLICATION')
  EXECUTE FUNCTION pg_catalog.driftwatch_publishing();
"""

# As if nothing had been granted: a schema without grants has null there, not the default spelled out.
CLOSE_SCHEMAS = f"""
DROP EVENT TRIGGER driftwatch_open_schema;
DROP FUNCTION pg_catalog.driftwatch_open_schema();
DROP EVENT TRIGGER driftwatch_publishing;
DROP EVENT TRIGGER driftwatch_published;
DROP FUNCTION pg_catalog.driftwatch_publishing();
DO $$
DECLARE opened name;
BEGIN
  FOR opened IN SELECT nspname FROM pg_catalog.pg_namespace, LATERAL pg_catalog.aclexplode(nspacl) AS granted
    WHERE granted.grantee = '{MEMBERS}'::regrole
  LOOP
    EXECUTE pg_catalog.format('REVOKE CREATE ON SCHEMA %I FROM {MEMBERS}', opened);
    UPDATE pg_catalog.pg_namespace SET nspacl = NULL
    WHERE nspname = opened AND nspacl = pg_catalog.acldefault('n', nspowner);
  END LOOP;
END $$;
"""

# Before 15 `public` belongs to the superuser, and its owner alone may comment on it or drop it.
GIVE_PUBLIC = f"ALTER SCHEMA public OWNER TO {OWNER}"

# Dumps of PostgreSQL 10 and older comment on the extension that every database has.
GIVE_PLPGSQL = f"UPDATE pg_catalog.pg_extension SET extowner = '{OWNER}'::regrole WHERE extname = 'plpgsql'"


class PrivateShadow:
    """Databases on a server of our own."""

    private = True

    def __init__(self, server: Server, *, trust: bool) -> None:
        """Use a running server.

        Args:
            server: As `launch` gives it.
            trust: Load the user's SQL as superuser.
        """
        self.server = server
        self.trust = trust
        server.trusted |= trust

    @property
    def binaries(self) -> Binaries:
        """The programs that the server runs from."""
        return self.server.binaries

    @property
    def major(self) -> int:
        """The server's major version."""
        return self.server.binaries.major

    @property
    def version(self) -> str:
        """The server's whole version."""
        return self.server.binaries.version

    @property
    def role(self) -> str:
        """The server's superuser."""
        return SUPERUSER

    @property
    def may_all(self) -> bool:
        """Always."""
        return True

    @cached_property
    def has_icu(self) -> bool:
        """Whether the server was built with ICU."""
        with self._connection() as connection:
            return has_icu(connection)

    def create_database(self, template: str | None = None) -> ShadowDatabase:
        """Make a database, in 10 to 20 ms: files are copied instead of logged block by block."""
        name = f"driftwatch_{next(_NUMBERS)}"
        self._create(name, template)
        superuser = self.server.conninfo(name)
        owner = superuser if self.trust else self.server.conninfo(name, OWNER)
        return ShadowDatabase(self, name, superuser, owner)

    def _create(self, name: str, template: str | None) -> None:
        strategy = " STRATEGY file_copy" if self.major >= FIRST_WITH_STRATEGY else ""
        with self._connection() as connection:
            # Two calls: the first can't be in a transaction block, as what is sent together is.
            connection.execute(
                f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {quote(template or 'template0')}{strategy}".encode()
            )
            connection.execute(f"GRANT CREATE ON DATABASE {name} TO {MEMBERS}".encode())

    def kept(self) -> frozenset[str]:
        """Those that the server has; none where SQL may have done anything."""
        if self.trust:
            return frozenset()
        with self._connection() as connection:
            return frozenset(name.removeprefix(PREFIX) for name in kept_databases(connection))

    def create_kept(self, key: str) -> ShadowDatabase:
        """From the template of that name."""
        return self.create_database(PREFIX + key)

    def keep(self, database: ShadowDatabase, key: str) -> None:
        """As a template on the server; not where the database got something that a copy would lose."""
        if self.trust:
            return
        with _KEEPING, self._connection() as connection:
            if PREFIX + key in kept_databases(connection):
                return
            with self.create_database() as fresh:
                copied = own_state(connection, database.name) == own_state(connection, fresh.name)
            if copied:
                self._create(PREFIX + key, database.name)
                self.server.kept = True

    def ensure_roles(self, names: Iterable[str]) -> frozenset[str]:
        """Make the missing roles: without login, and the databases' owner a member, so that it can give to them.

        Returns:
            Names that no role can have here (`pg_…` of another major).
        """
        with _MAKING_FOR_ALL, self._connection() as connection:
            return frozenset(name for name in sorted(set(names)) if not _ensure_role(connection, name))

    def ensure_tablespaces(self, names: Iterable[str]) -> frozenset[str]:
        """Make the missing tablespaces, in the server's own directory, open to everybody.

        Returns:
            Names that no tablespace can have (`pg_…`).
        """
        with _MAKING_FOR_ALL, self._connection() as connection:
            there = {name for (name,) in connection.execute("SELECT spcname::text FROM pg_catalog.pg_tablespace")}
            missing = set(names) - there
            reserved = frozenset(name for name in missing if name.startswith("pg_"))
            connection.execute("SET allow_in_place_tablespaces = on")
            for name in sorted(missing - reserved):
                connection.execute(f"CREATE TABLESPACE {quote(name)} LOCATION ''".encode())
                connection.execute(f"GRANT CREATE ON TABLESPACE {quote(name)} TO PUBLIC".encode())
        return reserved

    def lacking_extensions(self, names: Iterable[str]) -> dict[str, StandIn | None]:
        """Those that the server does not have itself, with what stands in for them already."""
        with self._connection() as connection:
            there = available(connection)
        standing = {name: self.server.extensions.stand_in(name) for name in names}
        return {name: found for name, found in standing.items() if found or name not in there}

    def provide_extensions(self, wanted: Iterable[Extension]) -> Provision:
        """Write stand-ins where the server looks for extensions."""
        lacking = [extension for extension in wanted if not self.server.extensions.has(extension.name)]
        if not self.server.extensions.used:
            return Provision(missing=frozenset(extension.name for extension in lacking))
        return Provision(tuple(filter(None, map(self.server.extensions.add, lacking))))

    def stand_ins(self, database: ShadowDatabase) -> tuple[StandIn, ...]:
        """By name: what was found in our folder was not in the server's own."""
        with self._connection(database.name) as connection:
            names = sorted(installed(connection))
        return tuple(filter(None, map(self.server.extensions.stand_in, names)))

    def provide_collations(self, database: ShadowDatabase, names: Iterable[str]) -> Provision:
        """Make those that `pg_catalog` lacks."""
        made = []
        with self._connection(database.name) as connection:
            for name in sorted(set(names)):
                statement = f"CREATE COLLATION pg_catalog.{quote(name)} (PROVIDER = libc, LOCALE = 'C')"
                try:
                    connection.execute(statement)
                except errors.DuplicateObject:
                    continue
                made.append(StandIn("collation", name))
        return Provision(tuple(made))

    @contextmanager
    def loading(self, database: ShadowDatabase) -> Iterator[None]:
        """Let the owner do what only a superuser may, where nothing can come of it."""
        prepare = [OPEN_SCHEMAS, ALLOW_PUBLISHING, GIVE_PLPGSQL]
        if self.major < FIRST_WITH_DATABASE_OWNER:
            prepare.append(GIVE_PUBLIC)
        self._run(";".join(prepare), database.name)
        yield
        self._run(CLOSE_SCHEMAS, database.name)

    def reset_database(self, name: str) -> None:
        """Drop it and make it again."""
        self.drop_database(name)
        self._create(name, None)

    def drop_database(self, name: str) -> None:
        """Drop it with the sessions in it."""
        with self._connection() as connection:
            drop_database(connection, name, self.server.conninfo(name))

    def _run(self, statements: str, database: str = MAINTENANCE) -> None:
        with self._connection(database) as connection:
            connection.execute(statements)

    @contextmanager
    def _connection(self, database: str = MAINTENANCE) -> Iterator[Connection]:
        try:
            with connect(self.server.conninfo(database), autocommit=True) as connection:
                yield connection
        except Error as error:
            advice = f"; {room()}" if isinstance(error, errors.DiskFull) else ""
            raise ShadowError(f"The shadow's server said: {' '.join(str(error).split())}{advice}") from error


def _ensure_role(connection: Connection, name: str) -> bool:
    """True when the role exists afterwards."""
    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).fetchone() is not None:
        return True
    try:
        connection.execute(f"CREATE ROLE {quote(name)} NOLOGIN IN ROLE {MEMBERS}")
    except errors.ReservedName:
        return False
    connection.execute(f"GRANT {quote(name)} TO {OWNER} WITH ADMIN OPTION")
    return True
