"""From changes to a plan: fates, statements, one graph, one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driftwatch.model.context import Context
from driftwatch.model.plan import Plan, Unplanned
from driftwatch.plan.batch import batch
from driftwatch.plan.cuts import Cuts
from driftwatch.plan.cycles import cut
from driftwatch.plan.draft import Draft
from driftwatch.plan.edges import edges
from driftwatch.plan.fates import decide
from driftwatch.plan.graph import cycles, order, yet_to_come
from driftwatch.plan.search_path import search_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from driftwatch.model.change import Change
    from driftwatch.model.kind import Kind
    from driftwatch.model.snapshot import Snapshot
    from driftwatch.plan.draft import Node
    from driftwatch.plan.edge import Edge


def plan(  # noqa: PLR0913  each is a different thing, and all but three have defaults
    changes: Iterable[Change],
    old: Snapshot,
    new: Snapshot,
    kinds: Sequence[Kind],
    *,
    version: int | None = None,
    with_data: bool = True,
    include: Iterable[str] = (),
) -> Plan:
    """The plan that brings a database with the old schema to the new one.

    Args:
        changes: the drift, from `driftwatch.diff.compare`.
        old: what the database holds.
        new: what it is to hold.
        kinds: every kind, in the order in which they are best created.
        version: server_version_num of the database; the old snapshot's by default.
        with_data: False when only the shape matters, as on a shadow.
        include: the words of `include` that were asked for.
    """
    context = Context(
        old=old,
        new=new,
        version=version or old.server.version,
        with_data=with_data,
        include=frozenset(include),
        kinds={kind.name: kind for kind in kinds},
    )
    changes, cuts, path = list(changes), Cuts(), search_path(old, new, context.kinds)
    while True:
        draft = Draft(decide(changes, context, cuts.promoted, cuts.hopeless), cuts)
        found = edges(draft)
        after = _grouped(found)
        done, left = order(draft.nodes, after, draft.rank)
        if not left:
            unplanned = tuple(Unplanned(key, reason) for key, reason in sorted(cuts.hopeless.items()))
            following = yet_to_come(done, after, draft.commits, draft.urgent)
            return Plan(batch(draft.steps(done), following, path), unplanned)
        size = cuts.size()
        # What is only better so is kept as long as there are cycles without it.
        hard = [edge for edge in found if not edge.soft]
        looped = cycles(left, _grouped(hard))
        for component in looped or cycles(left, after):
            cut(component, draft, hard if looped else found)
        if cuts.size() == size:
            around = ", ".join(sorted({str(key) for _, key in left}))
            reason = f"no order was found for {around}"
            return Plan(unplanned=tuple(Unplanned(change.key, reason) for change in changes))


def _grouped(found: Iterable[Edge]) -> dict[Node, set[Node]]:
    after: dict[Node, set[Node]] = {}
    for edge in found:
        after.setdefault(edge.after, set()).add(edge.before)
    return after
