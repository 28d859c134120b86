"""What a user asks for, complete: the command line's options over the configuration's."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from driftwatch.config.renames import Rename
    from driftwatch.config.target import Target, TargetPair
    from driftwatch.config.values import FailOn, Include, Verify
    from driftwatch.sources.locate import Source


class Format(StrEnum):
    """What is printed on stdout."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    SQL = "sql"
    ROLLBACK = "rollback"

    @property
    def executable(self) -> bool:
        """Whether it is SQL that may be piped into psql."""
        return self in {Format.SQL, Format.ROLLBACK}


class Color(StrEnum):
    """When the terminal's output has colours."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class CompareRequest(NamedTuple):
    """A comparison to make."""

    pair: TargetPair
    include: frozenset[Include]
    renames: tuple[Rename, ...]
    fail_on: frozenset[FailOn]
    verify: Verify
    unproved: bool
    """Whether SQL that was not proved may be printed as executable."""
    format: Format
    reports: Path | None
    """The folder that the report's folder is made in; none: no report is written."""
    quiet: bool
    color: Color
    base: Source | None = None
    """The common ancestor of both sides, where no migrations directory tells."""
    ledger: bool = True
    """Whether it moves the drift ledger: not with a scope given by hand, nor for sources that are not configured."""
    baseline: Path | None = None
    """A report.json: what it lists is not new."""


class SnapshotRequest(NamedTuple):
    """A schema to save."""

    target: Target
    output: Path | None
    """The file, which may be replaced; none: stdout."""


class VerifyRequest(NamedTuple):
    """A migration that somebody wrote, to be proved."""

    migration: Path
    rollback: Path | None
    pair: TargetPair
    verify: Verify


class HistoryRequest(NamedTuple):
    """The runs to list: the newest, of one pair (`desired/actual`) or of all."""

    pair: str
    limit: int
    json: bool


class ShowRequest(NamedTuple):
    """A run to show."""

    run: int
    json: bool


class DiffRequest(NamedTuple):
    """What changed in one database (`desired` or `actual`) between two runs."""

    older: int
    newer: int
    side: str
    json: bool


class AckRequest(NamedTuple):
    """Drift that somebody knows of; without keys all that is open."""

    keys: tuple[str, ...]
    pair: str
    """Empty: the only one there is."""
    reason: str
    by: str
    until: datetime | None
    json: bool
    remove: bool = False


class PruneRequest(NamedTuple):
    """What to take out of the history: all that ended this many seconds ago."""

    age: float
    json: bool


class OnceRequest(NamedTuple):
    """The scheduled jobs to run: all that are due, or those that are named (`if_due`: only where they are due)."""

    names: tuple[str, ...] = ()
    if_due: bool = False


class ScheduleRequest(NamedTuple):
    """A scheduler to run."""

    grace: float
    """Seconds that a running comparison may go on after SIGTERM."""
    log: str = "auto"
    """How the comparisons log: `text`, `json`, or `auto`."""
    listen: str = ""
    """`host:port` of the health endpoint and the metrics; none: there are none."""
