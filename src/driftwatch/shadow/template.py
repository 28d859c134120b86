"""The cached data directory that every private server starts as a copy of."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.errors import ShadowError
from driftwatch.shadow.files import cache_folder, copy_tree, locked
from driftwatch.shadow.process import SHORT_LIVED, guarded
from driftwatch.sql import LOADER, MEMBERS

if TYPE_CHECKING:
    from driftwatch.shadow.account import Account
    from driftwatch.shadow.binaries import Binaries

SUPERUSER = "driftwatch_superuser"
"""The server's superuser; not `postgres`, which dumps name as an ordinary owner."""

OWNER = LOADER
"""The unprivileged role that owns the databases, and that users' SQL is loaded as."""

MAINTENANCE = "postgres"
"""The database that administration connects to."""

# One database less to copy for each server; its data is that of template0. The owner may look at statistics
# of what it owns but reads no file and runs no program on the server (manual, section 21.5, predefined roles).
RECIPE = f"""\
ALTER DATABASE template1 IS_TEMPLATE false;
DROP DATABASE template1;
CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
CREATE ROLE {MEMBERS} NOLOGIN;
REVOKE ALL ON DATABASE {MAINTENANCE} FROM PUBLIC;
"""

COUNT = "driftwatch_files"
"""The file of a kept data directory that says how many others it has; PostgreSQL leaves it alone."""

FIRST_WITH_BUILTIN_LOCALES = 17
FIRST_WITH_CHECKSUMS_BY_DEFAULT = 18
UNUSED_SECONDS = 30 * 24 * 3600.0

ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"} | {
    name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ
}
"""Nothing of the user's: PGOPTIONS, PGDATA, TZ and the like change what a server does."""


def kept_place(binaries: Binaries, cache: Path) -> Path:
    """Where in the cache the data directory with what runs have kept is."""
    return cache / f"replays-{_name(binaries).removeprefix('template-')}"


def kept_directory(binaries: Binaries) -> Path | None:
    """The data directory with what runs have kept, if there is one."""
    cache = cache_folder()
    place = kept_place(binaries, cache) if cache else None
    return place if place is not None and _is_whole(place) else None


def copy_kept(place: Path, target: Path, account: Account | None) -> None:
    """Put a copy of it at the target, while nobody replaces it.

    Raises:
        OSError: it is not whole any more: cleaners of temporary folders delete single files.
    """
    with locked(place.parent / "replays.lock"):
        os.utime(place)
        copy_tree(str(place), str(target), account)
    if (target / COUNT).read_text(encoding="ascii") != str(count_files(target)):
        raise OSError(f"files are missing in {place}")


def count_files(folder: Path) -> int:
    """How many files are in a folder and those below, the one with that number left out."""
    return sum(len(files) for _, _, files in os.walk(folder)) - (folder / COUNT).exists()


def make_data_directory(binaries: Binaries, target: Path, account: Account | None) -> None:
    """Put a fresh data directory at the target: 30 ms, and half a second more the first time.

    Args:
        binaries: The programs of the version wanted.
        target: A path inside a folder that the account owns; must not exist.
        account: Who the server runs as; None for ourselves.

    Raises:
        ShadowError: `initdb` failed.
    """
    cache = cache_folder()
    if cache is None:
        _initialize(binaries, target, account)
        return
    template = cache / _name(binaries)
    with locked(cache / "template.lock") if not _is_whole(template) else nullcontext():
        if not _is_whole(template):
            _initialize(binaries, target, account)
            _keep(target, template)
            return
    os.utime(template)
    copy_tree(str(template), str(target), account)


def _is_whole(template: Path) -> bool:
    """Cleaners of temporary folders delete files by age and may leave the folders."""
    return (template / "global/pg_control").exists()


def _name(binaries: Binaries) -> str:
    """By version and build: two builds of a version may differ in what their catalogs hold (ICU, locales)."""
    build = f"{binaries.program('postgres').stat().st_size} {_initdb_options(binaries)} {RECIPE}"
    return f"template-{binaries.version}-{hashlib.sha256(build.encode()).hexdigest()[:12]}"


def _keep(made: Path, template: Path) -> None:
    """Copy it to the cache that is ours, and rename it into place; without room there, the next run makes its own."""
    _remove_unused(template.parent)
    making = template.with_name(f"{template.name}.making")
    for old in (making, template):
        shutil.rmtree(old, ignore_errors=True)
    try:
        copy_tree(str(made), str(making))
        os.sync()  # a power failure must not leave a template of empty files
        making.rename(template)
    except OSError:
        shutil.rmtree(making, ignore_errors=True)


def _remove_unused(cache: Path) -> None:
    """Templates of versions that no run has used for a month."""
    for template in (*cache.glob("template-*"), *cache.glob("replays-*")):
        if template.is_dir() and time.time() - template.stat().st_mtime > UNUSED_SECONDS:
            shutil.rmtree(template, ignore_errors=True)


def _initialize(binaries: Binaries, target: Path, account: Account | None) -> None:
    """Run `initdb`, then the recipe in single-user mode."""
    initdb = [str(binaries.program("initdb")), f"--pgdata={target}", *_initdb_options(binaries)]
    _run(initdb, account, "")
    single = ["--single", "-c", "fsync=off", "-D", str(target), MAINTENANCE]
    _run([str(binaries.program("postgres")), *single], account, RECIPE)


def _initdb_options(binaries: Binaries) -> list[str]:
    """UTF-8 everywhere; strings order by code point, as they do on every machine alike.

    From 17 the built-in provider knows upper and lower case beyond ASCII without asking the system's libraries.
    """
    options = [f"--username={SUPERUSER}", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    options += ["--wal-segsize=1", "--no-instructions", "--text-search-config=english"]
    if binaries.major >= FIRST_WITH_BUILTIN_LOCALES:
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if binaries.major >= FIRST_WITH_CHECKSUMS_BY_DEFAULT:
        options.append("--no-data-checksums")
    return options


def _run(command: list[str], account: Account | None, text: str) -> None:
    done = subprocess.run(
        guarded(command, account, signal.SIGKILL, mode=SHORT_LIVED),
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT,
        cwd="/",
    )
    if done.returncode != 0 or "ERROR:" in done.stderr:  # single-user mode goes on after an error, and returns 0
        said = " ".join((done.stderr or done.stdout).split())[-500:]
        raise ShadowError(f"The shadow's data directory could not be made: {Path(command[0]).name} said: {said}")
