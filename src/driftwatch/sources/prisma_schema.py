"""`schema.prisma` as a source: the SQL that the project's own Prisma makes of it, and Prisma's command line."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from driftwatch.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".prisma"
_MANIFESTS = ("package.json", "prisma.config.ts", "prisma.config.mjs", "prisma.config.js")
_BEFORE_7 = "--to-schema-datamodel"
_TOLD = 400


def project_of(place: Path) -> Path:
    """The folder that Prisma is called in: the nearest one above with a manifest or a configuration of its own."""
    place = place.resolve()
    return next(
        (each for each in (place, *place.parents) if any((each / name).is_file() for name in _MANIFESTS)), place
    )


def program(project: Path) -> str:
    """Prisma's command line.

    Raises:
        SourceError: it is not installed.
    """
    homes = [each / "node_modules/.bin/prisma" for each in (project.resolve(), *project.resolve().parents)]
    found = next((str(home) for home in homes if home.exists()), None) or shutil.which("prisma")
    if not found:
        raise SourceError(
            f"Prisma is not installed in {project} (node_modules/.bin/prisma), nor on PATH: 'npm install prisma' helps"
        )
    return found


def as_sql(schema: Path) -> str:
    """What `prisma migrate diff` prints for an empty database.

    Raises:
        SourceError: Prisma is not installed, or refused the schema; the text is what it said.
    """
    project = project_of(schema.parent)
    done = _diff(project, "--to-schema", schema)
    if done.returncode != 0 and _BEFORE_7 in done.stderr + done.stdout:
        done = _diff(project, _BEFORE_7, schema)
    # For a schema without models it prints a comment: nothing at all means that its engine broke down.
    if done.returncode != 0 or not done.stdout.strip():
        raise SourceError(f"{schema}: 'prisma migrate diff' stopped: {_said(done)}")
    return done.stdout


def refresh(project: Path, url: str) -> None:
    """`prisma db pull` from a database.

    Raises:
        SourceError: Prisma is not installed, or did not say that it read the database; the text is what it said.
    """
    done = _run(project, "db", "pull", DATABASE_URL=url)
    if done.returncode != 0 or "ntrospected" not in done.stdout + done.stderr:
        raise SourceError(f"'prisma db pull' stopped: {_said(done)}")


def _diff(project: Path, option: str, schema: Path) -> subprocess.CompletedProcess[str]:
    return _run(project, "migrate", "diff", "--from-empty", option, str(schema.resolve()), "--script")


def _run(project: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"CHECKPOINT_DISABLE": "1", **os.environ, **variables}
    command = (program(project), *words)
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False, errors="replace"
    )


def _said(done: subprocess.CompletedProcess[str]) -> str:
    return " ".join(f"{done.stdout} {done.stderr}".split())[-_TOLD:] or "it said nothing"
