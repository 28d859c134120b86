"""What a tool fills in before it sends a migration: names between marks, and where their values come from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.errors import MigrationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from psycopg import Connection

HERE = "'migrations: {path: …, placeholders: {…}}' in config.yaml"
"""Where a value can be given that comes from elsewhere: a command line, a build."""


class Place(NamedTuple):
    """Where a migration is run, as some tools fill it in; without a value, what depends on it is left empty."""

    database: str = ""
    user: str = ""
    schema: str = ""


def place_of(connection: Connection) -> Place:
    """Where a connection leads to."""
    row = connection.execute(
        "SELECT pg_catalog.current_database()::text, session_user::text, pg_catalog.current_schema()::text"
    ).fetchone()
    return Place(*(str(each or "") for each in row)) if row else Place()


def fill(
    text: str, mark: re.Pattern[str], value: Callable[[str], str | None], missing: Callable[[str, int], str]
) -> str:
    """The text with each name that the pattern's group finds replaced by its value.

    Args:
        text: a migration.
        mark: what a placeholder looks like.
        value: of a name; None where it has none.
        missing: what to say of a name without a value, and the line that it stands on.

    Raises:
        MigrationError: a name has no value.
    """

    def filled(found: re.Match[str]) -> str:
        known = value(found[1])
        if known is None:
            raise MigrationError(missing(found[1], text.count("\n", 0, found.start()) + 1))
        return known

    return mark.sub(filled, text)


def properties(file: Path) -> dict[str, str]:
    """A Java properties file's plain lines, `name=value` or `name: value`."""
    if not file.is_file():
        return {}
    from driftwatch.utf8 import read_text

    said = (re.match(r"\s*([^#!=:\s][^=:\s]*)\s*[=:]\s*(.*?)\s*\Z", line) for line in read_text(file).splitlines())
    return {found[1]: found[2] for found in said if found}
