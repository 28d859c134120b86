"""What a user asks for around migrations, complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from driftwatch.config.target import Target


@dataclass(frozen=True)
class StatusRequest:
    """How the migrations stand in some databases."""

    targets: tuple[Target, ...]
    migrations: Path | None
    """The directory, where it was given by hand."""
    history: bool
    """Whether to list what was deployed when, instead."""
    json: bool
