"""Two texts side by side: lines matched by difflib, and inside a matched pair the words that changed."""

from __future__ import annotations

import re
from difflib import SequenceMatcher, unified_diff
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from driftwatch.report.display import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_VISIBLE_WORD = re.compile(r"\w+|[^\w\s]")
_ALIKE_ENOUGH = 0.5
_CONTEXT = 3
_FOLD_FROM = 10
_PAIRS_TRIED = 2500


class Span(NamedTuple):
    """A piece of a line; `changed` where the other side's line has something else."""

    text: str
    changed: bool = False


Line = tuple[Span, ...]


class Row(NamedTuple):
    """One line of the difference; a side is None where only the other has the line."""

    old: Line | None
    new: Line | None
    same: bool


class Block(NamedTuple):
    """Neighbouring rows; `folded` where they are equal and far from any difference."""

    rows: tuple[Row, ...]
    folded: bool


def side_by_side(old: str, new: str) -> tuple[Block, ...]:
    """The rows of a difference, long equal stretches folded away."""
    rows = list(_rows(lines_of(old), lines_of(new)))
    near = _near_a_difference(rows)
    blocks = [
        Block(tuple(rows[at] for at in run), folded=not close)
        for close, run in groupby(range(len(rows)), key=near.__getitem__)
    ]
    return tuple(blocks)


def unified(old: str, new: str) -> str:
    """The difference as `diff -u` prints it, without the files' names; the place of a hunk only where there are two."""
    lines = list(unified_diff(lines_of(old), lines_of(new), lineterm="", n=_CONTEXT))[2:]
    hunks = sum(line.startswith("@@") for line in lines)
    return "\n".join(lines[1:] if hunks == 1 else lines)


def _near_a_difference(rows: Sequence[Row]) -> list[bool]:
    """For each row whether it is shown at once: a difference, its context, or an equal stretch too short to fold."""
    near = [False] * len(rows)
    for at, row in enumerate(rows):
        if not row.same:
            low, high = max(0, at - _CONTEXT), min(len(rows), at + _CONTEXT + 1)
            near[low:high] = [True] * (high - low)
    for close, run in groupby(range(len(rows)), key=list(near).__getitem__):
        places = list(run)
        if not close and len(places) < _FOLD_FROM:
            near[places[0] : places[-1] + 1] = [True] * len(places)
    return near


def _rows(old: list[str], new: list[str]) -> Iterator[Row]:
    for verb, low, high, start, end in SequenceMatcher(None, old, new).get_opcodes():
        if verb == "equal":
            yield from (Row((Span(line),), (Span(line),), same=True) for line in old[low:high])
        else:
            yield from _replaced(old[low:high], new[start:end])


def _replaced(old: list[str], new: list[str]) -> Iterator[Row]:
    """Replaced lines: each with the next line on the other side that is alike, the rest opposite each other."""
    at = 0
    waiting: list[str] = []
    end = len(new) if len(old) * len(new) <= _PAIRS_TRIED else 0
    for line in old:
        found = next((n for n in range(at, end) if _alike(line, new[n])), None)
        if found is None:
            waiting.append(line)
            continue
        yield from _unmatched(waiting, new[at:found])
        yield _pair(line, new[found])
        waiting, at = [], found + 1
    yield from _unmatched(waiting, new[at:])


def _unmatched(old: list[str], new: list[str]) -> Iterator[Row]:
    for left, right in zip_longest(old, new):
        yield Row(
            None if left is None else (Span(left),),
            None if right is None else (Span(right),),
            same=False,
        )


def _alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, _VISIBLE_WORD.findall(old), _VISIBLE_WORD.findall(new), autojunk=False)
    return matcher.quick_ratio() >= _ALIKE_ENOUGH and matcher.ratio() >= _ALIKE_ENOUGH


def _pair(old: str, new: str) -> Row:
    left, right = _WORD.findall(old), _WORD.findall(new)
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return Row(
        _merged((Span("".join(left[low:high]), verb != "equal") for verb, low, high, _, _ in codes)),
        _merged((Span("".join(right[low:high]), verb != "equal") for verb, _, _, low, high in codes)),
        same=False,
    )


def _merged(spans: Iterator[Span]) -> Line:
    """Spans without empty ones; a blank between two changed words counts as changed, which reads calmer."""
    merged: list[Span] = []
    for span in (span for span in spans if span.text):
        if len(merged) > 1 and span.changed and merged[-1].text.isspace() and merged[-2].changed:
            blank, first = merged.pop(), merged.pop()
            merged.append(Span(first.text + blank.text + span.text, changed=True))
        elif merged and merged[-1].changed == span.changed:
            merged.append(Span(merged.pop().text + span.text, span.changed))
        else:
            merged.append(span)
    return tuple(merged)
