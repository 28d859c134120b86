"""Files as they were committed: what `git archive` gives of a reference."""

from __future__ import annotations

import atexit
import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from driftwatch.errors import SourceError
from driftwatch.unpack import unpack


def checkout(ref: str, path: str, base_dir: Path) -> Path:
    """A file or folder of a commit, in a temporary folder that is deleted when the process ends.

    Args:
        ref: a branch, tag or commit.
        path: relative to the folder, as on the command line.
        base_dir: a folder of the repository's working tree.

    Raises:
        SourceError: git is missing, this is no repository, or the reference has no such path.
    """
    if not ref or not path or ref.startswith("-"):
        raise SourceError("a source of git's is written git:REF:PATH, such as git:main:prisma/migrations")
    command = ["git", "archive", "--format=tar", ref, "--", path]
    try:
        done = subprocess.run(command, cwd=base_dir, capture_output=True, check=False)
    except FileNotFoundError:
        raise SourceError("git is not installed here: git:… sources need it") from None
    if done.returncode != 0:
        said = " ".join(done.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
        raise SourceError(f"git has no {path} in {ref}: {said}")
    folder = Path(tempfile.mkdtemp(prefix="driftwatch-git-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        unpack(archive, folder)
    return folder / path
