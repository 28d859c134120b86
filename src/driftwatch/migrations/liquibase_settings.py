"""Liquibase's own settings, as far as they say which change sets run, in what order, and with which parameters."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.errors import MigrationError
from driftwatch.migrations.placeholders import properties
from driftwatch.utf8 import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

PROPERTIES = "liquibase.properties"
OTHER_LOGS = (".xml", ".yaml", ".yml", ".json")

_PARAMETER = "parameter."
_CONTEXTS = ("contexts", "contextfilter", "commandcontextfilter", "commandcontexts")
_LABELS = ("labels", "labelfilter", "commandlabelfilter", "commandlabels")
_VARIABLE = "LIQUIBASE_"
_INCLUDED = re.compile(r"""\bfile["']?\s*[:=]\s*["']?([^"'\s,}>]+)""")
_CONDITION = re.compile(r"""\b(context|contextFilter|labels|preConditions|filter|resourceComparator)\b["']?\s*[:=>]""")
_TOKEN = re.compile(r"[(),!]|[^\s(),!]+")


class Settings(NamedTuple):
    """What is said for a whole directory.

    Attributes:
        parameters: Values by name.
        contexts: Those that run, as they were written; None where nothing says so.
        labels: The expression that labels have to fulfil; None where nothing says so.
    """

    parameters: Mapping[str, str]
    contexts: str | None
    labels: str | None


def settings(home: Path) -> Settings:
    """From `liquibase.properties` and the environment, which has the last word."""
    said = {_squeezed(name): value for name, value in properties(home / PROPERTIES).items()}
    variables = {name: value for name, value in os.environ.items() if name.startswith(_VARIABLE)}
    said |= {_squeezed(name.removeprefix(_VARIABLE)): value for name, value in variables.items()}
    parameters = {
        name.removeprefix(_PARAMETER): value
        for name, value in properties(home / PROPERTIES).items()
        if name.startswith(_PARAMETER)
    }
    contexts, labels = (next((said[name] for name in names if name in said), None) for names in (_CONTEXTS, _LABELS))
    return Settings(parameters, contexts, labels)


def runs(said: Settings, attributes: Mapping[str, str], where: str) -> bool:
    """Whether a change set's contexts and labels are among those that run.

    Raises:
        MigrationError: it has some, and nothing says which ones run.
    """
    context = attributes.get("contextFilter", attributes.get("context", ""))
    labels = attributes.get("labels", "")
    for value, known, name in ((context, said.contexts, "contextFilter"), (labels, said.labels, "labelFilter")):
        if value and known is None:
            raise MigrationError(
                f"{where}: whether it runs depends on {'its labels' if value is labels else 'its context'} "
                f"({value}): say which ones do by '{name}: …' in {PROPERTIES}, as Liquibase reads it (nothing "
                "behind the colon: all)"
            )
    return (not context or not said.contexts or _holds(context, said.contexts)) and (
        not labels or not said.labels or _holds(said.labels, labels)
    )


def _holds(expression: str, names: str) -> bool:
    """Whether an expression of names, `and`, `or`, `not` and brackets (a comma is an `or`) holds for some names."""
    tokens = _TOKEN.findall(expression.lower())
    given = {name.strip().lower() for name in names.split(",")}

    def either() -> bool:
        found = both()
        while tokens and tokens[0] in {",", "or"}:
            tokens.pop(0)
            found = both() or found
        return found

    def both() -> bool:
        found = one()
        while tokens and tokens[0] == "and":
            tokens.pop(0)
            found = one() and found
        return found

    def one() -> bool:
        word = tokens.pop(0) if tokens else ""
        if word in {"!", "not"}:
            return not one()
        if word != "(":
            return word.removeprefix("@") in given
        found = either()
        if tokens:
            tokens.pop(0)
        return found

    return either()


def refuse_other_logs(folder: Path, home: Path, files: Sequence[Path]) -> None:
    """Refuses what only Liquibase reads: change sets in other formats, and an order other than that of the names.

    Raises:
        MigrationError: there is some.
    """
    for file in _other_logs(folder, home):
        text = read_text(file)
        if "changeSet" in text:
            raise MigrationError(
                f"{file} has change sets too, and only those in formatted SQL are read: write them as SQL, or compare "
                "with a database that Liquibase has deployed to"
            )
        if "databaseChangeLog" in text and (found := _CONDITION.search(text)):
            raise MigrationError(f"{file}: what {found[1]} says of the files that it includes only Liquibase heeds")
        listed = [name.rpartition("/")[2] for name in _INCLUDED.findall(text) if name.endswith(".sql")]
        names = [each.name for each in files]
        if "databaseChangeLog" in text and listed != [name for name in names if name in listed]:
            raise MigrationError(
                f"{file} includes files in another order than that of their names, which is the one that is replayed: "
                "name them in that order"
            )


def _other_logs(folder: Path, home: Path) -> Iterator[Path]:
    """In the folder and up to two levels below, and beside it up to where Liquibase is started."""
    below = sorted(file for level in ("*", "*/*", "*/*/*") for file in folder.glob(level))
    above = [place for place in folder.parents if place == home or place.is_relative_to(home)]
    for file in (*below, *(file for place in above for file in sorted(place.iterdir()))):
        if file.suffix.lower() in OTHER_LOGS and file.is_file() and b"databaseChangeLog" in file.read_bytes():
            yield file


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
