"""Building schemas on a shadow that may turn out to lack something: then it is done without, and named."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from driftwatch.app.proving.provisions import denials
from driftwatch.background import started
from driftwatch.diff.tablespaces import without_tablespaces
from driftwatch.model.verdict import Failure
from driftwatch.shadow.lacking import lacked
from driftwatch.verify.prove import Built, build_on
from driftwatch.verify.stand_ins import stood_in, without, without_icu

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from driftwatch.app.proving.provisions import Provision
    from driftwatch.model.key import Key
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.shadow.contract import Shadow


class Building:
    """Schemas in databases of one shadow, with what it was found to lack."""

    def __init__(
        self, shadow: Shadow, kinds: Sequence[Kind], provision: Provision, within: frozenset[Key] | None = None
    ) -> None:
        """Begin with what had to be provided.

        Args:
            shadow: where.
            kinds: every kind.
            provision: the roles and extensions that it was given, and what it lacks of them.
            within: the keys that are built; None for all.
        """
        self.shadow, self.kinds, self.within = shadow, kinds, within
        self.stand_ins, self.not_covered = list(provision.stand_ins), list(provision.not_covered)
        self.lacking = provision.lacking
        self.stood_in: dict[Key, str] = {}
        """What stands on the shadow otherwise than it should, with why: collations of the user's own by name only, what
        is in a tablespace in the database's own."""
        self.away: set[Key] = set()
        """What is not built, for want of what is lacking."""
        self._collations: frozenset[str] = frozenset()
        """Of `pg_catalog`, those that the shadow turned out to lack."""

    def build(self, wanted: Mapping[str, Snapshot]) -> list[Built | Failure]:
        """Each in a database of its own; begun anew where something turned out to be lacking.

        A collation that the shadow's libraries don't know gets a stand-in. What its role has no right to make stays
        away.
        """
        while True:
            fitting = {name: self._fitting(snapshot) for name, snapshot in wanted.items()}
            results = self._build_at_once(fitting)
            if not self._learn([result for result in results if isinstance(result, Failure)], fitting):
                return results
            for result in results:
                if isinstance(result, Built):
                    result.database.drop()

    def as_built(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot as the shadow holds it by now."""
        return self._placed(self._collated(without(snapshot, self.lacking, self.kinds)))

    def _build_at_once(self, wanted: Mapping[str, Snapshot]) -> list[Built | Failure]:
        building = partial(build_on, self.shadow, kinds=self.kinds, within=self.within, collations=self._collations)
        running = [
            started(building, snapshot, stage=f"building the {name} schema on the shadow")
            for name, snapshot in wanted.items()
        ]
        return [each.result() for each in running]

    def _learn(self, failures: Sequence[Failure], tried: Mapping[str, Snapshot]) -> bool:
        """Whether the failures tell of something that was not known to be lacking."""
        missed = frozenset[str]().union(*(lacked(failure.message).collations for failure in failures))
        missed -= self._collations
        told = dict(denied for failure in failures for denied in failure.denied)
        denied = {key: message for key, message in told.items() if key not in self.lacking.denied}
        self.stand_ins += [f"collation {name}" for name in sorted(missed)]
        self._collations |= missed
        self.not_covered += denials(denied, tried.values(), self.kinds)
        self.lacking = replace(self.lacking, denied={**self.lacking.denied, **denied})
        return bool(missed or denied)

    def _fitting(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot as the shadow can hold it."""
        fitting = without(snapshot, self.lacking, self.kinds)
        self.away |= snapshot.objects.keys() - fitting.objects.keys()
        icu = self._collated(fitting)
        by_name = stood_in(fitting, icu) - self.stood_in.keys()
        self.stand_ins += list(map(str, sorted(by_name)))
        self.stood_in |= dict.fromkeys(by_name, "the shadow's server was built without ICU")
        placed = self._placed(icu)
        self.stood_in |= dict.fromkeys(stood_in(icu, placed), "the shadow does not have the tablespace")
        return placed

    def _collated(self, snapshot: Snapshot) -> Snapshot:
        return snapshot if self.shadow.has_icu else without_icu(snapshot, self.kinds)

    def _placed(self, snapshot: Snapshot) -> Snapshot:
        return without_tablespaces(snapshot, self.lacking.tablespaces, self.kinds)
