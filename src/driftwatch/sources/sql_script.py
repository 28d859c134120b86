r"""The text of SQL files as it is fed to `psql`, and the way back from its line numbers to the files'.

Nothing of the SQL is interpreted here. Three kinds of whole lines are answered without being passed on: the
`\restrict` pair that `pg_dump` writes around a dump (the whole input is restricted already), a setting that `pg_dump`
17 writes for servers that know it, and the `\ir` lines of a `load.sql`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from driftwatch.errors import SourceError
from driftwatch.shadow.psql import Refusal, run_psql
from driftwatch.utf8 import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from driftwatch.shadow.contract import ShadowDatabase

LISTING = "load.sql"
FIRST_WITH_TRANSACTION_TIMEOUT = 17
SEARCHED_LINES = 5000
"""How far before the end of a statement the line that the server quoted is looked for."""

_RESTRICT = re.compile(rb"\\(un)?restrict ([0-9A-Za-z]+)\s*\Z")
_TRANSACTION_TIMEOUT = re.compile(rb"SET transaction_timeout = 0;\s*\Z")
_INCLUDE = re.compile(rb"""\s*\\ir\s+(?:'((?:[^']|'')*)'|([^\s'"`:\\]+))\s*\Z""")
_STOP = re.compile(rb"\s*\\set\s+ON_ERROR_STOP\s+(on|1|true)\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failure:
    """A refusal, and where in the user's files it happened.

    Attributes:
        refusal: What was said.
        path: The file.
        line: The line in it, from 1; None when it isn't known.
    """

    refusal: Refusal
    path: Path
    line: int | None


@dataclass(frozen=True, slots=True)
class Scripts:
    """Scripts that are loaded one after the other, each in a session of its own."""

    scripts: tuple[Script, ...]

    def load(self, database: ShadowDatabase, *, stop: bool) -> list[Failure]:
        """Load them; the failure that ended it or, without `stop`, all that there are."""
        failures: list[Failure] = []
        for script in self.scripts:
            failures += script.load(database, stop=stop)
            if failures and stop:
                break
        return failures


@dataclass(slots=True)
class Script:
    """One session's worth of SQL: a file, or what a `load.sql` lists.

    Attributes:
        path: The file.
        major: The server's major version.
        text: What is loaded in the file's place, line for line; None: the file.
    """

    path: Path
    major: int
    text: str | None = None
    _segments: list[tuple[int, Path, int]] = field(default_factory=list, init=False)

    def load(self, database: ShadowDatabase, *, stop: bool) -> list[Failure]:
        """Load it; what was refused."""
        refusals = run_psql(database, self.lines(), stop=stop)
        return [Failure(refusal, *self.locate(refusal.line, refusal.excerpt)) for refusal in refusals]

    def lines(self) -> Iterator[bytes]:
        """The input for psql, line by line; each call starts again.

        Raises:
            SqlLoadError: a line is not UTF-8.
            SourceError: a file can't be read.
        """
        self._segments.clear()
        last: tuple[Path, int] | None = None
        for count, (path, number, line) in enumerate(self._expanded(), start=1):
            if last != (path, number - 1):
                self._segments.append((count, path, number))
            last = (path, number)
            yield line

    def locate(self, line: int | None, excerpt: str) -> tuple[Path, int | None]:
        """The file and line of an error.

        Args:
            line: Of the input, from 1: where the statement ended; None when it isn't known.
            excerpt: The text that the server points at, as psql shows it; may be empty.
        """
        if line is None:
            return self.path, None
        reached = [segment for segment in self._segments if segment[0] <= line]
        start, path, number = reached[-1] if reached else (1, self.path, 1)
        ended = number + line - start
        return path, _pointed_at(path, ended, excerpt) if excerpt else ended

    def _expanded(self) -> Iterator[tuple[Path, int, bytes]]:
        """Each line with its file and its number there."""
        if self.path.name != LISTING or self.text is not None:
            yield from _numbered(self.path, self.major, self.text)
            return
        for path, number, line in _numbered(self.path, self.major):
            included = _INCLUDE.match(line)
            if included is not None:
                file = self._included(included[1], included[2], number)
                yield from _numbered(file, self.major)
                yield file, _END, b";\n"  # psql sends what stands at a file's end without a semicolon
            else:
                yield path, number, b"\n" if _STOP.match(line) else line

    def _included(self, quoted: bytes | None, plain: bytes, number: int) -> Path:
        name = (quoted.replace(b"''", b"'") if quoted is not None else plain).decode()
        file = self.path.parent / name
        if not file.resolve().is_relative_to(self.path.parent.resolve()):
            raise SourceError(
                f"{self.path}, line {number}: {name!r} lies outside of the folder: list only files in it."
            )
        return file


_END = 0
"""The line number of what we add after a file."""


def _numbered(path: Path, major: int, text: str | None = None) -> Iterator[tuple[Path, int, bytes]]:
    """The file's lines, those that are answered here emptied, so that the numbers stay."""
    key: bytes | None = None
    lines = read_lines(path) if text is None else (f"{line}\n".encode() for line in text.split("\n"))
    for number, line in enumerate(lines, start=1):
        answered = major < FIRST_WITH_TRANSACTION_TIMEOUT and _TRANSACTION_TIMEOUT.match(line) is not None
        restrict = _RESTRICT.match(line)
        if restrict is not None and (restrict[2] == key if restrict[1] else key is None):
            key = None if restrict[1] else restrict[2]
            answered = True
        yield path, number, b"\n" if answered else line


def _pointed_at(path: Path, ended: int, excerpt: str) -> int:
    """The last line up to the statement's end that has the excerpt (psql cuts it, and shows tabs as blanks)."""
    wanted = excerpt.removeprefix("...").removesuffix("...").strip()
    first = max(0, ended - SEARCHED_LINES)
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = list(islice(file, first, ended))
    for back, line in enumerate(reversed(lines)):
        if wanted and wanted in line.replace("\t", " "):
            return ended - back
    return ended
