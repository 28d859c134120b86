"""A catalogue that the server itself can't print is told as that, not as a schema that somebody changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.errors import ConnectionFailedError
from support.schemas import snapshot_of

if TYPE_CHECKING:
    from support.servers import Databases


def test_what_can_never_be_printed_is_named_in_the_servers_words(database: Databases) -> None:
    there = database()
    there.execute("CREATE TABLE t (id int UNIQUE)")
    there.execute("UPDATE pg_constraint SET conkey = '{99}' WHERE conrelid = 't'::regclass AND contype = 'u'")
    with pytest.raises(ConnectionFailedError, match="failed each of 3 times: cache lookup failed for attribute 99"):
        snapshot_of(there)
