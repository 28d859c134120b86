"""The order of migrations that say which ones they follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.errors import MigrationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from driftwatch.migrations.model import Migration


def in_order(migrations: Sequence[Migration]) -> Iterator[Migration]:
    """Each after those that it follows; of several that could come next the one of the least name.

    Raises:
        MigrationError: two are called alike, one follows what is not there, or they follow each other in a circle.
    """
    found: dict[str, Migration] = {}
    for each in migrations:
        other = found.setdefault(each.version, each)
        if other is not each:
            raise MigrationError(
                f"{other.path} and {each.path} are both {each.version!r}: give one of them another name"
            )
    for each in found.values():
        if unknown := [need for need in each.needs if need not in found]:
            raise MigrationError(f"{each.path} follows {unknown[0]!r}, and no file has it")
    waiting = sorted(found.values(), key=lambda each: each.name)
    done: set[str] = set()
    while waiting:
        ready = next((each for each in waiting if done.issuperset(each.needs)), None)
        if ready is None:
            left = ", ".join(sorted(each.version for each in waiting))
            raise MigrationError(f"{left} follow each other in a circle")
        waiting.remove(ready)
        done.add(ready.version)
        yield ready


def heads(migrations: Sequence[Migration]) -> list[str]:
    """The versions that nothing follows yet."""
    followed = {need for each in migrations for need in each.needs}
    return [each.version for each in migrations if each.version not in followed]
