"""What an attempt at a plan gave up to break cycles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from driftwatch.model.key import Key
    from driftwatch.plan.edge import Reason


@dataclass
class Cuts:
    """What was given up to break cycles."""

    explicit: set[Key] = field(default_factory=set)
    """Dropped by a statement of their own instead of with their parent."""
    cloned: set[Key] = field(default_factory=set)
    """Dropped with what they were cloned from instead of with their own table."""
    unfolded: set[Key] = field(default_factory=set)
    """Created by a statement of their own instead of in their parent's."""
    promoted: set[Key] = field(default_factory=set)
    """Replaced instead of altered."""
    forward: set[Key] = field(default_factory=set)
    """Created in a first form without dependencies, completed later."""
    loosened: set[Key] = field(default_factory=set)
    """Reduced to a form without dependencies before they are dropped."""
    cascaded: dict[Key, Key] = field(default_factory=dict)
    """Dropped along with another by its CASCADE: what stood in a circle with it."""
    softened: set[Reason] = field(default_factory=set)
    """Soft edges that were given up."""
    unkept: set[Key] = field(default_factory=set)
    """Replaced without their rows."""
    hopeless: dict[Key, str] = field(default_factory=dict)

    def size(self) -> int:
        """Grows with every cut."""
        kept = len(self.explicit) + len(self.unfolded) + len(self.promoted) + len(self.forward) + len(self.loosened)
        kept += len(self.cloned) + len(self.unkept)
        return kept + len(self.cascaded) + len(self.softened) + len(self.hopeless)
