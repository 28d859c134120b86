"""Identifiers: ordinary ones, and those that break whoever forgets to quote, to escape or to count bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

LONGEST = 63
"""Bytes of a name, NAMEDATALEN - 1."""

PLAIN: tuple[str, ...] = (*"abcdefghijklmnopqrstuvwxyz", "item", "val", "item_id", "item_pkey", "a_b", "b_a_seq")

HOSTILE = (
    "Upper Case",
    'q"uote',
    "it's",
    "select",
    "user",
    "a.b",
    "$1",
    "$$",
    "back\\slash",
    "100%",
    "%I",
    "new\nline",
    "--",
    "/*",
    ";",
    "tab\there",
    "naïve",
    "日本",
    "😀",
    "İ",
    "{x}",
    "a,b",
    "(",
    ":x",
    "é" * 31,
    "x" * LONGEST,
)

_NASTY = "aB1_ '\"\\$%.,;:(){}\n\r\té日😀\u200b\u0301-/*&<>=!~|@#^?"


def name(random: Random) -> str:
    """An identifier as the catalogue holds it: every second one is ordinary."""
    if random.random() < 0.5:
        return random.choice(PLAIN)
    if random.random() < 0.5:
        return random.choice(HOSTILE)
    return "".join(random.choices(_NASTY, k=random.randint(1, 12)))


def quoted(name: str) -> str:
    """As SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """As SQL writes a text."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
