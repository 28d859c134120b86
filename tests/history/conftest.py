"""Histories of both sorts, empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driftwatch.history import engine
from driftwatch.history.engine import History
from support.processes import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from support.servers import Databases


@pytest.fixture(params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, database: Databases, monkeypatch: pytest.MonkeyPatch
) -> History:
    """A history in a file, and one on a server; who waits for the other's turn there has time."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", int(PATIENCE))
    return History("history.db" if request.param == "sqlite" else url_of(database().conninfo), tmp_path)


def url_of(conninfo: str) -> str:
    """A connection string as the URL that SQLAlchemy wants."""
    from psycopg.conninfo import conninfo_to_dict
    from sqlalchemy import URL

    parts = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    query: dict[str, str] = {name: parts[name] for name in ("host", "port") if name in parts}
    return URL.create("postgresql", parts["user"], database=parts["dbname"], query=query).render_as_string()
