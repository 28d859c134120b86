r"""Where one statement ends and the next begins, as PostgreSQL's own `psql` tells them apart.

`psql` is what knows it of any text: dollar quotes, BEGIN ATOMIC bodies, semicolons in comments. It gets the text, and
instead of a server somebody who listens: each query that arrives is a statement. Whoever asked sends them over the
connection that it has already; so `psql` needs no way to the database and no password, and what it is built without
(the embedded one has no TLS) does not matter.
"""

from __future__ import annotations

import re
import socket
import struct
import tempfile
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.shadow.psql import run_psql_towards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

    from driftwatch.shadow.psql import Refusal

_ENCRYPTION_REQUESTS = {80877103, 80877104}
"""What a client may ask first: TLS, GSSAPI (PostgreSQL's manual, "Message Formats")."""
_QUERY = b"Q"
_SOCKET = ".s.PGSQL.5432"
_SECONDS = 60
"""How long the listener waits for a message; psql sends without delay."""
_TOLD = re.compile(r"^psql:<stdin>:(\d+): NOTICE: ", re.MULTILINE)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


_SETTINGS = {"server_version": "18.0", "client_encoding": "UTF8", "standard_conforming_strings": "on"}
"""What psql wants to know of a server; the last one is how it reads backslashes in quotes."""
_READY = _message(b"Z", b"I")
_WELCOME = b"".join(
    (
        _message(b"R", struct.pack("!i", 0)),
        *(_message(b"S", f"{name}\0{value}\0".encode()) for name, value in _SETTINGS.items()),
        _READY,
    )
)
_TAKEN = _message(b"N", b"SNOTICE\0VNOTICE\0C00000\0Mtaken\0\0") + _message(b"C", b"DO\0") + _READY
"""The notice makes psql say on which line it is."""


class RefusedByPsqlError(Exception):
    """A line that psql itself does not take."""

    def __init__(self, refusal: Refusal) -> None:
        """Of the text: its first line is 1."""
        super().__init__(refusal.message)
        self.refusal = refusal
        self.line = refusal.line or 1


class Statement(NamedTuple):
    """One statement of a text.

    Attributes:
        sql: As psql sends it: without the blank lines and comments before it.
        line: The line of the text, from 1, that it ends on.
    """

    sql: str
    line: int


def statements(text: str) -> tuple[Statement, ...]:
    r"""The statements of a text, in order; nothing is run.

    Raises:
        RefusedByPsqlError: the text has one of psql's own commands (`\copy`), which are not run.
        ShadowError: this machine has no psql that is new enough.
    """
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="driftwatch-") as folder, _listening(Path(folder), found):
        refusals, told = run_psql_towards(Path(folder), (f"{line}\n".encode() for line in text.split("\n")))
    if refusals:
        raise RefusedByPsqlError(refusals[0])
    # The first line of the input is our own \restrict.
    ends = [int(line) - 1 for line in _TOLD.findall(told)]
    return tuple(Statement(sql, line) for sql, line in zip(found, ends, strict=True))


@contextmanager
def _listening(folder: Path, found: list[str]) -> Iterator[None]:
    """Somebody at the socket who takes every query for a moment."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / _SOCKET))
        listener.listen(1)
        listener.settimeout(_SECONDS)
        thread = threading.Thread(target=_serve, args=(listener, found), daemon=True)
        thread.start()
        try:
            yield
        finally:
            with suppress(OSError):  # wakes the listener where nobody came
                listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, found: list[str]) -> None:
    with suppress(OSError):
        client, _ = listener.accept()
        client.settimeout(_SECONDS)
        with client, client.makefile("rb") as stream:
            while int.from_bytes(_body(stream)[:4]) in _ENCRYPTION_REQUESTS:
                client.sendall(b"N")
            client.sendall(_WELCOME)
            while (kind := stream.read(1)) == _QUERY:
                found.append(_body(stream).removesuffix(b"\0").decode())
                client.sendall(_TAKEN)
            if kind:  # psql says goodbye, or what nobody expects of it
                _body(stream)


def _body(stream: BufferedReader) -> bytes:
    """Of a message: its length, which counts itself, and as much after it."""
    return stream.read(int.from_bytes(stream.read(4)) - 4)
