"""From the text that names a source to what it is: a live database, SQL files, a saved snapshot, any of git's."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from driftwatch.errors import SourceError
from driftwatch.nearest import did_you_mean
from driftwatch.sources.conninfo import describe, is_conninfo, parse_conninfo

GIT = "git:"
SNAPSHOT_SUFFIXES = (".snapshot", ".json")

_SCHEME = re.compile(r"(?P<scheme>(?:jdbc:)?[A-Za-z][A-Za-z0-9+.-]*)://")


@dataclass(frozen=True)
class LiveSource:
    """A database on a server.

    `parameters` are libpq's keywords (a password among them, hence no repr); `schemas` and `pooled` are what Prisma's
    `?schema=` and `?pgbouncer=true` said.
    """

    display: str
    parameters: tuple[tuple[str, str], ...] = field(repr=False)
    schemas: tuple[str, ...] = ()
    pooled: bool = False

    @property
    def conninfo(self) -> dict[str, str]:
        """The keyword arguments for `psycopg.connect`."""
        return dict(self.parameters)


@dataclass(frozen=True)
class SqlSource:
    """An SQL file, or a folder of them, or a migrations directory, or a schema of Prisma's."""

    path: Path
    display: str
    tool: str = ""
    """The migration tool that the folder is for; empty: as it is laid out."""
    versions: tuple[str, ...] | None = None
    """Of a migrations directory only these; None: all."""
    schema: str = ""
    """Of a migrations directory: what comes first on the path, where the tool sets it (Prisma's `?schema=`)."""
    placeholders: tuple[tuple[str, str], ...] = ()
    """Of a migrations directory: values that the configuration gives."""


@dataclass(frozen=True)
class SnapshotSource:
    """A snapshot that `driftwatch snapshot` saved."""

    path: Path
    display: str


Source = LiveSource | SqlSource | SnapshotSource


def parse_source(text: str, base_dir: Path) -> Source:
    """What a text names: a connection (URL or `key=value`), or a path relative to `base_dir`.

    Raises:
        SourceError: the connection is malformed, nothing is at the path, or what is there is no source. The text of a
            connection is never shown.
    """
    text = text.strip()
    if not text:
        raise SourceError("a source is empty: is a variable not set?")
    if text.startswith(GIT):
        return _of_git(text, base_dir)
    if is_conninfo(text):
        return _live(text)
    scheme = _SCHEME.match(text)
    if scheme:
        raise SourceError(f"{scheme['scheme']}:// is no PostgreSQL connection: {_advice(scheme['scheme'].lower())}")
    return _file(text, base_dir)


def _of_git(text: str, base_dir: Path) -> Source:
    """`git:REF:path`: the file or folder as it was committed, laid out in a folder that is gone with the process."""
    from driftwatch.sources.git import checkout

    ref, _, path = text.removeprefix(GIT).partition(":")
    found = _file(str(checkout(ref, path, base_dir)), base_dir)
    return replace(found, display=text)


def _live(text: str) -> LiveSource:
    found = parse_conninfo(text)
    return LiveSource(describe(found.parameters), tuple(found.parameters.items()), found.schemas, found.pooled)


def _advice(scheme: str) -> str:
    if scheme.startswith("prisma"):
        return "Prisma's proxy does not speak its protocol, give the database's own postgresql:// URL (DIRECT_URL)"
    return "give a postgresql:// URL"


def _file(text: str, base_dir: Path) -> SqlSource | SnapshotSource:
    path = base_dir / Path(text).expanduser()
    if path.is_dir() or (path.is_file() and path.suffix.lower() in {".sql", ".prisma"}):
        return SqlSource(path, text)
    if path.is_file() and path.suffix.lower() in SNAPSHOT_SUFFIXES:
        return SnapshotSource(path, text)
    if path.exists():
        raise SourceError(
            f"{text} is no source: give a .sql file, a folder of them, schema.prisma, or a snapshot (.json, .snapshot)"
        )
    raise SourceError(f"there is no file {_shown(text)} in {base_dir}{did_you_mean(path.name, _names_beside(path))}")


def _shown(text: str) -> str:
    """What looks like a misspelt connection may hold a password."""
    return "of this name (it looks like a misspelt connection)" if re.search(r"[=@]", text) else repr(text)


def _names_beside(path: Path) -> list[str]:
    if not path.parent.is_dir():
        return []
    return [entry.name for entry in path.parent.iterdir() if not entry.name.startswith(".")]
