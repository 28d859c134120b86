"""The result of a comparison: all that a report, a history or a notification tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.model.plan import Plan
from driftwatch.model.statement import Level

if TYPE_CHECKING:
    from datetime import datetime

    from driftwatch.model.change import Change
    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Unmodelled, Unreadable
    from driftwatch.model.statement import Hazard, Lock
    from driftwatch.model.verdict import Verdict


class Label(StrEnum):
    """Who moved, as far as migrations (or another common ancestor) tell."""

    PENDING = "pending"
    """In the directory, not deployed yet."""
    UNDECLARED = "undeclared in dev"
    """Changed in the desired schema, and no migration says so yet."""
    HOTFIX = "hot-fix in prod"
    """Changed in the actual schema, and no migration says so."""
    CONFLICT = "conflict"
    """Both changed the same object, differently."""
    EDITED = "edited history"
    """A migration that was edited after it was deployed says otherwise now."""
    IN_BOTH = "undeclared in both"
    """Alike on both sides, and no migration says so: no finding's, but that of `Comparison.undeclared`."""


class Side(NamedTuple):
    """One of the two schemas: its configured name, where it is (without a password), and its server version's text."""

    name: str
    location: str
    server: str
    objects: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One change with everything a reader wants to know of it."""

    change: Change
    group: Key
    """The object it is shown under: the table of a column, or itself."""
    level: Level
    old_sql: str
    """The actual object as DDL; empty for an addition."""
    new_sql: str
    """The desired object as DDL; empty for a removal."""
    statements: tuple[str, ...]
    """The statements of the migration that are for this object; empty where another object's statement does it."""
    hazards: tuple[Hazard, ...]
    lock: Lock
    label: Label | None = None
    """Who moved; None where nothing tells."""
    written: tuple[tuple[str, datetime], ...] = ()
    """When it was last written on which side (`desired`, `actual`), where that was since the run before and the server
    keeps commit times."""
    backport: tuple[str, ...] = ()
    """For a hot-fix: the statements that bring the desired schema to it."""


class RenameCandidate(NamedTuple):
    """Two objects of one shape and different names: a question to the user."""

    old: Key
    new: Key
    likeness: float
    """From 0 to 1 (the same but for the name)."""
    option: str
    """What to put behind `--rename` to say yes."""
    sql: str = ""
    """The statements of the plan where it is a rename; by default it is the findings of both keys, drop and add."""


class Hidden(NamedTuple):
    """How much one ignore rule hid."""

    rule: str
    reason: str
    keys: tuple[str, ...]


class Certificate(NamedTuple):
    """What "no drift in what was compared" is a statement about."""

    kinds: tuple[str, ...]
    excluded: tuple[str, ...]
    """Kinds that were read and not compared, such as owners without `--include owners`."""
    scope: str
    """Which schemas, in words."""
    objects: int
    reader: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Dev (desired) against prod (actual), and the way from the second to the first."""

    desired: Side
    actual: Side
    at: datetime
    findings: tuple[Finding, ...]
    information: tuple[Change, ...]
    """Differences that are told and never migrated (column order, …)."""
    renames: tuple[RenameCandidate, ...]
    hidden: tuple[Hidden, ...]
    unmodelled: tuple[tuple[str, Unmodelled], ...]
    """Per side (`desired`, `actual`, `both`: alike on both sides): what no kind reads."""
    unreadable: tuple[tuple[str, Unreadable], ...]
    certificate: Certificate
    verdict: Verdict
    migration: Plan = field(default_factory=Plan)
    rollback: Plan = field(default_factory=Plan)
    migration_sql: str = ""
    rollback_sql: str = ""
    warnings: tuple[str, ...] = ()
    undeclared: tuple[Key, ...] = ()
    """What both sides have alike and the migrations don't say."""
    undeclared_sql: str = ""
    """What a migration would have to say of it."""

    @property
    def unmodelled_drift(self) -> tuple[tuple[str, Unmodelled], ...]:
        """What no kind reads and yet differs between the sides."""
        return tuple(row for row in self.unmodelled if row[0] != "both")

    @property
    def drift(self) -> bool:
        """Whether the two differ in what was compared."""
        return bool(self.findings or self.unmodelled_drift or self.undeclared)

    @property
    def outcome(self) -> str:
        """One word for the machine: `no-drift`, `drift`, `breaking-drift` or `incomplete`."""
        if not self.drift:
            return "incomplete" if self.unreadable else "no-drift"
        return "breaking-drift" if any(f.level is Level.BREAKING for f in self.findings) else "drift"
