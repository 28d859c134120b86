"""Where migrations may stand by custom, told without any of the tools: most comparisons need none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HOMES = (
    "migrations",
    "db/migrations",
    "db/migration",
    "src/main/resources/db/migration",
    "sql",
    "alembic",
    "prisma/migrations",
    "changelog",
    "db/changelog",
    "src/main/resources/db/changelog",
    "sqitch",
    "db",
    "sqitch.plan",
)
"""Every tool's `homes`; of a project's own folder, which is Sqitch's, the file that makes it one."""


def may_hold_migrations(base: Path) -> bool:
    """Whether a look at `usual_places` is worth importing every tool."""
    return any((base / home).exists() for home in HOMES)
