"""Just enough of PostgreSQL's lexical rules (manual, section 4.1) to find where things begin and end in a dump.

Nothing is interpreted: strings, quoted names and brackets are told from the rest, so that a comma, a semicolon or a
look-alike header inside of them is not taken for one. Dumps are written with `standard_conforming_strings` on.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

# Each alternative begins with a plain character, its conditions follow: `re` can then skip to the next candidate,
# which makes reading a dump of 10 MB five times faster.
QUOTED = (
    r"'(?<=[eE]')(?<![A-Za-z0-9_$][eE]')[^'\\]*(?:(?:''|\\.)[^'\\]*)*'"  # E'…' with backslash escapes
    r"|'[^']*(?:''[^']*)*'"
    r'|"[^"]*(?:""[^"]*)*"'
    r"|\$(?<![A-Za-z0-9_$]\$)(?P<tag>(?:[A-Za-z_][A-Za-z0-9_]*)?\$).*?\$(?P=tag)"  # $tag$…$tag$
)
_PIECE = re.compile(QUOTED + r"|[A-Za-z0-9_$]+|[\[\](),;]", re.DOTALL)
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")


class Piece(NamedTuple):
    """A word, something quoted, or a punctuation mark."""

    text: str
    start: int


class Listing(NamedTuple):
    """Comma-separated items in a statement: where they stand, and the piece before their bracket or first item."""

    before: str
    start: int
    end: int
    items: tuple[str, ...]


def outer(sql: str) -> list[Piece]:
    """The pieces of a statement outside of all brackets, in order; the outermost brackets are among them."""
    depth, found = 0, []
    for match in _PIECE.finditer(sql):
        text = match.group()
        depth -= text in _CLOSING
        if not depth:
            found.append(Piece(text, match.start()))
        depth += text in _OPENING
    return found


def items(sql: str) -> tuple[str, ...]:
    """The text cut at its outer commas; none when it is blank."""
    cuts = [-1, *(piece.start for piece in outer(sql) if piece.text == ","), len(sql)]
    parts = [sql[left + 1 : right].strip() for left, right in pairwise(cuts)]
    return tuple(parts) if any(parts) else ()


def lists(sql: str) -> list[Listing]:
    """The parenthesised lists of a statement that stand in no other bracket."""
    top = outer(sql)
    return [
        _listing(sql, before.text, opening.start + 1, closing.start)
        for before, opening, closing in zip(top, top[1:], top[2:], strict=False)
        if opening.text == "("
    ]


def list_after(sql: str, *words: str) -> Listing | None:
    """The first of these lists that one of the words introduces."""
    # Most statements have none of them, and are not read at all.
    if not any(word in sql for word in words):
        return None
    return next((found for found in lists(sql) if found.before in words), None)


def clause(sql: str, begin: str, end: Iterable[str]) -> Listing | None:
    """The list between the outer word `begin` and the next of the outer pieces `end`, without brackets."""
    top = iter(outer(sql))
    start = next((piece.start + len(begin) for piece in top if piece.text == begin), None)
    stop = next((piece.start for piece in top if piece.text in end), len(sql))
    return None if start is None else _listing(sql, begin, start, stop)


def rewrite(sql: str, listing: Listing, new: Iterable[str]) -> str:
    """The statement with other items in that list, one a line where they were so."""
    old, new = sql[listing.start : listing.end], list(new)
    if "\n" in old and listing.before != "WITH":
        return sql[: listing.start] + "".join(f"\n    {item}," for item in new)[:-1] + "\n" + sql[listing.end :]
    margin = " " if old[:1].isspace() else ""
    return sql[: listing.start] + margin + ", ".join(new) + margin + sql[listing.end :]


def unquoted(text: str) -> str:
    """An identifier or a plain string constant as it is, without its quotes."""
    quote = text[:1]
    return text[1:-1].replace(quote * 2, quote) if quote in {"'", '"'} else text


def _listing(sql: str, before: str, start: int, end: int) -> Listing:
    return Listing(before, start, end, items(sql[start:end]))
