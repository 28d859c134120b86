"""SQL that fails where an object is not there, for the scripts by which a tool verifies a migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.sql import literal, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.model.key import Key

_NAMED = {
    "column": "table column",
    "constraint": "table constraint",
    "foreign_table": "foreign table",
    "index": "index",
    "materialized_view": "materialized view",
    "policy": "policy",
    "rule": "rule",
    "schema": "schema",
    "sequence": "sequence",
    "statistics": "statistics object",
    "table": "table",
    "trigger": "trigger",
    "view": "view",
}
"""What `pg_get_object_address` calls those whose path it takes as it is."""
_TYPES = frozenset({"base_type", "composite_type", "domain", "enum", "range_type"})
_ROUTINES = frozenset({"aggregate", "function", "procedure"})


def checks(keys: Iterable[Key]) -> Iterator[str]:
    """A statement for each object; none for what has no address of its own (a grant, a comment)."""
    for key in keys:
        if key.kind in _NAMED:
            names = ", ".join(map(literal, key.path))
            yield f"SELECT pg_catalog.pg_get_object_address({literal(_NAMED[key.kind])}, ARRAY[{names}], '{{}}')"
        elif key.kind in _TYPES:
            yield f"SELECT {literal(_dotted(key.path))}::pg_catalog.regtype"
        elif key.kind in _ROUTINES:
            *name, arguments = key.path
            yield f"SELECT {literal(f'{_dotted(name)}({arguments})')}::pg_catalog.regprocedure"


def _dotted(path: Iterable[str]) -> str:
    return ".".join(map(quote, path))
