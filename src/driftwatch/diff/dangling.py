"""Columns that hold oids of objects: pg_depend knows nothing of values, and what is made anew has another oid."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from driftwatch.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from driftwatch.model.plan import Plan
    from driftwatch.model.snapshot import Snapshot

_RELATIONS = frozenset({"table", "foreign_table", "view", "materialized_view", "sequence", "index"})
_FUNCTIONS = frozenset({"function", "procedure", "aggregate"})
_TYPES = frozenset({"base_type", "composite_type", "domain", "enum", "range_type"})

# Manual, 8.19: a column of such a type is stored as the object's oid (roles are no objects of a schema).
_NAMED_BY = {
    "regclass": _RELATIONS,
    "regproc": _FUNCTIONS,
    "regprocedure": _FUNCTIONS,
    "regtype": _TYPES | _RELATIONS,
    "regnamespace": frozenset({"schema"}),
    "regoper": frozenset({"operator"}),
    "regoperator": frozenset({"operator"}),
    "regcollation": frozenset({"collation"}),
    "regconfig": frozenset({"text_search_configuration"}),
    "regdictionary": frozenset({"text_search_dictionary"}),
}


def dangling(migration: Plan, old: Snapshot) -> Mapping[Key, list[Key]]:
    """For each column of such a type: what the migration drops, or makes anew, of those that its rows may name."""
    gone = sorted({step.key for step in migration.steps if step.verb == "drop"})
    found: defaultdict[Key, list[Key]] = defaultdict(list)
    # There are more columns than of anything else: first those that may hold any.
    holders = (item for item in old.by_kind.get("column", ()) if item.type.startswith("reg"))
    for item in holders if gone else ():
        column = Key("column", (item.schema, item.table, item.name))
        kinds = _NAMED_BY.get(item.type.removesuffix("[]"), frozenset())
        if column not in gone and (named := [key for key in gone if key.kind in kinds]):
            found[column] += named
    return found
