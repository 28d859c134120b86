"""Which tool a folder belongs to, and the migrations in it."""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from driftwatch.errors import MigrationError
from driftwatch.migrations import (
    alembic,
    dbmate,
    flyway,
    golang_migrate,
    graphile_migrate,
    liquibase,
    node_pg_migrate,
    plain,
    prisma,
    sqitch,
    yoyo,
)
from driftwatch.migrations.tool import Runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from driftwatch.migrations.model import Migration
    from driftwatch.migrations.tool import Tool

TOOLS: tuple[Tool, ...] = (
    prisma.TOOL,
    alembic.TOOL,
    flyway.TOOL,
    dbmate.TOOL,
    golang_migrate.TOOL,
    graphile_migrate.TOOL,
    liquibase.TOOL,
    node_pg_migrate.TOOL,
    sqitch.TOOL,
    yoyo.TOOL,
)
"""Those whose layout nothing else has; a folder of two of them is refused."""

FALLBACK: Tool = plain.TOOL
"""Numbered files that bear no tool's mark."""


@dataclass(frozen=True)
class Directory:
    """A folder of migrations, in the order in which they run."""

    tool: Tool
    path: Path
    migrations: tuple[Migration, ...]

    @property
    def by_program(self) -> bool:
        """Whether only the tool itself can deploy it."""
        return not self.tool.ddl or self.tool.how(self.migrations) is Runs.PROGRAM

    def read_again(self) -> Directory:
        """As it is now."""
        return Directory(self.tool, self.path, self.tool.migrations(self.path))

    def named(self, name: str) -> Migration:
        """The migration that users call so: by its name, its version, or its file.

        Raises:
            MigrationError: there is none, or there are several.
        """
        wanted = Path(name).name.removesuffix(".sql") or name
        found = [each for each in self.migrations if wanted in {each.name, each.version, each.path.stem}]
        if len(found) != 1:
            from driftwatch.nearest import did_you_mean

            hint = did_you_mean(wanted, [each.name for each in self.migrations])
            ending = [each.name for each in found or self.migrations if each.name.endswith(wanted)]
            if wanted and ending:  # tools put a time or a number before the name that was asked for
                hint = f": {' or '.join(ending)}?"
            what = "names several migrations" if found else "is no migration"
            raise MigrationError(f"{name!r} {what} of {self.path}{hint}")
        return found[0]


def tool_of(folder: Path) -> Tool | None:
    """The tool whose migrations stand in a folder; None where they are nobody's.

    Raises:
        MigrationError: they are of two tools at once.
    """
    found = [tool for tool in TOOLS if tool.owns(folder)]
    if len(found) > 1:
        names = " and ".join(tool.name for tool in found)
        raise MigrationError(f"{folder} holds migrations of {names}: keep one tool's in a folder")
    if found:
        return found[0]
    return FALLBACK if FALLBACK.owns(folder) else None


def open_directory(folder: Path, tool: str = "", given: Mapping[str, str] | None = None) -> Directory:
    """The migrations in a folder.

    Args:
        folder: where they are.
        tool: the tool's name where it is known; else it is told by the layout.
        given: values of placeholders, beside those that the tool's own settings have.

    Raises:
        MigrationError: the folder isn't there, is nobody's, or is not as its tool wants it.
    """
    if not folder.is_dir():
        raise MigrationError(f"there is no folder {folder} with migrations: make it, or name another one")
    found = by_name(tool) if tool else tool_of(folder)
    if found is None:
        what = "is empty" if not any(folder.iterdir()) else "is laid out as no migration tool's that driftwatch knows"
        raise MigrationError(
            f"{folder} {what}: say which tool it is for in config.yaml, for plain numbered SQL 'migrations: {{path:"
            f" {folder.name}, tool: plain}}'"
        )
    if given:
        found = copy(found)
        found.given = given
    return Directory(found, folder, found.migrations(folder))


def by_name(name: str) -> Tool:
    """The tool of a name, however it is spelt.

    Raises:
        MigrationError: there is none.
    """
    known = {_plain(tool.name): tool for tool in (*TOOLS, FALLBACK)} | {"plain": FALLBACK}
    if _plain(name) not in known:
        names = ", ".join(tool.name for tool in (*TOOLS, FALLBACK))
        raise MigrationError(f"{name!r} is no migration tool that driftwatch knows ({names})")
    return known[_plain(name)]


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))


def usual_places(base: Path) -> Iterator[Path]:
    """The folders, from a project's own, that hold migrations by the custom of some tool."""
    for home in dict.fromkeys(home for tool in (*TOOLS, FALLBACK) for home in tool.homes):
        folder = base / home
        if folder.is_dir() and any(home in tool.homes and tool.owns(folder) for tool in (*TOOLS, FALLBACK)):
            yield folder


def twice(migrations: Sequence[Migration]) -> frozenset[str]:
    """The versions that several migrations bear."""
    counted = Counter(each.version for each in migrations)
    return frozenset(version for version, count in counted.items() if count > 1)
