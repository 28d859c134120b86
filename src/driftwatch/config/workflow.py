"""What a user asks for around migrations, complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from driftwatch.config.target import Target
    from driftwatch.config.values import Verify
    from driftwatch.migrations.model import State


@dataclass(frozen=True)
class StatusRequest:
    """How the migrations stand in some databases."""

    targets: tuple[Target, ...]
    migrations: Path | None
    """The directory, where it was given by hand."""
    history: bool
    """Whether to list what was deployed when, instead."""
    json: bool


@dataclass(frozen=True)
class PullRequest:
    """A schema to write as files."""

    target: Target
    to: Path
    """A folder, or one .sql file."""
    check: bool
    """Whether to say only what would change."""
    prisma: bool
    """Whether Prisma is to refresh its schema.prisma as well."""


@dataclass(frozen=True)
class MigrateRequest:
    """The next migration of a directory, to be written."""

    name: str
    desired: Target
    base: Target | None
    """The schema that it starts from; None: the one that the directory's migrations make."""
    migrations: Path | None
    verify: Verify
    unproved: bool
    record: bool
    """Whether the desired database is told that it has the migration already."""


@dataclass(frozen=True)
class DeployRequest:
    """Pending migrations to apply."""

    target: Target
    migrations: Path | None
    allowed: frozenset[State]
    """What of the history is not a reason to refuse."""
    check: bool
    """Whether to make sure afterwards that the schema is what the directory says."""


@dataclass(frozen=True)
class ResolveRequest:
    """A failed migration to declare applied, or not."""

    target: Target
    migrations: Path | None
    name: str
    """Empty: the only one that failed."""
    applied: bool


@dataclass(frozen=True)
class PushRequest:
    """A development database to bring to a schema without a migration, or (no source) to empty and fill anew."""

    target: Target
    source: Target | None
    migrations: Path | None
    confirmed: str | None
    """The database's name, where the command line gave it."""
