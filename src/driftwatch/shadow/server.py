"""A private PostgreSQL server: of this process only, behind a socket in a private folder, gone with us."""

from __future__ import annotations

import errno
import shutil
import signal
import time
from typing import TYPE_CHECKING, Self

from driftwatch.errors import ShadowError
from driftwatch.shadow.account import can_reach, server_account
from driftwatch.shadow.extension_files import FIRST_WITH_EXTENSION_PATH, ExtensionFolder
from driftwatch.shadow.places import places
from driftwatch.shadow.process import Child, guarded
from driftwatch.shadow.relocated import relocated
from driftwatch.shadow.rundir import RunDirectory, clean_leftovers
from driftwatch.shadow.session_settings import as_options
from driftwatch.shadow.template import (
    ENVIRONMENT,
    MAINTENANCE,
    SUPERUSER,
    copy_kept,
    kept_directory,
    make_data_directory,
)

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from driftwatch.shadow.account import Account
    from driftwatch.shadow.binaries import Binaries

START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.002

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # Nothing is kept, so nothing is written twice or waited for.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "2MB",
    "checkpoint_timeout": "1d",
    "autovacuum": "off",
    "jit": "off",
    # Small, and as few processes as can be; schemas of thousands of tables are dumped in one transaction.
    "shared_buffers": "32MB",
    "max_connections": "40",
    "max_locks_per_transaction": "1024",
    "max_parallel_workers": "0",
    "max_logical_replication_workers": "0",
    "bgwriter_lru_maxpages": "0",
    "huge_pages": "off",
    "update_process_title": "off",
    # Files of the data directory, which are deleted with it, instead of /dev/shm (64 MB in a container).
    "dynamic_shared_memory_type": "mmap",
    # The same everywhere, whatever the machine's own.
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_checkpoints": "off",
    "logging_collector": "off",
}


class Server:
    """A running private server; a context manager that stops it."""

    def __init__(self, binaries: Binaries, directory: RunDirectory, child: Child, extensions: ExtensionFolder) -> None:
        """Take over a server that was started; `launch` does that."""
        self.binaries = binaries
        self.folder = directory.path
        self.extensions = extensions
        self.kept = False
        """Whether databases were kept on it that its data directory did not have before."""
        self.trusted = False
        """Whether SQL was run on it as its superuser, which may have done anything."""
        self._directory = directory
        self._child = child

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def conninfo(self, database: str = MAINTENANCE, user: str = SUPERUSER) -> str:
        """A libpq connection string that no environment variable (PGHOSTADDR, PGOPTIONS, …) can bend."""
        from psycopg.conninfo import make_conninfo  # psycopg takes 160 ms

        return make_conninfo(
            host=str(self.folder),
            hostaddr="",
            port=5432,
            user=user,
            dbname=database,
            options=as_options(),
            sslmode="disable",
            gssencmode="disable",
            channel_binding="disable",
            target_session_attrs="any",
            client_encoding="UTF8",
        )

    @property
    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._child.alive

    @property
    def data(self) -> Path:
        """Its data directory."""
        return self.folder / "data"

    def halt(self, how: signal.Signals, seconds: float) -> None:
        """End the server and leave its files."""
        if self._child.alive:
            self._child.stop(how, seconds)

    def stop(self) -> None:
        """End the server at once (nothing of it is kept) and delete its files; a second call does nothing."""
        if self._child.alive and not self._child.stop(signal.SIGQUIT, STOP_SECONDS):
            self._child.stop(signal.SIGKILL, STOP_SECONDS)
        self._directory.remove()


def launch(binaries: Binaries, *, kept: bool = False) -> Server:
    """Start a private server and wait until it takes connections: about 0.15 s.

    Args:
        binaries: The programs to run, as `find_binaries` gives them.
        kept: Start with the databases that earlier runs have kept, if they are still whole.

    Raises:
        ShadowError: it did not start; the text has the server's last words.
    """
    if kept and (place := kept_directory(binaries)) is not None:
        try:
            return _launch(binaries, place)
        except ShadowError:
            shutil.rmtree(place, ignore_errors=True)
    return _launch(binaries, None)


def _launch(binaries: Binaries, kept: Path | None) -> Server:
    account = server_account()
    if account is not None and not can_reach(account, binaries.program("postgres")):
        raise ShadowError(
            f"{binaries.program('postgres')} cannot be read by the user nobody, who runs it when driftwatch is "
            "root: make its folder readable, or run driftwatch as an ordinary user."
        )
    try:
        clean_leftovers(account)
        directory = RunDirectory(account)
    except OSError as error:
        raise _failed(error) from error
    try:
        return _start(binaries, directory, account, kept)
    except OSError as error:
        directory.remove()
        raise _failed(error) from error
    except BaseException:  # also Ctrl-C
        directory.remove()
        raise


def _failed(error: OSError) -> ShadowError:
    if error.errno == errno.ENOSPC:
        return ShadowError(f"The shadow's server could not be started: {error.strerror}: {room()}.")
    return ShadowError(f"The shadow's server could not be started: {error}.")


def room() -> str:
    """What to do where the shadow's files find no room."""
    return f"its files go to {places()[0]}; make room there, or set TMPDIR to a folder that has some"


def _start(binaries: Binaries, directory: RunDirectory, account: Account | None, kept: Path | None) -> Server:
    data = directory.path / "data"
    if kept is not None:
        copy_kept(kept, data, account)
    else:
        make_data_directory(binaries, data, account)
    extensions = ExtensionFolder(directory.path / "share", binaries)
    program, options = _program(binaries, extensions)
    settings = SETTINGS | {"unix_socket_directories": str(directory.path)} | options
    command = [str(program), "-D", str(data), *(f"--{name}={value}" for name, value in settings.items())]
    child = Child(guarded(command, account, signal.SIGQUIT), directory.path / "log", ENVIRONMENT)
    server = Server(binaries, directory, child, extensions)
    try:
        _wait_until_ready(server, data / "postmaster.pid")
    except BaseException:
        server.stop()
        raise
    return server


def _program(binaries: Binaries, extensions: ExtensionFolder) -> tuple[Path, dict[str, str]]:
    """What to run so that the server looks for extensions in our folder, and the settings for it."""
    if binaries.major >= FIRST_WITH_EXTENSION_PATH:
        # No I/O worker processes, while we are at this version's settings.
        found = {"extension_control_path": f"{extensions.root}:$system", "io_method": "sync"}
        return binaries.program("postgres"), found
    program = relocated(binaries, extensions.system)
    extensions.used = program is not None
    return program or binaries.program("postgres"), {}


def _wait_until_ready(server: Server, pid_file: Path) -> None:
    """The last line of postmaster.pid says when (miscadmin.h, LOCK_FILE_LINE_PM_STATUS)."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        if pid_file.exists() and pid_file.read_text().rstrip().endswith("ready"):
            return
        if not server.alive or time.monotonic() > deadline:
            raise ShadowError(f"The shadow's server did not start: {_last_words(server.folder / 'log')}")
        time.sleep(POLL_SECONDS)


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return " / ".join(lines[-3:]) or "it said nothing."
