"""Texts from a database, made fit to be looked at: nothing invisible, nothing that steers a terminal or a page."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from driftwatch.model.change import AttributeChange

# The C0 and C1 controls, and what Unicode lays out invisibly or against the reading order (UAX #9, "Trojan source").
_STEERING = (
    r"\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    r"\ufeff\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f"
)
STEERING = re.compile(rf"[\x00-\x08{_STEERING}]")
_LONG = 100
_STEERING_OR_BREAK = re.compile(rf"[\x00-\x0a{_STEERING}]")


def visible(text: str) -> str:
    r"""One line: each control, line break or bidirectional mark is written as its escape, such as `\x1b`."""
    return _STEERING_OR_BREAK.sub(_escape, text)


def visible_block(text: str) -> str:
    """The same for SQL of several lines: line breaks and tabs stay."""
    return STEERING.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def lines_of(text: str) -> list[str]:
    """The lines as PostgreSQL sees them: a carriage return or U+2028 ends none and stays to be shown."""
    return text.split("\n") if text else []


def plural(count: int, noun: str) -> str:
    """`1 change`, `1,204 changes`, `2 indexes`, `3 policies`."""
    if count == 1:
        return f"{count:,} {noun}"
    if noun.endswith("y"):
        return f"{count:,} {noun[:-1]}ies"
    if noun.endswith("s"):  # statistics, an operator class
        return f"{count:,} {noun}es" if noun.endswith("ss") else f"{count:,} {noun}"
    return f"{count:,} {noun}{'es' if noun.endswith('x') else 's'}"


def spaced(name: str) -> str:
    """A kind's or an attribute's name for people: `not_null` is `not null`."""
    return name.replace("_", " ")


def shown(value: Any) -> str:  # noqa: ANN401 - an attribute's value can be anything a model holds
    """An attribute's value for people."""
    if value is None or value in ((), frozenset()):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return _joined(f"{name}={shown(inner)}" for name, inner in value.items())
    if isinstance(value, (set, frozenset)):
        return _joined(sorted(map(shown, value)))
    if isinstance(value, tuple | list) and type(value).__str__ is object.__str__:
        return _joined(_row(item) for item in value)
    return str(value) or "empty"


def _row(item: Any) -> str:  # noqa: ANN401 - as above
    """A row inside of a list: what it is called, and what it says."""
    return " ".join(filter(None, map(shown, filter(None, item)))) if isinstance(item, tuple) else shown(item)


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def moment(at: datetime) -> str:
    """A time to the second: `2026-03-02 14:03:22 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def is_long(attribute: AttributeChange) -> bool:
    """Whether the values are better seen in a difference than in a line."""
    return any("\n" in text or len(text) > _LONG for text in (shown(attribute.old), shown(attribute.new)))


def told(attribute: AttributeChange) -> str:
    """What changed in one attribute, in one line: `type: integer -> bigint`."""
    name = spaced(attribute.name)
    if attribute.details:
        return f"{name}: {'; '.join(attribute.details)}"
    return f"{name}: {shown(attribute.old)} -> {shown(attribute.new)}"
