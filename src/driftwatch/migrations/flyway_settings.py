"""Flyway's own settings, as far as they say what a migration means: placeholders, and files beside a migration."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from driftwatch.errors import MigrationError
from driftwatch.migrations.placeholders import HERE, Place, fill, properties
from driftwatch.utf8 import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_FILES = ("conf/flyway.conf", "flyway.conf", "conf/flyway.toml", "flyway.toml", "flyway.user.toml")
"""What Flyway reads of a project, the last word last."""
_READ_AS = {
    "table": "flyway_schema_history",
    "sqlmigrationprefix": "V",
    "repeatablesqlmigrationprefix": "R",
    "sqlmigrationseparator": "__",
    "sqlmigrationsuffixes": ".sql",
    "encoding": "UTF-8",
}
"""Settings that say what a directory and its table mean, with the values by which they are read here: Flyway's own."""
_PREFIX = "placeholders."
_VARIABLE = "FLYWAY_PLACEHOLDERS_"


def beside(file: Path) -> dict[str, str]:
    """What a `.conf` beside a migration says of it, by names in small letters: `executeInTransaction=false`."""
    return _small(properties(file.with_name(f"{file.name}.conf")))


def refuse_other_names(folder: Path) -> None:
    """Refuse a project whose files or table Flyway would find under other names than we do.

    Raises:
        MigrationError: a setting says so: migrations would be missed, or all be taken for pending.
    """
    variables = {
        name.removeprefix("FLYWAY_").replace("_", "").lower(): value
        for name, value in os.environ.items()
        if name.startswith("FLYWAY_")
    }
    said = _project(folder) | variables
    for name, value in _READ_AS.items():
        other = said.get(name, value).strip("[]'\" ")
        if other.lower() != value.lower():
            raise MigrationError(f"Flyway's setting {name}={other} is not followed here: only {name}={value} is")


def filled(file: Path, given: Mapping[str, str], place: Place, table: str) -> str:
    """A migration's text with its placeholders filled in, as Flyway does it.

    Args:
        file: The migration.
        given: Values from driftwatch's own configuration; they have the last word.
        place: Where it is run.
        table: Flyway's table.

    Raises:
        MigrationError: one has no value.
    """
    text = read_text(file)
    said = _project(file.parent)
    begin, end = said.get("placeholderprefix", "${"), said.get("placeholdersuffix", "}")
    replaces = beside(file).get("placeholderreplacement", said.get("placeholderreplacement", "true"))
    if begin not in text or replaces.lower() == "false":
        return text
    variables = {
        name.removeprefix(_VARIABLE): value for name, value in os.environ.items() if name.startswith(_VARIABLE)
    }
    values = {name.removeprefix(_PREFIX): value for name, value in said.items() if name.startswith(_PREFIX)}
    values |= _small(variables) | _default(file, place, table) | _small(given)

    def missing(name: str, line: int) -> str:
        return (
            f"{file}, line {line}: {begin}{name}{end} has no value in flyway.conf, flyway.toml or {_VARIABLE}"
            f"{name.upper()}: give it there or under {HERE}; where it is no placeholder, a file {file.name}.conf with "
            "'placeholderReplacement=false' has Flyway leave it alone"
        )

    mark = re.compile(f"{re.escape(begin)}(.*?){re.escape(end)}", re.DOTALL)
    return fill(text, mark, lambda name: values.get(name.lower()), missing)


def _default(file: Path, place: Place, table: str) -> dict[str, str]:
    """What Flyway knows without being told."""
    known = {
        "database": place.database,
        "user": place.user,
        "defaultschema": place.schema,
        "filename": file.name,
        "table": table,
        "timestamp": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
    }
    return {f"flyway:{name}": value for name, value in known.items()}


def _project(folder: Path) -> dict[str, str]:
    """The settings of the nearest folder above that has some, by names in small letters without `flyway.`."""
    for place in (folder.resolve(), *folder.resolve().parents):
        there = [place / name for name in _FILES if (place / name).is_file()]
        if there:
            return {name: value for file in there for name, value in _said(file).items()}
    return {}


def _said(file: Path) -> dict[str, str]:
    if file.suffix != ".toml":
        return {name.removeprefix("flyway."): value for name, value in _small(properties(file)).items()}
    try:
        parsed = tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise MigrationError(f"{file} is no TOML: {error}") from None
    return _small(dict(_flat(parsed.get("flyway", {}))))


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", str(value)


def _small(values: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in values.items()}
