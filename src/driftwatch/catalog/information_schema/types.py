"""Types as the views describe them, written as `format_type` writes them."""

from __future__ import annotations

from typing import NamedTuple

from driftwatch.sql import qualify

ARRAY = "ARRAY"
USER_DEFINED = "USER-DEFINED"
DEFAULT_PRECISION = 6
"""Of times and intervals; the views do not tell it from the same one given by hand."""

Element = tuple[str, str, str]
"""Of an array: data_type, udt_schema, udt_name; the views know no modifiers there."""


class Described(NamedTuple):
    """The columns of `views.TYPE`."""

    data_type: str
    length: int | None
    precision: int | None
    scale: int | None
    datetime_precision: int | None
    interval_type: str | None
    udt_schema: str
    udt_name: str
    identifier: str


def type_text(described: Described, element: Element | None = None) -> str:
    """`character varying(80)`, `numeric(10,2)`, `timestamp(3) with time zone`, `text[]`, `app.mood`."""
    name = described.data_type
    if name == ARRAY:
        return f"{_element_text(element or (USER_DEFINED, described.udt_schema, described.udt_name))}[]"
    if name == USER_DEFINED:
        return qualify(described.udt_schema, described.udt_name)
    if described.length is not None and name in {"character varying", "character", "bit", "bit varying"}:
        return f"{name}({described.length})"
    if name == "character":
        return "bpchar"
    if name == "numeric" and described.precision is not None:
        return f"numeric({described.precision},{described.scale or 0})"
    return _timed(described)


def _element_text(element: Element) -> str:
    name, schema, own = element
    return qualify(schema, own) if name == USER_DEFINED else {"character": "bpchar"}.get(name, name)


def _timed(described: Described) -> str:
    """Times and intervals have their precision in the middle."""
    name, digits = described.data_type, described.datetime_precision
    precision = f"({digits})" if digits is not None and digits != DEFAULT_PRECISION else ""
    if name == "interval":  # DAY TO SECOND(3) has the precision in it
        return f"interval {described.interval_type.lower()}" if described.interval_type else f"interval{precision}"
    word, space, zone = name.partition(" ")
    return f"{word}{precision}{space}{zone}" if zone.endswith("time zone") else name
