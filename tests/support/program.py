"""The program as users call it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Done = subprocess.CompletedProcess[str]

OF_OURS = ("DRIFTWATCH_CONFIG", "DATABASE_URL", "PROD_DATABASE_URL")


def driftwatch(*arguments: str | Path, cwd: Path, **environment: str) -> Done:
    """Call it in a folder and wait for its end; what the caller's environment says to it is left out."""
    return subprocess.run(
        [sys.executable, "-m", "driftwatch", *map(str, arguments)],
        cwd=cwd,
        env=surroundings(**environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def surroundings(**environment: str) -> dict[str, str]:
    """The environment, with nothing in it that a user would have set for driftwatch or libpq."""
    kept = {name: value for name, value in os.environ.items() if name not in OF_OURS and not name.startswith("PG")}
    return kept | environment
