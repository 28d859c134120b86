"""Opening a shadow: the one way in for everything that needs a disposable PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.shadow.binaries import find_binaries
from driftwatch.shadow.contract import Shadow, ShadowDatabase, ShadowSettings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["Shadow", "ShadowDatabase", "ShadowSettings", "open_shadow"]


def open_shadow(settings: ShadowSettings, *, wanted_major: int | None = None) -> AbstractContextManager[Shadow]:
    """A shadow, gone with everything in it when the context ends.

    Chosen in this order: the server configured; a local PostgreSQL of the wanted major; the embedded one. Look at
    the shadow's `major`: a proof on another major than the server's is not one for that server.

    Args:
        settings: Where the user wants it.
        wanted_major: The major version of the server that it stands for; None if any will do.

    Raises:
        ShadowError: no shadow could be had.
    """
    url = settings.url or settings.database_url
    if url is None:
        from driftwatch.shadow.shared import private_shadow  # psycopg takes 160 ms

        return private_shadow(find_binaries(wanted_major), trust=settings.trust)
    from driftwatch.shadow.hosted import hosted_shadow  # the same

    return hosted_shadow(url, settings)
