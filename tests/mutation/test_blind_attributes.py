"""A reader that is blind to one attribute: some golden case has to notice.

For each attribute of each kind, a case in which it is altered is planned as if the difference had not been read, and
the plan is applied: `pg_dump` must then tell the result from the case's new schema, or the server refuse it. An
attribute for which no case does that could be read wrongly without any test going red.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from driftwatch.kinds import KINDS
from driftwatch.model.change import Verb
from driftwatch.model.kind import Ignore
from driftwatch.observer.compare import compare as disagreements_of
from support.cases import load_cases
from support.engine import changes_between, dump, migration, run
from support.installed import NEWEST
from support.schemas import snapshot_of
from support.servers import LoadError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from driftwatch.model.snapshot import Snapshot
    from support.cases import Case
    from support.servers import Databases, Servers

pytestmark = pytest.mark.every_major

TRIED = 4
"""How many cases of an attribute are tried before it counts as untested."""

_TABLESPACE = "a tablespace is a folder of the server's, which no SQL file can make"
UNSHOWN = {
    ("constraint", "tablespace"): _TABLESPACE,
    ("index", "tablespace"): _TABLESPACE,
    ("materialized_view", "tablespace"): _TABLESPACE,
    ("table", "tablespace"): _TABLESPACE,
    ("database_setting", "value"): "pg_dump writes it with --create only",
    ("security_label", "label"): "takes a provider, a library that the server was started with",
}
"""What no golden case can alter, or pg_dump does not show, with the reason."""

READ = sorted(
    (kind.name, attribute)
    for kind in KINDS
    for attribute, rule in kind.alter.items()
    if not isinstance(rule, Ignore) and (kind.name, attribute) not in UNSHOWN
)


@pytest.fixture(scope="module")
def altering(server: Servers) -> Mapping[tuple[str, str], list[Case]]:
    """For each attribute the cases that alter it."""
    found: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
    newest = server(NEWEST)
    for case in load_cases():
        if NEWEST not in case.majors or newest.lacks(case.needs):
            continue
        newest.ensure_roles(case.roles)
        old, new = newest.create(), newest.create()
        old.load(case.old)
        new.load(case.new)
        changes = changes_between(snapshot_of(old), snapshot_of(new))
        names = {
            (change.key.kind, each.name)
            for change in changes
            if change.verb is Verb.ALTER
            for each in change.attributes
        }
        for name in names:
            found[name].append(case)
        old.drop()
        new.drop()
    return found


@pytest.mark.parametrize(("kind", "attribute"), READ, ids=".".join)
def test_a_case_notices_that_the_attribute_is_not_read(
    kind: str, attribute: str, altering: Mapping[tuple[str, str], list[Case]], database: Databases
) -> None:
    cases = altering.get((kind, attribute), [])
    assert any(notices(case, kind, attribute, database) for case in cases[:TRIED]), f"{len(cases)} cases alter it"


def notices(case: Case, kind: str, attribute: str, database: Databases) -> bool:
    """Whether the case comes out wrong without the attribute."""
    there, goal = database(NEWEST), database(NEWEST)
    there.load(case.old)
    goal.load(case.new)
    old, new = snapshot_of(there), snapshot_of(goal)
    try:
        run(there, migration(old, blind(new, old, kind, attribute)))
    except LoadError:
        return True
    return bool(disagreements_of(dump(goal), dump(there)))


def blind(new: Snapshot, old: Snapshot, kind: str, attribute: str) -> Snapshot:
    """The new snapshot as a reader sees it to whom the attribute never changes."""
    objects = {
        key: item._replace(**{attribute: getattr(old.objects[key], attribute)})
        if key.kind == kind and key in old.objects
        else item
        for key, item in new.objects.items()
    }
    return replace(new, objects=objects, read_edges=lambda _: new.edges)
