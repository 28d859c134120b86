"""`pg_dump --schema-only` of one or several databases at once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from select import POLLIN, poll
from tempfile import TemporaryFile
from time import monotonic
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from driftwatch.observer.diagnose import diagnosed, silent
from driftwatch.observer.errors import ObserverError, ObserverLockedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# pg_dump keeps the locks that it has while it waits for one more. A writer that needs one of them should not be the one
# whom the server ends for the deadlock: so pg_dump lets go before that is looked for (deadlock_timeout, a second), and
# begins anew. In seconds.
PATIENCE = 0.5

Conninfo = str | Mapping[str, Any]

# A server spells some values by settings that a database or role may change; pg_dump itself fixes only a few of them
# (setup_connection() in pg_dump.c). Sent at connect, they win over ALTER DATABASE and ALTER ROLE … SET.
_PINNED = {
    "bytea_output": "hex",
    "lc_monetary": "C",
    "quote_all_identifiers": "off",
    "standard_conforming_strings": "on",
}
_PINS = " ".join(f"-c {name}={value}" for name, value in _PINNED.items())
_DEFAULTS = {"PGAPPNAME": "driftwatch", "PGCONNECT_TIMEOUT": "10"}
# Parameters that libpq takes from the connection string alone, where every user of the machine could read them.
_SECRETS = frozenset({"sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"})


@dataclass(frozen=True, slots=True)
class DumpOptions:
    """What a dump holds, and how long it may take.

    `schemas` are names, not patterns (without: all, with what stands in no schema). `lock_wait` is the longest wait for
    locks and `timeout` for the whole dump, in seconds.
    """

    schemas: tuple[str, ...] | None = None
    owners: bool = True
    privileges: bool = True
    tablespaces: bool = True
    lock_wait: float = 5.0
    timeout: float = 300.0

    @property
    def arguments(self) -> tuple[str, ...]:
        """The command line of `pg_dump` for them."""
        left_out = {"--no-owner": self.owners, "--no-privileges": self.privileges, "--no-tablespaces": self.tablespaces}
        return (
            f"--lock-wait-timeout={min(self.lock_wait, PATIENCE) * 1000:.0f}",
            *(option for option, wanted in left_out.items() if not wanted),
            *(f"--schema={_literal_pattern(name)}" for name in self.schemas or ()),
        )


class _Connection(NamedTuple):
    conninfo: str
    password: str | None


class _Running(NamedTuple):
    process: subprocess.Popen[bytes]
    connection: _Connection
    out: BinaryIO
    err: BinaryIO


def dump_schema(pg_dump: Path, conninfo: Conninfo, options: DumpOptions = DumpOptions()) -> str:
    """The schema of a database as plain SQL; an empty text when none of the chosen schemas exists.

    Args:
        pg_dump: the program.
        conninfo: a URL, a libpq connection string, or its parameters; passwords reach `pg_dump` by its environment.
        options: what is dumped, and how long it may take.

    Raises:
        ObserverDeniedError: the role may not read every table.
        ObserverError: the database could not be dumped for another reason.
    """
    return dump_schemas(pg_dump, (conninfo,), options)[0]


def dump_schemas(pg_dump: Path, conninfos: Iterable[Conninfo], options: DumpOptions = DumpOptions()) -> tuple[str, ...]:
    """The schemas of several databases, all dumped at the same time; see `dump_schema`."""
    conninfos, begun = tuple(conninfos), monotonic()
    while True:
        try:
            return _dumped(pg_dump, conninfos, options)
        except ObserverLockedError:
            if monotonic() - begun >= options.lock_wait:
                raise


def _dumped(pg_dump: Path, conninfos: Iterable[Conninfo], options: DumpOptions) -> tuple[str, ...]:
    with ExitStack() as stack:
        running = [stack.enter_context(_started(pg_dump, each, options)) for each in conninfos]
        return tuple(_finished(each, options) for each in running)


@contextmanager
def _started(pg_dump: Path, conninfo: Conninfo, options: DumpOptions) -> Iterator[_Running]:
    connection = _connection(conninfo)
    environment = _DEFAULTS | os.environ | {"LC_ALL": "C", "PGTZ": "UTC"}
    if connection.password is not None:
        environment["PGPASSWORD"] = connection.password
    command = [str(pg_dump), *_fixed(pg_dump), *options.arguments, f"--dbname={connection.conninfo}"]
    # Files, not pipes: a full pipe would hold up one dump until the other has been read.
    with TemporaryFile() as out, TemporaryFile() as err:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        try:
            yield _Running(process, connection, out, err)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """On SIGTERM pg_dump cancels its query, which may be waiting for a lock; that takes a network's patience."""
    process.terminate()
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _finished(running: _Running, options: DumpOptions) -> str:
    try:
        code = _wait(running.process, options.timeout)
    except subprocess.TimeoutExpired as error:
        raise ObserverError(f"pg_dump was not done after {options.timeout:g} s; allow it more time") from error
    message = _read(running.err)
    if code == 0:
        return _read(running.out)
    if options.schemas and "no matching schemas were found" in message:
        return ""
    if not message.strip():
        raise ObserverError(silent(code))
    raise diagnosed(message, *running.connection, options.schemas)


def _wait(process: subprocess.Popen[bytes], timeout: float) -> int:
    """The exit code, as soon as there is one, where Linux tells: `Popen.wait` with a timeout looks every 50 ms only."""
    try:
        end = os.pidfd_open(process.pid)
    except (AttributeError, OSError):
        return process.wait(timeout)
    try:
        ended = poll()
        ended.register(end, POLLIN)
        ended.poll(1000 * timeout)
    finally:
        os.close(end)
    return process.wait(0)


def _read(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode(errors="surrogateescape")


def _connection(conninfo: Conninfo) -> _Connection:
    """The connection string that may stand on a command line, and the password that may not."""
    try:
        given = conninfo_to_dict(conninfo) if isinstance(conninfo, str) else conninfo_to_dict("", **conninfo)
    except ProgrammingError:
        # Its text quotes the string, and so perhaps the password.
        raise ObserverError("a connection string cannot be read; write it as postgresql://user@host/name") from None
    for name in _SECRETS & given.keys():
        raise ObserverError(f"pg_dump takes {name} on its command line only, for all to see; use a service file")
    password = given.pop("password", None)
    options = f"{given.pop('options', os.environ.get('PGOPTIONS', ''))} {_PINS}".strip()
    return _Connection(make_conninfo("", **given, options=options), None if password is None else str(password))


@cache
def _fixed(pg_dump: Path) -> tuple[str, ...]:
    """The options of every dump. A fixed restrict key is known since 15.14, 16.10, 17.6: the program is asked."""
    try:
        known = subprocess.run([pg_dump, "--help"], capture_output=True, check=True, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ObserverError(f"{pg_dump} does not run; install PostgreSQL's client programs") from error
    key = ("--restrict-key=driftwatch",) if b"--restrict-key" in known.stdout else ()
    return ("--schema-only", "--encoding=UTF8", "--no-password", "--no-sync", *key)


def _literal_pattern(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
