"""Definitions as PostgreSQL printed them, written so that it reads the very same expression again.

What its deparser prints is not always read back as it was. The grammar flattens an AND or OR on the left of another,
and the cast of an `ARRAY[…]` goes to each element instead (`transformTypeCast`): `status IN ('a', 'b')` on a varchar
comes back in other words, and the copy's dump is not the original's. A cast of an expression to the type that it has
already vanishes while it is parsed, but neither rule looks through it: one is put in where they would strike.

Where the names of a query's columns do not matter (in EXISTS, on the right of a UNION, in the body of a function) the
deparser leaves out the name of one that had none. A constant or an operator's result that it prints with a cast would
be called after the type, and printed with that name from then on: it is told that it is called "?column?".

Only lexical rules are used (manual, section 4.1): strings, quoted names and brackets are told from the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from driftwatch.model.statement import Statement

_PIECE = re.compile(
    r"""(?P<text>[eE]'(?:[^'\\]|''|\\.)*' | '(?:[^']|'')*' | \$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?\$(?P=tag)\$)
    | "(?:[^"]|"")*" | [A-Za-z_\x80-\uffff][\w$]* | \d[\w.]* | :: | \s+ | .""",
    re.DOTALL | re.VERBOSE,
)
_CLOSING = {"(": ")", "[": "]"}
_NAMELESS = ' AS "?column?"'
_AFTER_ITEM = frozenset(
    (", ; FROM WHERE GROUP HAVING WINDOW UNION INTERSECT EXCEPT ORDER LIMIT OFFSET FETCH FOR ON RETURNING WITH").split()
)
"""What comes after an expression of a select list. Words of the deparser's own are in capitals, names then quoted."""
_LARGEST_INTEGER = 2**31 - 1


@dataclass(slots=True, eq=False)
class _Group:
    """What stands between two brackets: pieces and groups, blanks among them."""

    opening: str = ""
    parts: list[str | _Group] = field(default_factory=list)

    def solid(self) -> list[tuple[int, str | _Group]]:
        """The parts that are no blanks, with their places."""
        return [(n, part) for n, part in enumerate(self.parts) if isinstance(part, _Group) or not part.isspace()]

    def __str__(self) -> str:
        return f"{self.opening}{''.join(map(str, self.parts))}{_CLOSING.get(self.opening, '')}"


def rereadable(statement: Statement) -> Statement:
    """The statement with the casts that keep its expressions as they are."""
    sql = statement.sql
    # Most statements hold none of these forms, and are not looked at any closer.
    nests = any(_may_nest(word, sql) for word in ("AND", "OR"))
    if not (nests or "]::" in sql or "])::" in sql or ("::" in sql and _has_inner_query(sql))):
        return statement
    whole = _grouped(sql)
    if whole is None:
        return statement
    _keep(whole)
    return replace(statement, sql=str(whole))


def _has_inner_query(sql: str) -> bool:
    """Whether it holds a query whose columns' names may be left out, which a view's outermost always prints."""
    return sql.count("SELECT") > (" VIEW " in sql)


def _may_nest(word: str, sql: str) -> bool:
    return sql.count(f" {word} ") > 1 and f") {word} " in sql


def _grouped(sql: str) -> _Group | None:
    """The text by its brackets; None where they do not match."""
    stack = [_Group()]
    for match in _PIECE.finditer(sql):
        piece = match[0]
        if piece in _CLOSING:
            stack.append(_Group(piece))
        elif piece in _CLOSING.values():
            if piece != _CLOSING.get(stack[-1].opening):
                return None
            closed = stack.pop()
            stack[-1].parts.append(closed)
        else:
            stack[-1].parts.append(piece)
    return stack[0] if len(stack) == 1 else None


def _keep(group: _Group) -> None:
    solid = group.solid()
    for _, part in solid:
        if isinstance(part, _Group):
            _keep(part)
    _cast_arrays(solid)
    _cast_first_operand(group, solid)
    _cast_bare_arrays(group)
    for place in sorted(_nameless(group.solid()), reverse=True):
        group.parts.insert(place + 1, _NAMELESS)


def _cast_first_operand(group: _Group, solid: Sequence[tuple[int, str | _Group]]) -> None:
    """`((a AND b) AND c)`: the first operand of an AND or OR is cast when it is one of the same kind."""
    if len(solid) > 1 and solid[1][1] in {"AND", "OR"}:
        place, first = solid[0]
        if isinstance(first, _Group) and _connects(first) == solid[1][1]:
            group.parts.insert(place + 1, "::boolean")


def _connects(group: _Group) -> str:
    """The AND or OR that joins what stands in the group."""
    words = [part for _, part in group.solid() if isinstance(part, str)]
    return next((word for word in words if word in {"AND", "OR"}), "")


def _nameless(solid: Sequence[tuple[int, str | _Group]]) -> Iterator[int]:
    """`SELECT 'a'::text`: where each cast ends that stands in a select list without a name."""
    listed, item = False, list[tuple[int, str | _Group]]()
    for place, part in [*solid, (-1, ";")]:
        if part == "SELECT":
            listed, item = True, []
        elif part in _AFTER_ITEM and not (part == "ON" and item and item[-1][1] == "DISTINCT"):
            if listed and _would_be_named([part for _, part in item]):
                yield item[-1][0]
            listed, item = listed and part == ",", []
        elif listed:
            item.append((place, part))


def _would_be_named(item: Sequence[str | _Group]) -> bool:
    """Whether it has no name, and would be called after the type that it is cast to."""
    collated = any(isinstance(part, _Group) and "COLLATE" in part.parts for part in item)
    return "AS" not in item and ("::" in item or collated)


def _cast_arrays(solid: Sequence[tuple[int, str | _Group]]) -> None:
    """`(ARRAY['a'::character varying])::text[]`: the array is cast by the type of its elements first."""
    for (_, group), (_, cast) in pairwise(solid):
        if cast != "::" or not isinstance(group, _Group) or group.opening != "(":
            continue
        if element := _element_type([part for _, part in group.solid()]):
            group.parts.append(f"::{element}[]")


def _cast_bare_arrays(group: _Group) -> None:
    """`ARRAY['a'::character varying]::text[]`, as it is printed for extended statistics: the same."""
    solid = group.solid()
    for (_, word), (place, array), (_, cast) in reversed(list(zip(solid, solid[1:], solid[2:], strict=False))):
        if cast == "::" and (element := _element_type([word, array])):
            group.parts.insert(place + 1, f"::{element}[]")


def _element_type(parts: Sequence[str | _Group]) -> str:
    """The type that all elements of an `ARRAY[…]` have; empty where it isn't one, or isn't seen."""
    if len(parts) != len(("ARRAY", "[…]")) or parts[0] != "ARRAY" or not isinstance(parts[1], _Group):
        return ""
    types = {_type_of(element) for element in _elements(parts[1])}
    return types.pop() if len(types) == 1 else ""


def _elements(array: _Group) -> Iterator[list[str | _Group]]:
    found: list[str | _Group] = []
    for part in array.parts:
        if part == ",":
            yield found
            found = []
        else:
            found.append(part)
    yield found


def _type_of(element: Sequence[str | _Group]) -> str:
    """The type that an element is cast to, or that of a plain integer; empty where it isn't seen."""
    solid = [part for part in element if isinstance(part, _Group) or not part.isspace()]
    if len(solid) == 1 and isinstance(solid[0], str) and solid[0].isdecimal() and int(solid[0]) <= _LARGEST_INTEGER:
        return "integer"
    if len(solid) < len(("value", "::", "type")) or solid[1] != "::" or "::" in solid[2:]:
        return ""
    return "".join(map(str, element[element.index("::") + 1 :])).strip()
