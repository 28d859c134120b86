"""What the catalogues keep as letters, in SQL's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
"""pg_type.typstorage and pg_attribute.attstorage."""

COMPRESSION = {"p": "pglz", "l": "lz4", None: "default"}
"""pg_attribute.attcompression; None is default_toast_compression's."""

REPLICA_IDENTITY = {"d": "DEFAULT", "f": "FULL", "n": "NOTHING"}
"""pg_class.relreplident, but for the index (i), which is set with that index."""

STATES = {"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}
"""pg_trigger.tgenabled, pg_rewrite.ev_enabled and pg_event_trigger.evtenabled in ALTER's words."""

PARALLEL = {"s": "SAFE", "r": "RESTRICTED", "u": "UNSAFE"}
"""pg_proc.proparallel."""


def words(letters: Mapping[Any, str]) -> Callable[[Any], object]:
    """For `Kind.in_words`: the letter's word; a letter that a newer server may bring stays."""
    return lambda value: letters.get(value, value)


def without_order(values: Iterable[str]) -> frozenset[str]:
    """For `Kind.in_words`: a list whose order says nothing."""
    return frozenset(values)


def or_default(value: object) -> object:
    """For `Kind.in_words`, where None stands for what is so by itself."""
    return "default" if value is None else value


def with_types(columns: Iterable[tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """For `Kind.in_words`: of (name, type, collation, …) the name, and the type as CREATE TABLE would say it."""
    return tuple(
        (name, f"{type_} COLLATE {collation}" if collation else type_) for name, type_, collation, *_ in columns
    )
