"""An installation of PostgreSQL 14 to 17 that looks for extensions in each server's own folder.

Newer ones have a setting for that (`extension_control_path`). Older ones take their share folder's place from that of
the program `postgres` (src/port/path.c, `make_relative_path`): so the program is copied into a tree of links to the
real installation, in which `extension` leads, through the server's working directory, to the folder beside its data.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.shadow.account import server_account
from driftwatch.shadow.files import cache_folder, locked, replace_folder, shared_cache_folder

if TYPE_CHECKING:
    from driftwatch.shadow.binaries import Binaries

EXTENSIONS = "/proc/self/cwd/../share/extension"
"""Every server process works in its data directory; Linux only."""


def relocated(binaries: Binaries, extensions: Path | None) -> Path | None:
    """The program `postgres` of a tree as described above; None where there can be none.

    Args:
        binaries: The real installation.
        extensions: Its extension folder.
    """
    cache = shared_cache_folder() if server_account() is not None else cache_folder()
    if sys.platform != "linux" or extensions is None or cache is None:
        return None
    real, share = binaries.bin_dir.resolve(), extensions.parent.resolve()
    above = Path(os.path.commonpath([real, share]))
    if above == Path("/"):
        return None
    tree = cache / _name(binaries)
    program = tree / real.relative_to(above) / "postgres"
    if not program.exists():
        with locked(cache / "relocated.lock"):
            if not program.exists():
                _plant(tree, above, real, share)
    return program if _runs(program) else None


def _name(binaries: Binaries) -> str:
    status = binaries.program("postgres").stat()
    build = f"{binaries.bin_dir} {status.st_size} {status.st_mtime_ns}"
    return f"relocated-{binaries.version}-{hashlib.sha256(build.encode()).hexdigest()[:12]}"


def _plant(tree: Path, above: Path, programs: Path, share: Path) -> None:
    making = tree.with_name(f"{tree.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    _mirror(above, making, (programs / "postgres", share / "extension"))
    (making / share.relative_to(above) / "extension").symlink_to(EXTENSIONS)
    postgres = making / programs.relative_to(above) / "postgres"
    shutil.copyfile(programs / "postgres", postgres)
    postgres.chmod(0o755)
    replace_folder(making, tree)


def _mirror(real: Path, copy: Path, left_out: tuple[Path, Path]) -> None:
    """Link each entry; folders that hold something that is left out become folders of links."""
    copy.mkdir()
    copy.chmod(0o755)
    for entry in real.iterdir():
        if entry in left_out:
            continue
        if any(path.is_relative_to(entry) for path in left_out):
            _mirror(entry, copy / entry.name, left_out)
        else:
            (copy / entry.name).symlink_to(entry)


def _runs(program: Path) -> bool:
    """Not where the cache lies on a file system mounted with `noexec`."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False, env={}).returncode == 0
    except OSError:
        return False
