"""Objects that change in the same way, as the partitions of a table do: told once, and how many more there are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from driftwatch.model.comparison import Finding
    from driftwatch.model.key import Key
    from driftwatch.report.overview import Group

MANY = 4
"""So many stand for themselves no longer."""

_NAME = "\0"
"""What stands for an object's name; no name holds it."""


class Told(NamedTuple):
    """A group, and the objects with the same changes that are only named."""

    group: Group
    others: tuple[Key, ...]


def told_once(groups: Iterable[Group]) -> Iterator[Told]:
    """The groups, of many alike only the first, in their order.

    Alike is what would be the same were it not for the object's name, definitions and statements included. Objects that
    come, go or change themselves are always told one by one: only changes of what is a part of them are not.
    """
    by_shape: dict[object, list[Group]] = {}
    for group in groups:
        by_shape.setdefault(group.key if group.main else _shape(group), []).append(group)
    for found in by_shape.values():
        shown = found if len(found) < MANY else found[:1]
        hidden = tuple(group.key for group in found[len(shown) :])
        for group in shown:
            yield Told(group, hidden)


def _shape(group: Group) -> tuple[object, ...]:
    """What the changes are without the object's name."""
    name = re.compile(rf"(?<![^\W_]){re.escape(group.key.path[-1])}(?![^\W_])")
    return group.key.kind, *(name.sub(_NAME, _text(finding)) for finding in group.others)


def _text(finding: Finding) -> str:
    change = finding.change
    said = (finding.old_sql, finding.new_sql, finding.statements, finding.hazards, finding.backport, finding.written)
    return repr((change.key, change.verb, change.attributes, finding.level, finding.lock, finding.label, said))
