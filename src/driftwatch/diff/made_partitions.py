"""Partitions that a job seems to make, so that an ignore rule would take drift away."""

from __future__ import annotations

import re
from collections import defaultdict
from os.path import commonprefix
from typing import TYPE_CHECKING

from driftwatch.diff.ignore import fits, names
from driftwatch.model.change import Verb
from driftwatch.model.edges import Tie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from driftwatch.model.change import Change
    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Snapshot

_FEW = 3
"""So many on one side only may still have been made by hand."""

_COUNTED = re.compile(r"[0-9].*", re.DOTALL)
"""The part of a name from where it goes by dates or numbers."""


def made_partitions(changes: Iterable[Change], actual: Snapshot, desired: Snapshot) -> Mapping[str, int]:
    """Patterns of names, each with how many partitions of one side only it stands for; for tables of both sides.

    Args:
        changes: the drift, from actual to desired.
        actual: the schema that is to be changed.
        desired: what it is to be.
    """
    sides = {Verb.DROP: actual, Verb.ADD: desired}
    found: defaultdict[Key, list[Key]] = defaultdict(list)
    for change in changes:
        if (side := sides.get(change.verb)) is not None and (above := _above(change.key, side)) is not None:
            found[above].append(change.key)
    patterns: dict[str, int] = {}
    for above, partitions in found.items():
        if len(partitions) > _FEW and all(above in side.objects for side in sides.values()):
            pattern = _pattern(above, partitions)
            if not any(_stands_for_others(pattern, above, side) for side in sides.values()):
                patterns[pattern] = len(partitions)
    return patterns


def _above(key: Key, snapshot: Snapshot) -> Key | None:
    """What it is a partition of."""
    ties = snapshot.needs.get(key, ())
    return next((edge.needs for edge in ties if edge.tie is Tie.OWNED and edge.needs.kind == key.kind), None)


def _pattern(above: Key, partitions: Sequence[Key]) -> str:
    """What the names have in common, up to the first digit; digits in the table's own name are no date."""
    common = _common([".".join(key.path) for key in partitions])
    own = _common([common, ".".join(above.path)])
    return f"{own}{_COUNTED.sub('', common.removeprefix(own))}*"


def _common(texts: list[str]) -> str:
    return commonprefix(texts)  # noqa: RUF071  these are no paths: letter by letter is what is asked for


def _stands_for_others(pattern: str, above: Key, snapshot: Snapshot) -> bool:
    """Whether the pattern fits an object of the kind that is no partition of the table, such as the table itself."""
    fitting: Iterator[Key] = (
        key for key in snapshot.keys_by_kind.get(above.kind, ()) if any(fits(pattern, name) for name in names(key))
    )
    return any(_above(key, snapshot) != above for key in fitting)
