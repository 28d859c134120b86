"""A file of Liquibase's formatted SQL: change sets, what their lines say, and the text that is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import md5
from typing import TYPE_CHECKING

from driftwatch.errors import MigrationError
from driftwatch.migrations.liquibase_settings import PROPERTIES, runs
from driftwatch.migrations.placeholders import HERE, fill
from driftwatch.utf8 import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from driftwatch.migrations.liquibase_settings import Settings

_CHANGESET = re.compile(r"""\s*--\s*changeset\s+("[^"]+"|[^\s":]+):("[^"]+"|\S+)(.*)""", re.IGNORECASE)
_ASIDE = re.compile(r"\s*--\s*(rollback\b|precondition|comment:|validCheckSum|property\b)", re.IGNORECASE)
_BACK_BEGINS = re.compile(r"\s*/\*\s*liquibase\s+rollback\b", re.IGNORECASE)
_PROPERTY = re.compile(r"\s*--\s*property\s+(.*)", re.IGNORECASE)
_PRECONDITION = re.compile(r"\s*--\s*precondition", re.IGNORECASE)
_INCLUDE = re.compile(r"\s*--\s*include(All)?\s", re.IGNORECASE)
CURRENT = "9:"
"""How checksums begin that Liquibase 4.22 and newer work out; older ones are worked out anew at its next run."""
_PARAMETER = re.compile(r"\$\{([^}]+)\}")
_STRIPPED = re.compile(r"""('(?:[^']|'')*'|"[^"]*")|--[^\r\n]*|/\*.*?\*/""", re.DOTALL)
"""Quoted text, which stays, and comments, which Liquibase takes out: also from bodies in dollar quotes, that it doesn't
know."""
OURS = "driftwatch"
ATTRIBUTE = re.compile(r"""(\w+):("[^"]*"|\S+)""")


@dataclass(slots=True)
class ChangeSet:
    """One of a file: who and what it is, what its line says of it, and its lines with the number of the first."""

    author: str
    name: str
    attributes: Mapping[str, str]
    line: int
    parameters: Mapping[str, str]
    lines: list[str] = field(default_factory=list)

    @property
    def wanted(self) -> bool:
        """Whether it is for PostgreSQL."""
        return _for_postgresql(self.attributes)

    @property
    def sql(self) -> str:
        """Its lines without those that speak to Liquibase."""
        return "\n".join(_spoken(self.lines)).strip()

    @property
    def checksum(self) -> str:
        """MD5 of the text without blanks, as one of several changes; not for safety: Liquibase's own choice."""
        expanded = _PARAMETER.sub(lambda found: self.parameters.get(found[1].lower(), found[0]), self.sql)
        squeezed = "".join(char for char in expanded if char not in " \t\r\n")
        change = md5(squeezed.encode(), usedforsecurity=False).hexdigest()
        return CURRENT + md5(f"{CURRENT}{change}:".encode(), usedforsecurity=False).hexdigest()

    def text(self, file: Path) -> str:
        """What is sent: its lines with what Liquibase puts in and takes out.

        Raises:
            MigrationError: a parameter has no value.
        """
        spoken = "\n".join(_spoken(self.lines, blank=True))
        text = fill(spoken, _PARAMETER, self.value, lambda name, line: self.missing(file, name, line))
        stripped = self.attributes.get("stripComments", "true").lower() != "false"
        return _STRIPPED.sub(lambda part: part[1] or "", text) if stripped else text

    def value(self, name: str) -> str | None:
        """Of a parameter; what stands in our own change sets is none, and Liquibase lets it stand."""
        return self.parameters.get(name.lower(), f"${{{name}}}" if self.author == OURS else None)

    def missing(self, file: Path, name: str, line: int) -> str:
        """What to say where there is no value, on some line of the text below the head."""
        return (
            f"{file}, line {self.line + line}: ${{{name}}} has no value in a '--property' line or in {PROPERTIES} "
            f"(parameter.{name}: …): give it there or under {HERE} (as $${{{name}}}, where it is meant as it stands)"
        )


def _for_postgresql(attributes: Mapping[str, str]) -> bool:
    said = [word.strip().lower() for word in attributes.get("dbms", "").split(",") if word.strip()]
    return not said or "postgresql" in said or (said[0].startswith("!") and "!postgresql" not in said)


def changesets(file: Path, parameters: Mapping[str, str]) -> list[ChangeSet]:
    """Those of a file.

    Raises:
        MigrationError: it has something that only Liquibase can heed.
    """
    found: list[ChangeSet] = []
    for number, line in enumerate(read_text(file).splitlines(), 1):
        if begun := _CHANGESET.match(line):
            said = {name: value.strip('"') for name, value in ATTRIBUTE.findall(begun[3])}
            found.append(ChangeSet(begun[1].strip('"'), begun[2].strip('"'), said, number, parameters))
        elif (what := _PRECONDITION.match(line)) or _INCLUDE.match(line):
            word = "a precondition" if what else "an include"
            raise MigrationError(
                f"{file}, line {number}: {word}, which only Liquibase heeds: take it out, or compare with a database "
                "that Liquibase has deployed to"
            )
        elif found:
            found[-1].lines.append(line)
    return found


def properties_of(file: Path, said: Settings) -> Iterator[tuple[str, str, bool]]:
    """Name, value, and whether it holds for other files too."""
    for number, line in enumerate(read_text(file).splitlines(), 1):
        if not (found := _PROPERTY.match(line)):
            continue
        attributes = {name: value.strip('"') for name, value in ATTRIBUTE.findall(found[1])}
        meant = _for_postgresql(attributes) and runs(said, attributes, f"{file}, line {number}")
        if meant and "name" in attributes:
            everybody = attributes.get("global", "true").lower() != "false"
            yield attributes["name"].lower(), attributes.get("value", ""), everybody


def _spoken(lines: Sequence[str], *, blank: bool = False) -> Iterator[str]:
    """The lines that are sent; with `blank` the others as empty ones, so that the numbers stay."""
    back = False
    for line in lines:
        back = back or _BACK_BEGINS.match(line) is not None
        aside = back or _ASIDE.match(line) is not None
        back = back and "*/" not in line
        if not aside:
            yield line
        elif blank:
            yield ""
