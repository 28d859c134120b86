"""What a shadow is to those who use it, whichever server it lives on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType

    from driftwatch.shadow.binaries import Binaries
    from driftwatch.shadow.extensions import Extension, Provision, StandIn


@dataclass(frozen=True, slots=True)
class ShadowSettings:
    """Where the shadow lives: on a private server unless one of the two URLs says otherwise.

    Attributes:
        url: A server to use (`shadow: url:`), as a connection string that libpq understands.
        database_url: A configured database on whose server scratch databases are made (`shadow: database:`).
        protected: The server or database named is a protected one, and is refused.
        trust: Load the user's SQL as superuser; it may then do whatever the server's account may.
        pooled: The URL said `pgbouncer=true`: refused, a shadow needs sessions of its own.
    """

    url: str | None = field(default=None, repr=False)
    database_url: str | None = field(default=None, repr=False)
    protected: bool = False
    trust: bool = False
    pooled: bool = False


class Shadow(Protocol):
    """A server that gives disposable databases."""

    @property
    def major(self) -> int:
        """The server's major version, such as 18."""

    @property
    def version(self) -> str:
        """The server's whole version, such as "18.6"."""

    @property
    def binaries(self) -> Binaries:
        """`psql` and `pg_dump` that are at least as new as the server."""

    @property
    def private(self) -> bool:
        """Whether the server is ours alone: roles and extensions may be added to it."""

    @property
    def role(self) -> str:
        """Who builds on it."""

    @property
    def may_all(self) -> bool:
        """Whether that is a superuser."""

    @property
    def has_icu(self) -> bool:
        """Whether the server was built with ICU."""

    @property
    def trust(self) -> bool:
        """Whether the user's SQL is loaded as the role that driftwatch itself uses."""

    def create_database(self, template: str | None = None) -> ShadowDatabase:
        """Make a database, empty or as a copy of another of this shadow's (which nobody may be connected to).

        Raises:
            ShadowError: the server refused.
        """

    def kept(self) -> frozenset[str]:
        """The keys under which databases were kept, by this run or an earlier one."""

    def create_kept(self, key: str) -> ShadowDatabase:
        """Make a database as a copy of the one that was kept.

        Raises:
            ShadowError: the server refused.
        """

    def keep(self, database: ShadowDatabase, key: str) -> None:
        """Keep a copy of a database, which nobody may be connected to, for later ones and later runs, where we may."""

    def ensure_roles(self, names: Iterable[str]) -> frozenset[str]:
        """See that the roles exist, as far as it is for us to make them.

        Returns:
            The roles that are still missing: what needs them is not covered.
        """

    def ensure_tablespaces(self, names: Iterable[str]) -> frozenset[str]:
        """See that the tablespaces exist, as far as it is for us to make them.

        Returns:
            Those that are still missing: what is in them can be tried elsewhere only.
        """

    def lacking_extensions(self, names: Iterable[str]) -> Mapping[str, StandIn | None]:
        """Those that the server does not have itself, with what stands in for them already."""

    def provide_extensions(self, wanted: Iterable[Extension]) -> Provision:
        """See that `CREATE EXTENSION` works for these, if need be with stand-ins.

        Args:
            wanted: As `read_extensions` describes them; a name alone gives a stand-in without members.

        Returns:
            The stand-ins made, and the names for which none could be.
        """

    def stand_ins(self, database: ShadowDatabase) -> tuple[StandIn, ...]:
        """The extensions in the database that are only stand-ins."""

    def provide_collations(self, database: ShadowDatabase, names: Iterable[str]) -> Provision:
        """Make the missing ones among the collations of `pg_catalog` (of ICU, of the system's libraries).

        A stand-in has the name and orders by code point: enough to build what mentions it, not to sort like it.
        """

    def loading(self, database: ShadowDatabase) -> AbstractContextManager[None]:
        """Hold this open while the user's SQL is loaded into the database."""

    def reset_database(self, name: str) -> None:
        """Make a database that `create_database` made empty again."""

    def drop_database(self, name: str) -> None:
        """Drop a database that `create_database` made, with the sessions in it; a second call does nothing."""


@dataclass(frozen=True, slots=True)
class ShadowDatabase:
    """A disposable database; a context manager that drops it.

    Attributes:
        shadow: Where it lives.
        name: Its name on the server.
        conninfo: A libpq connection string for driftwatch itself (superuser on a private server).
        owner_conninfo: The same for the role that owns the database, which users' SQL is loaded as.
    """

    shadow: Shadow
    name: str
    conninfo: str = field(repr=False)
    owner_conninfo: str = field(repr=False)

    def reset(self) -> None:
        """Make the database empty again."""
        self.shadow.reset_database(self.name)

    def drop(self) -> None:
        """Drop the database; a second call does nothing."""
        self.shadow.drop_database(self.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()
