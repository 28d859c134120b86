"""Opening a history, and its transactions; whatever is wrong with the database is told in one sentence."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from driftwatch.errors import HistoryError
from driftwatch.history.tables import SCHEMA
from driftwatch.history.upgrades import upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import URL, Connection, Engine, Table

BUSY_SECONDS = 10
"""How long a writer waits for another one."""

_DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
_WRITING = "driftwatch_writing"


class History:
    """A history database. Nothing is opened before the first transaction, and no connection is kept between them."""

    def __init__(self, url: str, base_dir: Path) -> None:
        """Name it.

        Args:
            url: SQLAlchemy's; a SQLite file's path is relative to `base_dir`.
            base_dir: the configuration's folder.

        Raises:
            HistoryError: it is no URL, or of a database that is not supported.
        """
        self.url = _parsed(url, base_dir)
        self.display = self.url.render_as_string(hide_password=True)
        self._engine = _engine(self.url)
        self._upgraded = False

    @property
    def exists(self) -> bool:
        """Whether it can be there: a SQLite file that is not, is not made by looking for it."""
        from pathlib import Path

        return self.url.get_backend_name() != "sqlite" or Path(str(self.url.database)).exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads.

        Raises:
            HistoryError: there is no history yet, or it can't be read.
        """
        if not self.exists:
            raise HistoryError(
                f"there is no history yet at {self.display}: 'driftwatch compare' begins one where config.yaml has a"
                " 'history:'"
            )
        with self._told("read"), self._connected(writing=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it or nothing.

        Raises:
            HistoryError: it is corrupt, locked, full, read-only, or out of reach.
        """
        with self._told("written"), self._connected(writing=True) as connection:
            yield connection

    @contextmanager
    def _connected(self, *, writing: bool) -> Iterator[Connection]:
        if not self._upgraded:
            # A reader must not need the right to write, unless there is something to upgrade.
            with self._begin(writing=writing) as connection:
                self._upgrade(connection)
            self._upgraded = True
        with self._begin(writing=writing) as connection:
            yield connection

    def _upgrade(self, connection: Connection) -> None:
        try:
            upgrade(connection)
        except HistoryError as error:
            raise HistoryError(f"the history at {self.display} can't be used: {error}") from None

    @contextmanager
    def _begin(self, *, writing: bool) -> Iterator[Connection]:
        with self._engine.execution_options(**{_WRITING: writing}).begin() as connection:
            yield connection

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise HistoryError(f"the history at {self.display} can't be {done}: {_reason(error)}") from error


def insert_once(connection: Connection, table: Table) -> Any:  # noqa: ANN401  each dialect has its own class
    """An INSERT that does nothing where the row is there already: two containers may write it at the same moment."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as upsert
    else:
        from sqlalchemy.dialects.sqlite import insert as upsert  # type: ignore[assignment]
    return upsert(table).on_conflict_do_nothing()


def _parsed(text: str, base_dir: Path) -> URL:
    try:
        url = make_url(text if "://" in text else f"sqlite:///{text}")
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise HistoryError("the history's url is no URL: write sqlite:///history.db or postgresql://…") from None
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    backend = url.get_backend_name()
    if backend == "sqlite" and url.database and url.database != ":memory:":
        return url.set(database=str(base_dir / url.database))
    if backend != "postgresql":
        raise HistoryError(f"the history can't be kept in {backend}: take a SQLite file or PostgreSQL")
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        given: dict[str, object] = {"prepare_threshold": None}  # a pooler gives the session, with such names, to others
        if "connect_timeout" not in url.query:
            given["connect_timeout"] = str(BUSY_SECONDS)
        engine = create_engine(url, poolclass=NullPool, connect_args=given)
        return engine.execution_options(schema_translate_map={None: SCHEMA})
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _sqlite_connected)
    event.listen(engine, "begin", _sqlite_begins)
    return engine


def _sqlite_connected(connection: Any, _: object) -> None:  # noqa: ANN401  sqlite3's, by way of SQLAlchemy
    connection.isolation_level = None  # the driver's own BEGIN comes too late for two writers
    connection.execute("PRAGMA foreign_keys = ON")


def _sqlite_begins(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _reason(error: SQLAlchemyError) -> str:
    """The driver's first line; the statement and its values, which SQLAlchemy adds, are nothing for a user."""
    text = str(error.orig if isinstance(error, DBAPIError) and error.orig else error).strip()
    return text.splitlines()[0] if text else type(error).__name__
