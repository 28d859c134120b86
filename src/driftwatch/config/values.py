"""What config.yaml says, as frozen values; every default stands here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.errors import ConfigError
from driftwatch.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from driftwatch.config.nodes import Place
    from driftwatch.config.renames import Rename
    from driftwatch.schedule.cron import Cron


def _no_names() -> Mapping[str, str]:
    return MappingProxyType({})


class Environment(StrEnum):
    """What a database is for; only a development database can be unprotected by it."""

    DEVELOPMENT = "development"
    TEST = "test"
    STAGING = "staging"
    PRODUCTION = "production"


class Include(StrEnum):
    """What is compared only when asked for."""

    OWNERS = "owners"
    GRANTS = "grants"
    DATABASE = "database"


class FailOn(StrEnum):
    """What makes the exit code 2; several combine, none means never."""

    DRIFT = "drift"
    BREAKING = "breaking"
    HOTFIX = "hotfix"
    """What was changed in the actual schema by hand: a hot-fix, or a conflict with one."""
    NEW = "new"
    """Drift that neither the baseline nor the ledger knows."""


class Reader(StrEnum):
    """By what a database is read."""

    PG_CATALOG = "pg_catalog"
    INFORMATION_SCHEMA = "information_schema"


class Verify(StrEnum):
    """How deep the proof of a migration goes."""

    QUICK = "quick"
    FULL = "full"
    OFF = "off"


class MigrationsAt(NamedTuple):
    """A migrations directory: its path as it was written, its tool's name where given, values of placeholders."""

    path: str
    tool: str = ""
    placeholders: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Database:
    """A configured database.

    `url` is whatever can be read: a URL, a libpq connection string, a file, a folder. It may hold a password and is
    never shown. Where it names a variable that is not set, `problem` says so; that is an error only for those who
    want to read this database.
    """

    name: str
    url: str = field(default="", repr=False)
    problem: str = ""
    environment: Environment | None = None
    protected: bool = True
    direct_url: str = field(default="", repr=False)
    """Where a connection pooler stands before the database: the way around it."""
    schemas: tuple[str, ...] = ()
    schema_map: Mapping[str, str] = field(default_factory=_no_names, hash=False)
    migrations: MigrationsAt | None = None
    reader: Reader | None = None
    """None: as the configuration says for all."""


class Pair(NamedTuple):
    """The names of the two databases to compare when none are given."""

    desired: str
    actual: str


@dataclass(frozen=True)
class IgnoreRule:
    """What is not compared: patterns (`*`, `?`) for an object's kind, its name and one of its attributes."""

    kind: str = "*"
    name: str = "*"
    attribute: str = ""
    """Empty: the whole object; else this attribute only."""
    reason: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Ignore:
    """The user's ignore rules, and whether those that ship with driftwatch hold too."""

    rules: tuple[IgnoreRule, ...] = ()
    builtin: bool = True


@dataclass(frozen=True)
class Shadow:
    """Where plans are proved: a server's URL, a scratch database beside a configured one, or (neither) our own."""

    url: str = field(default="", repr=False)
    database: str = ""
    trust: bool = False
    """Whether SQL files may do on it what only a superuser may."""


@dataclass(frozen=True)
class Reports:
    """Where reports are written, and the address under which others see that folder."""

    directory: Path = Path("reports")
    report_url: str = ""


@dataclass(frozen=True)
class History:
    """Where runs are remembered, and for how long (in seconds; 0: for ever)."""

    url: str = field(default="sqlite:///history.db", repr=False)
    keep: float = 90 * 86400.0


@dataclass(frozen=True)
class Job:
    """A pair that is compared on a schedule; waits in seconds."""

    name: str
    cron: Cron
    pair: Pair
    verify: Verify = Verify.FULL
    retries: int = 3
    """How often a comparison that failed is tried again."""
    backoff: float = 60.0
    """The wait before the first retry; it doubles."""
    ping_url: str = field(default="", repr=False)
    """Called after each comparison that went well: who does not hear of it raises the alarm."""


class NotifyOn(StrEnum):
    """What makes a message of a scheduled run."""

    NEW = "new"
    """Drift is new, changed, or not acknowledged any more."""
    RESOLVED = "resolved"
    FAILED = "failed"
    """The first night that failed, could not read everything, or whose migration's proof failed."""
    RECOVERED = "recovered"
    ALWAYS = "always"
    WEEKLY = "weekly"
    """Nothing was told for a week."""


@dataclass(frozen=True)
class Webhook:
    """Where a signed JSON document is posted to."""

    url: str = field(repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Notify:
    """Whom to tell of scheduled runs, and of what."""

    on: frozenset[NotifyOn] = frozenset({NotifyOn.NEW, NotifyOn.RESOLVED, NotifyOn.FAILED, NotifyOn.RECOVERED})
    slack: str = field(default="", repr=False)
    """An incoming webhook's address, which is a secret."""
    webhook: Webhook | None = None
    apprise: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Timeouts:
    """In seconds; 0 means without limit."""

    statement: float = 60.0
    lock: float = 10.0
    connect: float = 10.0


@dataclass(frozen=True)
class Config:
    """The whole configuration; relative paths in it are relative to `base_dir`, the folder of its file."""

    base_dir: Path
    file: Path | None = None
    databases: Mapping[str, Database] = field(default_factory=dict)
    compare: Pair | None = None
    include: frozenset[Include] = frozenset()
    ignore: Ignore = Ignore()
    roles: Mapping[str, str] = field(default_factory=_no_names)
    """Which role of the actual database stands for which of the desired one."""
    renames: tuple[Rename, ...] = ()
    schemas: tuple[str, ...] = ()
    """Patterns; none: every schema of the user's."""
    schema_map: Mapping[str, str] = field(default_factory=_no_names)
    """What a schema of the desired database is called in the actual one."""
    shadow: Shadow = Shadow()
    reports: Reports = Reports()
    fail_on: frozenset[FailOn] = frozenset({FailOn.DRIFT})
    timeouts: Timeouts = Timeouts()
    verify: Verify = Verify.QUICK
    reader: Reader = Reader.PG_CATALOG
    history: History | None = None
    """None: `compare` remembers nothing."""
    notify: Notify = Notify()
    migrations: MigrationsAt | None = None
    """None: the folder that one of the tools would use by custom."""
    schedule: Mapping[str, Job] = field(default_factory=dict)

    def database(self, name: str) -> Database:
        """A configured database whose URL is known.

        Raises:
            ConfigError: there is none of this name, or its URL needs a variable that is not set.
        """
        if name not in self.databases:
            known = f" (configured: {', '.join(self.databases)})" if self.databases else ""
            raise ConfigError(f"no database {name!r} is configured{did_you_mean(name, self.databases) or known}")
        if self.databases[name].problem:
            raise ConfigError(self.databases[name].problem)
        return self.databases[name]

    def check_kinds(self, kinds: Collection[str]) -> None:
        """Holds the kinds that ignore rules name against those that exist; patterns pass when one fits.

        Raises:
            ConfigError: a rule names a kind that does not exist.
        """
        for rule in self.ignore.rules:
            if not any(fnmatchcase(kind, rule.kind) for kind in kinds):
                raise ConfigError(f"{rule.place}: there is no kind {rule.kind!r}{did_you_mean(rule.kind, kinds)}")
