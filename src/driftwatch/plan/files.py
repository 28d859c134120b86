"""A plan laid out as files: one an object, in an order in which they can be loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from driftwatch.model.key import Key
    from driftwatch.model.plan import Step
    from driftwatch.model.snapshot import Snapshot

_UNSAFE = re.compile(r"[^\w.-]+")
_LENGTH = 80
AFTER = ".after"
"""Behind the name of a file with what can only be made when other objects are there, such as foreign keys."""


@dataclass(frozen=True)
class Sheet:
    """A file: its name in the folder, and the steps that it holds."""

    name: str
    steps: tuple[Step, ...]


def arrange(steps: Iterable[Step], snapshot: Snapshot, group_of: Callable[[Key], Key]) -> list[Sheet]:
    """The files in the order in which they are to be loaded.

    Args:
        steps: of a plan that makes the snapshot, in order.
        snapshot: what is made.
        group_of: the object that another one is shown under: the table of an index.
    """
    ordered = list(steps)
    return _Layout(ordered, snapshot, group_of, _names([group_of(step.key) for step in ordered])).run()


@dataclass
class _Layout:
    steps: list[Step]
    snapshot: Snapshot
    group_of: Callable[[Key], Key]
    names: Mapping[Key, str]
    sheets: list[Sheet] = field(default_factory=list)
    made: set[Key] = field(default_factory=set)
    waiting: dict[Key, list[Step]] = field(default_factory=dict)
    stepped: set[Key] = field(default_factory=set)

    def run(self) -> list[Sheet]:
        """Each object where its first step stands; what needs more than is there by then comes at the end."""
        groups: dict[Key, list[Step]] = {}
        for step in self.steps:
            groups.setdefault(self.group_of(step.key), []).append(step)
            self.stepped.add(step.key)
        for group, steps in groups.items():
            if any(self._needed(steps[0]) & {step.key for step in late} for late in self.waiting.values()):
                self._flush()
            self._place(group, steps)
        self._flush()
        return self.sheets

    def _place(self, group: Key, steps: Sequence[Step]) -> None:
        here: list[Step] = []
        for step in steps:
            if here and not all(self._there(key) for key in self._needed(step) - {step.key}):
                self.waiting.setdefault(group, []).append(step)
                continue
            here.append(step)
            self.made.add(step.key)
        self.sheets.append(Sheet(f"{self.names[group]}.sql", tuple(here)))

    def _flush(self) -> None:
        """What waits, each object's in a file; in the plan's order, since they may need each other."""
        place = {id(step): number for number, step in enumerate(self.steps)}
        for group, steps in sorted(self.waiting.items(), key=lambda item: place[id(item[1][0])]):
            count = sum(sheet.name.startswith(f"{self.names[group]}{AFTER}") for sheet in self.sheets)
            self.sheets.append(Sheet(f"{self.names[group]}{AFTER}{count or ''}.sql", tuple(steps)))
            self.made |= {step.key for step in steps}
        self.waiting.clear()

    def _there(self, key: Key) -> bool:
        """Whether an object is made by now: by its own step, or along with the object that it is a part of."""
        return key in self.made or (key not in self.stepped and self.group_of(key) in self.made | {key})

    def _needed(self, step: Step) -> set[Key]:
        return {edge.needs for edge in self.snapshot.needs[step.key] if edge.needs in self.snapshot.objects}


def _names(groups: Iterable[Key]) -> dict[Key, str]:
    """`public/table/users`; names that a file system can't tell apart, or can't hold, get a digest."""
    found: dict[Key, str] = {}
    taken: set[str] = set()
    for group in sorted(dict.fromkeys(groups)):
        name = "/".join([*map(_safe, group.path[:-1][:1]), group.kind, _safe(_own_name(group))])
        if name.lower() in taken or any(part != _safe(part) for part in group.path):
            name = f"{name[:_LENGTH]}-{sha256(str(group).encode()).hexdigest()[:8]}"
        taken.add(name.lower())
        found[group] = name
    return found


def _own_name(group: Key) -> str:
    return "-".join(part for part in (group.path[1:] or group.path) if part) or group.kind


def _safe(text: str) -> str:
    return _UNSAFE.sub("_", text).strip("._")[:_LENGTH] or "_"
