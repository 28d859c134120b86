"""What keeps the second observer from seeing.

ObserverError         pg_dump is missing, too old, was refused or took too long
├── ObserverDeniedError  the role may not read every table, which pg_dump needs (LOCK TABLE … IN ACCESS SHARE MODE), or
│                        a connection pooler stands between
└── ObserverLockedError  another session holds one of the tables
"""

from __future__ import annotations

from driftwatch.errors import DriftwatchError


class ObserverError(DriftwatchError):
    """A schema could not be dumped, or its dump not be read."""


class ObserverDeniedError(ObserverError):
    """The role, or the way to the server, is none for `pg_dump`; a proof without it is still possible."""


class ObserverLockedError(ObserverError):
    """A table is locked by another session; it may be free the next time."""
