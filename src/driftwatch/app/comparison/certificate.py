"""What "no drift in what was compared" is a statement about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.diff.scope import keys_in
from driftwatch.model.comparison import Certificate

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot


def certificate(
    kinds: Sequence[Kind], desired: Snapshot, actual: Snapshot, include: Iterable[str], schemas: Sequence[str]
) -> Certificate:
    """The kinds that were compared, and those that were not, with the reason.

    Args:
        kinds: every kind.
        desired: as it was compared.
        actual: as it was read.
        include: the words of `include` that were asked for.
        schemas: the patterns in scope; none: all.
    """
    oldest = min(desired.server.version, actual.server.version)
    unread = {item.what for snapshot in (desired, actual) for item in snapshot.unreadable}
    left_out = {kind.name: reason for kind in kinds if (reason := _reason(kind, oldest, unread, set(include)))}
    sees = actual.sees
    if sees is not None:
        left_out |= {kind.name: f" (not in {actual.reader})" for kind in kinds if kind.name not in sees}
    compared = {kind.name: None for kind in kinds if kind.name not in left_out}
    return Certificate(
        kinds=tuple(compared),
        excluded=(
            *(f"{name}{reason}" for name, reason in left_out.items()),
            *_too_new(kinds, oldest, left_out),
            *_unseen(kinds, actual),
        ),
        scope=f"schemas {', '.join(schemas)}" if schemas else "all schemas",
        objects=_number(compared, desired, kinds, schemas),
        reader=actual.reader,
    )


def _number(compared: Container[str], desired: Snapshot, kinds: Sequence[Kind], schemas: Sequence[str]) -> int:
    """How many objects were compared."""
    if schemas:
        return sum(key.kind in compared for key in keys_in(desired, kinds, schemas))
    return sum(len(items) for name, items in desired.by_kind.items() if name in compared)


def _reason(kind: Kind, oldest: int, unread: set[str], include: set[str]) -> str | None:
    """Why a kind was not compared, to stand behind its name; None where it was."""
    if kind.name in unread:
        return " (unreadable)"
    if kind.minimum > oldest:
        return f" (only from {kind.minimum // 10000} on)"
    return " (not asked for)" if kind.optional and kind.optional not in include else None


def _unseen(kinds: Iterable[Kind], snapshot: Snapshot) -> Iterator[str]:
    """Attributes that the reader can't express."""
    for kind in kinds:
        if snapshot.sees is not None and kind.name in snapshot.sees:
            hidden = [name for name in kind.alter if name not in snapshot.sees[kind.name]]
            yield from (f"{kind.name}.{name} (not in {snapshot.reader})" for name in hidden)


def _too_new(kinds: Iterable[Kind], oldest: int, left_out: Iterable[str]) -> Iterator[str]:
    """Attributes that one of the two servers does not know."""
    for kind in kinds:
        for name, version in kind.since.items():
            if version > oldest and kind.name not in left_out:
                yield f"{kind.name}.{name} (only from {version // 10000} on)"
