"""What was proved about a plan on a shadow, and what was not covered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from driftwatch.model.key import Key


class Outcome(StrEnum):
    """Whether a migration may be trusted."""

    PROVED = "proved"
    FAILED = "failed"
    UNPROVED = "not proved"


class NotCovered(NamedTuple):
    """Something the proof says nothing about, and why."""

    what: str
    reason: str


WITHOUT_RIGHT = "the shadow's role may not make it"
WITHOUT_SECRET = "a placeholder stands for a secret of it, and is refused"  # noqa: S105  no password
"""Why a shadow is refused an object; the server's words follow."""


class Denied(NamedTuple):
    """An object that a shadow can't be given, for want of a right or of a secret, and why."""

    key: Key
    message: str


class Failure(NamedTuple):
    """Where a proof broke: the stage in words, the SQL that was refused (if any), the message or what is left."""

    stage: str
    sql: str
    message: str
    denied: tuple[Denied, ...] = ()
    """What the shadow could not be given for want of a right or a secret, where it was that."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The proof of a migration and its rollback.

    `depth` is `quick` (on our own rebuild) or `full` (the rebuild itself was first shown to be faithful by `pg_dump`).
    `shadow_major` and `server_major` differ where no shadow of the server's major could be had.
    """

    outcome: Outcome
    depth: str = "quick"
    shadow_major: int = 0
    server_major: int = 0
    failures: tuple[Failure, ...] = ()
    not_covered: tuple[NotCovered, ...] = ()
    stand_ins: tuple[str, ...] = ()
    """Extensions and collations that the shadow had only by name and signature."""
    reason: str = ""
    """Why nothing was proved, or why the proof stayed quick."""

    @property
    def sentence(self) -> str:
        """The verdict in one sentence, as every output says it."""
        if self.outcome is Outcome.UNPROVED:
            return f"not proved: {self.reason}"
        if self.outcome is Outcome.FAILED:
            return f"the proof failed: {self.failures[0].stage}: {self.failures[0].message}"
        server = "" if self.shadow_major == self.server_major else f", your server is {self.server_major}"
        reason = f" ({self.reason})" if self.reason else ""
        return f"proved ({self.depth}) on PostgreSQL {self.shadow_major}{server}{reason}"
