"""Whether something may tell who moved: asked before what finds out is imported, which most comparisons do without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.config import FailOn
from driftwatch.migrations.homes import may_hold_migrations

if TYPE_CHECKING:
    from driftwatch.config import CompareRequest, Config


def may_be_told(request: CompareRequest, config: Config) -> bool:
    """Whether it was asked for, or migrations are configured, or may stand in a usual place."""
    asked = request.base is not None or FailOn.HOTFIX in request.fail_on
    configured = config.migrations or any(database.migrations for database in config.databases.values())
    return asked or bool(configured) or may_hold_migrations(config.base_dir)
