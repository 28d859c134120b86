"""Two dumps compared entry by entry."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from enum import StrEnum
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from driftwatch.observer.inherited import without_repeats
from driftwatch.observer.internals import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.observer.entries import Entry


class What(StrEnum):
    """How two dumps disagree about an object."""

    MISSING = "missing"
    EXTRA = "extra"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An object on which two dumps disagree: missing on the right, only there (extra), or different.

    Names are as `pg_dump` writes them in its comments, `-` for no schema. `left` and `right` are SQL in the form that
    was compared, secrets hidden, empty for the side that lacks the object.
    """

    kind: str
    schema: str
    name: str
    what: What
    left: str
    right: str

    def __str__(self) -> str:
        place = "" if self.schema == "-" else f" in schema {self.schema}"
        return f"{self.kind} {self.name}{place} is {self.what}"


def compare(left: Iterable[Entry], right: Iterable[Entry], *, not_null_names: bool = True) -> tuple[Disagreement, ...]:
    """What two lists of entries disagree on, sorted by kind, schema and name.

    Entries are paired by kind, schema and name; several of one name (a default privilege of two owners, names that
    differ in a line break only) by owner, then by likeness.

    Args:
        left: what should be.
        right: what is held against it.
        not_null_names: whether the names of 18's not-null constraints count.
    """
    compared = partial(normal, not_null_names=not_null_names)
    # As written first: most entries of two large dumps are equal, and bringing one to its normal form costs more.
    left, right = tuple(left), tuple(right)
    lefts, rights = _unmatched(left, right)
    lefts, rights = without_repeats(lefts, left), without_repeats(rights, right)
    lefts, rights = _unmatched(map(compared, lefts), map(compared, rights))
    namesakes: defaultdict[tuple[str, ...], tuple[list[Entry], list[Entry]]] = defaultdict(lambda: ([], []))
    for side, some in enumerate((lefts, rights)):
        for entry in some:
            namesakes[entry.kind, entry.schema, entry.name][side].append(entry)
    return tuple(each for key in sorted(namesakes) for each in _disagreements(*namesakes[key]))


def render(disagreements: Iterable[Disagreement], left: str = "left", right: str = "right") -> str:
    """A unified diff of every disagreement under a line that says what it is, for people."""
    return "\n".join(line for each in disagreements for line in (f"{each}:", *_diff(each, left, right)))


def _unmatched(left: Iterable[Entry], right: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    lefts, rights = Counter(left), Counter(right)
    return list((lefts - rights).elements()), list((rights - lefts).elements())


def _disagreements(lefts: list[Entry], rights: list[Entry]) -> Iterator[Disagreement]:
    """Namesakes, the most alike as a pair."""
    pairs = list(product(lefts, rights))
    if len(pairs) > 1:
        pairs.sort(key=lambda pair: _likeness(*pair), reverse=True)
    for left, right in pairs:
        if left in lefts and right in rights:
            lefts.remove(left)
            rights.remove(right)
            yield Disagreement(left.kind, left.schema, left.name, What.DIFFERENT, left.sql, right.sql)
    yield from (Disagreement(e.kind, e.schema, e.name, What.MISSING, e.sql, "") for e in lefts)
    yield from (Disagreement(e.kind, e.schema, e.name, What.EXTRA, "", e.sql) for e in rights)


def _likeness(left: Entry, right: Entry) -> tuple[bool, float]:
    return left.owner == right.owner, SequenceMatcher(None, left.sql, right.sql).quick_ratio()


def _diff(disagreement: Disagreement, left: str, right: str) -> Iterator[str]:
    texts = disagreement.left.splitlines(), disagreement.right.splitlines()
    return unified_diff(*texts, left, right, lineterm="", n=2)
