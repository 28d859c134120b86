"""Replaying a migrations directory on the shadow as its tool does."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.migrations.placeholders import Place
from driftwatch.migrations.tool import Runs
from driftwatch.shadow.psql import Refusal
from driftwatch.shadow.statements import RefusedByPsqlError, statements
from driftwatch.sources.sql_script import Failure, Script, Scripts
from driftwatch.sql import quote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from psycopg import Connection, Error

    from driftwatch.migrations.directory import Directory
    from driftwatch.migrations.model import Migration, Piece
    from driftwatch.migrations.tool import Program, Tool
    from driftwatch.shadow.contract import ShadowDatabase
    from driftwatch.shadow.statements import Statement

_TOLD = 600
"""How much of what a tool said of its failure is told; it speaks last of what went wrong."""


@dataclass(frozen=True, slots=True)
class Migrations:
    """Some of a tool's migrations, in order."""

    tool: Tool
    folder: Path
    migrations: tuple[Migration, ...]
    schema: str = ""
    """First on the path, where the tool sets it."""

    @property
    def how(self) -> Runs:
        """How they are run."""
        return self.tool.how(self.migrations)

    def load(self, database: ShadowDatabase, *, stop: bool) -> list[Failure]:
        """Run them: whole files as one query each, by psql, or by the tool itself.

        Args:
            database: Where to, as its owner.
            stop: End at the first error; only psql can go on.

        Returns:
            The failure that ended it or, without `stop`, what psql met; empty when all were taken.
        """
        if self.how is Runs.PSQL:
            place = self._place(database)
            scripts = tuple(
                Script(each.path, database.shadow.major, self.tool.piece(each, place).sql) for each in self.migrations
            )
            return Scripts(scripts).load(database, stop=stop)
        return self._programs(database) if self.how is Runs.PROGRAM else self._queries(database)

    def _place(self, database: ShadowDatabase) -> Place:
        from psycopg.conninfo import conninfo_to_dict

        known = conninfo_to_dict(database.owner_conninfo)
        return Place(str(known.get("dbname") or ""), str(known.get("user") or ""), self.schema or "public")

    def _queries(self, database: ShadowDatabase) -> list[Failure]:
        from psycopg import Error, connect

        try:
            with connect(database.owner_conninfo, autocommit=True) as connection:
                if self.schema:
                    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote(self.schema)}".encode())
                    connection.execute(f"SET search_path = {quote(self.schema)}".encode())
                for migration in self.migrations:
                    if (failure := _send(connection, self.tool, migration, self._place(database))) is not None:
                        return [failure]
        except Error as error:  # no connection
            return [Failure(Refusal(None, None, " ".join(str(error).split())), self.folder, None)]
        return []

    def _programs(self, database: ShadowDatabase) -> list[Failure]:
        from psycopg.conninfo import conninfo_to_dict

        parameters = {name: str(value) for name, value in conninfo_to_dict(database.owner_conninfo).items()}
        for migration in self.tool.targets(self.migrations):
            told = run_program(self.tool.program(self.folder, parameters, migration.version))
            if told:
                return [Failure(Refusal(None, None, told), migration.path, None)]
        return []


def select(directory: Directory, versions: tuple[str, ...] | None, schema: str = "") -> Migrations:
    """All of a directory's migrations, or those of some versions."""
    chosen = directory.migrations
    if versions is not None:
        chosen = tuple(each for each in chosen if each.version in versions)
    return Migrations(directory.tool, directory.path, chosen, schema)


def run_program(program: Program) -> str:
    """Runs a tool; what it said of its failure, nothing where all went well."""
    environment: Mapping[str, str] = {**os.environ, **program.variables}
    done = subprocess.run(
        program.words,
        cwd=program.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
    )
    if done.returncode == 0:
        return ""
    said = " ".join((done.stderr.strip() or done.stdout.strip()).split())
    return said[-_TOLD:] or f"{program.words[0]} ended with status {done.returncode}"


def _send(connection: Connection, tool: Tool, migration: Migration, place: Place) -> Failure | None:
    from psycopg import Error

    piece = tool.piece(migration, place)
    if piece.apart:
        stopped = send_apart(connection, piece)
        return Failure(stopped.refusal, migration.path, stopped.refusal.line) if stopped else None
    try:
        connection.execute(piece.sql.encode())
    except Error as error:
        refusal = refusal_of(error, piece.sql, piece.line)
        return Failure(refusal, migration.path, refusal.line)
    return None


class Stopped(NamedTuple):
    """Where a migration ended whose statements are sent one by one.

    Attributes:
        refusal: What was said.
        done: How many statements were taken before.
        left: How many come after the one that was refused.
    """

    refusal: Refusal
    done: int
    left: int


def send_apart(connection: Connection, piece: Piece) -> Stopped | None:
    """Send each statement by itself; None where all were taken."""
    from psycopg import Error

    try:
        found = statements(piece.sql)
    except RefusedByPsqlError as error:
        return Stopped(replace(error.refusal, line=piece.line + error.line - 1), 0, 0)
    for done, statement in enumerate(found):
        try:
            connection.execute(statement.sql.encode())
        except Error as error:
            refusal = replace(refusal_of(error, statement.sql), line=_line_in(piece, statement, error))
            return Stopped(refusal, done, len(found) - done - 1)
    return None


def _line_in(piece: Piece, statement: Statement, error: Error) -> int:
    """The line of the file that the server points at, else the one that the statement ends on."""
    position = error.diag.statement_position
    meant = statement.sql.count("\n", 0, int(position) - 1) if position else -1
    wanted = statement.sql.split("\n")[meant].strip()
    lines = piece.sql.split("\n")[: statement.line]
    found = next((number for number in range(len(lines), 0, -1) if wanted in lines[number - 1]), statement.line)
    return piece.line + found - 1


def refusal_of(error: Error, text: str, first: int = 1) -> Refusal:
    """What the server said of a text that begins on some line of its file.

    `statement_position` counts characters from 1; errors met while a statement runs have none.
    """
    told = error.diag
    position = told.statement_position
    line = text.count("\n", 0, int(position) - 1) + first if position else None
    more = [f"{name}: {said}" for name, said in (("detail", told.message_detail), ("hint", told.message_hint)) if said]
    message = " ".join((told.message_primary or str(error)).split())
    function, context = told.source_function or "", told.context or ""
    return Refusal(line, told.sqlstate, "; ".join([message, *more]), function=function, context=context)
