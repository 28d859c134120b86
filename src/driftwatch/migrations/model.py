"""Migrations, and what a database remembers of them, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration of a directory.

    Attributes:
        name: What users call it: its file's or folder's name without the ending.
        version: What the tool's table calls it.
        path: The file that is run.
        checksum: Of the file, as the tool works it out; empty where the tool keeps none.
        repeatable: Whether it is run again each time it changes (Flyway).
        needs: The versions that come before it, where the tool knows them (Alembic).
        always: Whether it is run again by each deploy (Liquibase).
        values: Names that are filled in, and by what, as far as the directory says so (Liquibase).
    """

    name: str
    version: str
    path: Path
    checksum: str = ""
    repeatable: bool = False
    needs: tuple[str, ...] = ()
    always: bool = False
    values: tuple[tuple[str, str], ...] = ()


class Fate(StrEnum):
    """What became of a migration when it was run, as the tool wrote it down."""

    APPLIED = "applied"
    FAILED = "failed"
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the tool's table.

    Attributes:
        version: As in the table; that of the migration it is about.
        fate: What became of it.
        checksum: Of the file when it was run; empty where the tool keeps none.
        at: When it ended, or began where it did not end; None where the tool doesn't say.
        log: What the server said of a failure, if the tool keeps it.
    """

    version: str
    fate: Fate = Fate.APPLIED
    checksum: str = ""
    at: datetime | None = None
    log: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a migration's file is sent to bring it about.

    Attributes:
        sql: The text.
        line: The line of the file, from 1, that the text begins on.
        transaction: Whether the tool wraps it into a transaction.
        split: Whether the tool, outside of a transaction, sends it statement by statement; else it goes whole.
    """

    sql: str
    line: int = 1
    transaction: bool = True
    split: bool = False

    @property
    def apart(self) -> bool:
        """Whether each of its statements is committed by itself."""
        return self.split and not self.transaction


class State(StrEnum):
    """How a migration stands, directory and database held side by side."""

    APPLIED = "applied"
    PENDING = "pending"
    FAILED = "failed"
    ROLLED_BACK = "rolled back"
    EDITED = "edited after it was deployed"
    MISSING = "missing from the directory"
    OUT_OF_ORDER = "out of order"
    DUPLICATED = "duplicated"

    @property
    def due(self) -> bool:
        """Whether the next deploy runs it."""
        return self in {State.PENDING, State.ROLLED_BACK, State.OUT_OF_ORDER}
