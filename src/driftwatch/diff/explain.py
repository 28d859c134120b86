"""What changed inside a nested value: one DeepDiff over only what differs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from driftwatch.model.change import AttributeChange, Change

Place = tuple[str, str]
"""An object's key as text, and one of its attributes."""


def explain(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The same changes, with `details` where an altered attribute is a tuple or has several lines.

    A detail reads `[2]: 'paid' -> 'settled'`, `added [3]: 'void'`, `removed [0]: 'draft'`. DeepDiff is imported only
    when there is something to explain: over whole snapshots it takes seconds, over what differs milliseconds.
    """
    known = tuple(changes)
    nested = {
        (str(change.key), attribute.name): attribute
        for change in known
        for attribute in change.attributes
        if _is_nested(attribute)
    }
    details = _details(nested) if nested else {}
    return tuple(_explained(change, details) for change in known)


def _is_nested(attribute: AttributeChange) -> bool:
    return all(isinstance(value, tuple) or (isinstance(value, str) and "\n" in value) for value in attribute[1:3])


def _explained(change: Change, details: Mapping[Place, tuple[str, ...]]) -> Change:
    if not any((str(change.key), attribute.name) in details for attribute in change.attributes):
        return change
    attributes = (
        attribute._replace(details=details.get((str(change.key), attribute.name), ()))
        for attribute in change.attributes
    )
    return replace(change, attributes=tuple(attributes))


def _details(nested: Mapping[Place, AttributeChange]) -> Mapping[Place, tuple[str, ...]]:
    from deepdiff import DeepDiff

    places = list(nested)
    old = {n: _lines(nested[place].old) for n, place in enumerate(places)}
    new = {n: _lines(nested[place].new) for n, place in enumerate(places)}
    found: defaultdict[Place, list[str]] = defaultdict(list)
    for report in DeepDiff(old, new, view="tree", threshold_to_diff_deeper=0).values():
        for level in report:
            number, *inside = level.path(output_format="list")
            found[places[number]].append(_sentence(inside, level.t1, level.t2))
    return {place: tuple(sorted(sentences)) for place, sentences in found.items()}


def _lines(value: Any) -> Any:  # noqa: ANN401  an attribute's value
    return tuple(value.splitlines()) if isinstance(value, str) else value


def _sentence(inside: Iterable[object], old: object, new: object) -> str:
    place = "".join(f"[{part}]" for part in inside)
    # DeepDiff marks what is missing on one side by an object of its own, whose text says so.
    if "not present" in repr(old):
        return f"added {place}: {new!r}"
    if "not present" in repr(new):
        return f"removed {place}: {old!r}"
    return f"{place}: {old!r} -> {new!r}"
