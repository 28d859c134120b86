"""What changed inside of a value: one DeepDiff over the lists and texts that differ.

DeepDiff takes about 0.2 ms for each difference that it finds, and over whole snapshots many seconds. So equal
beginnings and ends are cut off before, and what is changed through and through is only counted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from driftwatch.model.change import AttributeChange, Change
    from driftwatch.model.kind import Kind

MOST_DIFFERENCES = 600
"""How many changed lines and items DeepDiff is given in all; a report with more is not read that closely."""

MOST_DETAILS = 5
"""How many details are told of one attribute."""

_MOST_OF_ONE = 20
"""An attribute with more changed lines or items on both sides has them counted instead of told."""

_WIDTH = 80

_LONG = 100
"""A text of one line that is longer is not shown whole."""

_BEFORE = 24
"""Characters of what two texts have in common that are shown before the place where they differ."""


_SETTING = re.compile(r"([^=]+?) ?= ?(.*)", re.DOTALL)
"""An item of reloptions, proconfig, dictinitoption and the like."""


class _Nested(NamedTuple):
    """What is left of an attribute's values without their common beginning and end."""

    unit: str
    old: Any
    new: Any
    start: int
    reordered: bool = False


def in_words(changes: Iterable[Change], kinds: Iterable[Kind]) -> tuple[Change, ...]:
    """The same changes, with values that people can read where the catalogue keeps letters."""
    known = {kind.name: kind.in_words for kind in kinds if kind.in_words}
    return tuple(
        _in_words(change, known[change.key.kind]) if change.key.kind in known else change for change in changes
    )


def _in_words(change: Change, words: Mapping[str, Callable[[Any], object]]) -> Change:
    attributes, information = (
        tuple(_worded(each, words[each.name]) if each.name in words else each for each in told)
        for told in (change.attributes, change.information)
    )
    return replace(change, attributes=attributes, information=information)


def _worded(attribute: AttributeChange, words: Callable[[Any], object]) -> AttributeChange:
    old, new = words(attribute.old), words(attribute.new)
    return attribute if old == new else attribute._replace(old=old, new=new)


def explain(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The same changes, with `details` where an attribute's values are tuples or texts of some length.

    A detail reads `item 3: 'paid' -> 'settled'`, `line 12 added: 'RETURN NEW;'`, or with the name of what is listed:
    `street: 'text' -> 'character varying(80)'`. Of long texts it shows where they differ.
    """
    known = tuple(changes)
    attributes = [attribute for change in known for attribute in (*change.attributes, *change.information)]
    lines = ((attribute, _long_line(attribute.old, attribute.new)) for attribute in attributes)
    details: dict[AttributeChange, tuple[str, ...]] = {attribute: (line,) for attribute, line in lines if line}
    details |= {each: _come_and_gone(each.old, each.new) for each in attributes if isinstance(each.old, frozenset)}
    nested = {attribute: found for attribute in attributes if (found := _nested(attribute)) is not None}
    if nested:
        details |= dict(zip(nested, _details(list(nested.values())), strict=True))
    if not details:
        return known
    return tuple(_explained(change, details) for change in known)


def _long_line(old: object, new: object) -> str | None:
    """Where two texts of one line differ, if they are too long to be shown whole."""
    if not (isinstance(old, str) and isinstance(new, str)) or "\n" in old + new or len(max(old, new, key=len)) <= _LONG:
        return None
    return _altered(old, new)


def _come_and_gone(old: frozenset[str], new: frozenset[str]) -> tuple[str, ...]:
    """What differs between two sets, whose members have no places."""
    sentences = [f"{gone!r} removed" for gone in sorted(old - new)] + [f"{come!r} added" for come in sorted(new - old)]
    return _few_of(sentences)


def _few_of(sentences: list[str]) -> tuple[str, ...]:
    more = len(sentences) - MOST_DETAILS
    return tuple(sentences if more <= 0 else [*sentences[:MOST_DETAILS], f"and {more} more"])


def _explained(change: Change, details: Mapping[AttributeChange, tuple[str, ...]]) -> Change:
    if not any(attribute in details for attribute in (*change.attributes, *change.information)):
        return change
    return replace(
        change,
        attributes=tuple(item._replace(details=details.get(item, item.details)) for item in change.attributes),
        information=tuple(item._replace(details=details.get(item, item.details)) for item in change.information),
    )


def _nested(attribute: AttributeChange) -> _Nested | None:
    """The two values as DeepDiff is to see them; None where they are single values, which explain themselves."""
    old, new = attribute.old, attribute.new
    if isinstance(old, str) and isinstance(new, str):
        return _cut("line", old.split("\n"), new.split("\n")) if "\n" in old + new else None
    if not (isinstance(old, tuple) and isinstance(new, tuple)):
        return None
    named_old, named_new = _named(old), _named(new)
    if named_old is None or named_new is None:
        return _cut("item", old, new)
    both = [name for name in named_old if name in named_new]
    return _Nested("", named_old, named_new, 0, reordered=both != [name for name in named_new if name in named_old])


def _named(items: Sequence[Any]) -> Mapping[str, Any] | None:
    """Tuples that begin with a name each (attributes, mappings), and settings (`name=value`), by that name."""
    settings = [_SETTING.match(item) if isinstance(item, str) else None for item in items]
    if settings and all(settings):
        items = [setting.groups() for setting in settings if setting]
    if not all(isinstance(item, tuple) and item and isinstance(item[0], str) for item in items):
        return None
    named = {item[0]: item[1] if len(item) == 2 else item[1:] for item in items}  # noqa: PLR2004  a name and a value
    return named if len(named) == len(items) else None


def _cut(unit: str, old: Sequence[Any], new: Sequence[Any]) -> _Nested:
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    end = next((n for n in range(shorter - start) if old[-1 - n] != new[-1 - n]), shorter - start)
    return _Nested(unit, list(old[start : len(old) - end]), list(new[start : len(new) - end]), start)


def _details(nested: Sequence[_Nested]) -> Iterator[tuple[str, ...]]:
    few = dict(_few(nested))
    told = _differences(few) if few else {}
    for n, item in enumerate(nested):
        sentences = told.get(n, []) if n in few else [_counted(item)]
        if item.reordered:
            sentences = [*sentences, "in another order"]
        yield _few_of(sentences)


def _few(nested: Sequence[_Nested]) -> Iterator[tuple[int, _Nested]]:
    """Those that DeepDiff is given: with few differences each, and not too many in all."""
    left = MOST_DIFFERENCES
    for n, item in enumerate(nested):
        old, new = (value.items() if isinstance(value, dict) else value for value in (item.old, item.new))
        differences = max(1, len(set(old) ^ set(new)))
        if differences <= min(_MOST_OF_ONE, left):
            left -= differences
            yield n, item


def _counted(item: _Nested) -> str:
    """A difference that is too large to be told."""
    unit = item.unit or "item"
    place = f" from {unit} {item.start + 1} on" if item.start else ""
    before, after = len(item.old), len(item.new)
    if not (before and after):
        return f"{before or after} {unit}s {'added' if after else 'removed'}{place}"
    return f"{before} {unit}s{place} replaced by {after}"


def _differences(nested: Mapping[int, _Nested]) -> Mapping[int, list[str]]:
    """What DeepDiff finds, as sentences in the order of the places."""
    from deepdiff import DeepDiff

    old = {n: item.old for n, item in nested.items()}
    new = {n: item.new for n, item in nested.items()}
    found: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
    # 0: always look into a list, also where nearly nothing in it is the same.
    for report, levels in DeepDiff(old, new, view="tree", threshold_to_diff_deeper=0).items():
        for level in levels:
            number, *inside = level.path(output_format="list")
            sentence = _sentence(nested[number], report, inside, level.t1, level.t2)
            found[number].append((_place(nested[number], inside), len(found[number]), sentence))
    return {number: [sentence for *_, sentence in sorted(sentences)] for number, sentences in found.items()}


def _place(item: _Nested, inside: Sequence[Any]) -> int:
    """Where a detail is told: by its line, or by the order of the names."""
    if item.unit:
        return int(inside[0])
    return list(item.new if inside[0] in item.new else item.old).index(inside[0])


def _sentence(item: _Nested, report: str, inside: Sequence[Any], old: object, new: object) -> str:
    first, *rest = inside
    name = f"{item.unit} {item.start + int(first) + 1}" if item.unit else str(first)
    place = ".".join([name, *(str(part + 1 if isinstance(part, int) else part) for part in rest)])
    if report.endswith("_added"):
        return f"{place} added: {_shown(new)}"
    if report.endswith("_removed"):
        return f"{place} removed: {_shown(old)}"
    return f"{place}: {_altered(old, new)}"


def _altered(old: object, new: object) -> str:
    """Both values; of long ones what stands around the first place where they differ."""
    before, after = _text(old), _text(new)
    pairs = enumerate(zip(before, after, strict=False))
    common = next((n for n, (left, right) in pairs if left != right), min(len(before), len(after)))
    start = max(common - _BEFORE, 0) if max(len(before), len(after)) > _WIDTH else 0
    return f"{_window(before, start)} -> {_window(after, start)}"


def _shown(value: object) -> str:
    return _window(_text(value))


def _text(value: object) -> str:
    parts = [part for part in value if part not in {"", None}] if isinstance(value, tuple) else [value]
    return ", ".join(repr(part.strip() if isinstance(part, str) else part) for part in parts)


def _window(text: str, start: int = 0) -> str:
    """At most so many characters from there on, with a mark where some are left out."""
    end = start + _WIDTH
    return f"{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''}"
