"""The key by which secrets become digests: made once for a history, so that nights can be told apart by it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from driftwatch.history.engine import insert_once
from driftwatch.history.tables import SETTING

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NAME = "digest key"


def digest_key(connection: Connection) -> str:
    """The history's key; empty where it has none yet."""
    found = connection.execute(select(SETTING.c.value).where(SETTING.c.name == _NAME)).scalar()
    return str(found or "")


def made_digest_key(connection: Connection) -> str:
    """The history's key, made where it has none yet."""
    if not digest_key(connection):
        # Two containers may begin at the same moment.
        connection.execute(insert_once(connection, SETTING), {"name": _NAME, "value": secrets.token_hex(32)})
    return digest_key(connection)
