"""The private servers of this process: one for each version, started when it is first wanted."""

from __future__ import annotations

import atexit
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from driftwatch.shadow.private import PrivateShadow
from driftwatch.shadow.replays import put_away
from driftwatch.shadow.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driftwatch.shadow.binaries import Binaries
    from driftwatch.shadow.server import Server


class Servers:
    """Running servers and how many use each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._servers: dict[Binaries, Server] = {}
        self._users: dict[Binaries, int] = {}
        self._process = os.getpid()
        atexit.register(self.stop)

    def take(self, binaries: Binaries) -> Server:
        """A running server of that version; give it back."""
        with self._lock:
            server = self._servers.get(binaries)
            if server is None or not server.alive:
                server = self._servers[binaries] = launch(binaries, kept=True)
                self._users[binaries] = 0
            self._users[binaries] += 1
            return server

    def give_back(self, server: Server, *, keep: bool) -> None:
        """Stop the server when this was its last user; with `keep` what was kept on it stays for the next run."""
        with self._lock:
            if self._servers.get(server.binaries) is not server:
                return
            self._users[server.binaries] -= 1
            if self._users[server.binaries] == 0:
                del self._servers[server.binaries]
                if keep and server.kept and not server.trusted:
                    put_away(server)
                server.stop()

    def stop(self) -> None:
        """Stop all, at exit; a forked child leaves its parent's servers alone."""
        if os.getpid() == self._process:
            for server in self._servers.values():
                server.stop()
            self._servers.clear()


SERVERS = Servers()


@contextmanager
def private_shadow(binaries: Binaries, *, trust: bool = False) -> Iterator[PrivateShadow]:
    """A shadow on this process's own server, which is stopped when its last user leaves."""
    server = SERVERS.take(binaries)
    try:
        yield PrivateShadow(server, trust=trust)
    except BaseException:
        SERVERS.give_back(server, keep=False)
        raise
    SERVERS.give_back(server, keep=True)
