"""A real HTTP receiver on loopback that misbehaves in the ways it is told to, one way a request."""

from __future__ import annotations

import json
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message as Headers


@dataclass
class Receiver:
    """`ways` says what the next requests meet: a status (and Retry-After), `drop`, `hang`; then all is well."""

    ways: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    pings: list[str] = field(default_factory=list)
    headers: list[Headers] = field(default_factory=list)
    port: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/services/T000/B000/secret"

    @property
    def received(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]


class Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        way = self.receiver.ways.pop(0) if self.receiver.ways else "200"
        if way == "drop":
            # With a linger time of 0 closing sends a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif way == "hang":
            self.receiver.ended.wait()
        else:
            self.answer(body, *way.split(" ", 1))

    def answer(self, body: bytes, status: str, told: str = "") -> None:
        if status == "200":
            self.receiver.bodies.append(body)
            self.receiver.headers.append(self.headers)
        self.send_response(int(status))
        if told:
            self.send_header("Location" if status == "302" else "Retry-After", told)
        self.end_headers()
        self.wfile.write(b"ok" if status == "200" else b"no")

    def do_GET(self) -> None:
        self.receiver.pings.append(self.path)
        self.send_response(302 if self.path == "/moved" else 200)
        if self.path == "/moved":
            self.send_header("Location", "/sign-in?token=secret")
        self.end_headers()
        self.wfile.write(b"<!doctype html>")

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        with suppress(OSError):  # dropped by ourselves
            super().handle()

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that runs."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Handler,), {"receiver": receiver}))
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
