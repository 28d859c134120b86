"""A SQL statement with its effects as data: the lock it takes and the hazards it brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from driftwatch.model.key import Key


class Lock(StrEnum):
    """The strongest table lock a statement takes, in PostgreSQL's words (manual, 13.3.1)."""

    NONE = "none"
    ACCESS_SHARE = "ACCESS SHARE"
    ROW_EXCLUSIVE = "ROW EXCLUSIVE"
    SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"
    SHARE = "SHARE"
    SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
    ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"


class Level(StrEnum):
    """How dangerous a change is; `BLOCKING` comes from locks, `BREAKING` from everything else."""

    SAFE = "safe"
    BLOCKING = "blocking"
    BREAKING = "breaking"


class Danger(Enum):
    """The classes of hazard, each with the level it puts a statement on."""

    DATA_LOSS = ("data loss", Level.BREAKING)
    BREAKS_CODE = ("breaks running code", Level.BREAKING)
    MAY_FAIL = ("may fail on existing rows", Level.BREAKING)
    ACCESS = ("changes who may see or do what", Level.BREAKING)
    SECRET = ("lacks a secret", Level.BREAKING)
    REPLICATION = ("changes replication", Level.BREAKING)
    BEHAVIOUR = ("changes behaviour", Level.BREAKING)
    REWRITE = ("rewrites the table", Level.BLOCKING)
    SCAN = ("scans the table under a lock", Level.BLOCKING)
    LOCK = ("blocks reads or writes", Level.BLOCKING)

    @property
    def title(self) -> str:
        """The danger in words."""
        return self.value[0]

    @property
    def level(self) -> Level:
        """The level a statement with this danger has at least."""
        return self.value[1]


PLACE = ("default_tablespace",)
"""What an index heeds: where its files go."""
PLACE_AND_METHOD = (*PLACE, "default_table_access_method")
"""What a table heeds."""


class Hazard(NamedTuple):
    """One danger of one statement: its class, and a sentence that says what goes wrong or what the safe way is."""

    danger: Danger
    message: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement, without the closing semicolon."""

    sql: str
    lock: Lock = Lock.NONE
    hazards: tuple[Hazard, ...] = ()
    transactional: bool = True
    """False where PostgreSQL refuses it inside a transaction block."""
    took: str = "true"
    """For one outside of a transaction block: an SQL condition that holds once it has taken effect."""
    touches: tuple[Key, ...] = ()
    """Objects beside its own that it changes in passing, and that a proof has to have."""
    fills: bool = False
    """True where it only fetches rows that are there already (`REFRESH`): a shadow has none, a proof leaves it out."""
    superuser: str = ""
    """The role that it takes for a superuser: the new owner of what nobody else may own."""
    commits: bool = False
    """True where its effect can only be used after a commit (`ALTER TYPE … ADD VALUE`)."""
    heeds: tuple[str, ...] = ()
    """Settings of the session that decide about what it makes and that it does not name."""
    head: str = ""
    """Of one that writes a table anew: the ALTER TABLE before the action. Neighbours with the same one share it."""

    @property
    def level(self) -> Level:
        """Breaking beats blocking beats safe."""
        levels = {hazard.danger.level for hazard in self.hazards}
        for level in (Level.BREAKING, Level.BLOCKING):
            if level in levels:
                return level
        return Level.SAFE


@dataclass(frozen=True, slots=True)
class Implied:
    """Instead of statements: the change happens by itself when another object's change does."""

    by: Key


Writing = Sequence[Statement] | Implied
"""What a writer gives: statements in order (none: nothing is to be done), or the key whose change implies this one."""
