"""`/healthz` and `/metrics` of the service; and, run as a module, the container's health check.

Neither tells more than names of pairs, times and counts.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

VARIABLE = "DRIFTWATCH_LISTEN"

_log = logging.getLogger("driftwatch.endpoint")


class Told(NamedTuple):
    """What the endpoint asks when it is asked; `health` gives what is well, and whether all is."""

    health: Callable[[], tuple[bool, Mapping[str, object]]]
    metrics: Callable[[], bytes]


@contextmanager
def serving(address: str, told: Told) -> Iterator[int]:
    """Answer at `host:port` until the end.

    Yields:
        The port.

    Raises:
        ConfigError: the address is none, or taken.
    """
    host, _, port = address.rpartition(":")
    try:
        server = ThreadingHTTPServer((host.strip("[]"), int(port)), type("Told", (_Handler,), {"told": told}))
    except (OSError, ValueError, OverflowError) as error:
        raise ConfigError(
            f"can't listen on {address!r}: {getattr(error, 'strerror', '') or 'write host:port'}"
        ) from None
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    told: Told
    server_version = "driftwatch"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/healthz":
            well, data = self.told.health()
            self._answer(200 if well else 503, "application/json", json.dumps(data).encode())
        elif self.path == "/metrics":
            self._answer(200, "text/plain; version=0.0.4; charset=utf-8", self.told.metrics())
        else:
            self._answer(404, "text/plain", b"there are /healthz and /metrics\n")

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's signature
        """Each scrape is no event."""
        _log.debug(format, *args)


def check(address: str) -> int:
    """Ask a service that listens here whether it is well.

    Returns:
        The exit code: 0 when it is.
    """
    from http.client import HTTPConnection, HTTPException

    host, _, port = address.rpartition(":")
    try:
        connection = HTTPConnection({"0.0.0.0": "127.0.0.1", "": "127.0.0.1"}.get(host, host), int(port), timeout=5)  # noqa: S104  what the service listens on
        connection.request("GET", "/healthz")
        return 0 if connection.getresponse().status == 200 else 1  # noqa: PLR2004  OK
    except (OSError, HTTPException, ValueError):
        return 1


if __name__ == "__main__":
    sys.exit(check(os.environ.get(VARIABLE, "")))
