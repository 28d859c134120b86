"""Columns that hold oids of objects: pg_depend knows nothing of values, and what is made anew has another oid."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from driftwatch.model.key import Key
from driftwatch.sql import qualify

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
    named_by = {**_NAMED_BY, **_domains(old)} if gone else {}
    # There are more columns than of anything else: first those that may hold any.
    holders = (item for item in old.by_kind.get("column", ()) if item.type.removesuffix("[]") in named_by)
    for item in holders if gone else ():
        kinds = named_by[item.type.removesuffix("[]")]
        column = Key("column", (item.schema, item.table, item.name))
        if column not in gone and (named := [key for key in gone if key.kind in kinds]):
            found[column] += named
    return found


def _domains(old: Snapshot) -> Mapping[str, frozenset[str]]:
    """Domains over such types, by the names that columns of them have, and over such domains."""
    over = {qualify(item.schema, item.name): item.type.removesuffix("[]") for item in old.by_kind.get("domain", ())}
    found = {}
    for name, base in over.items():
        while base in over:
            base = over[base]  # noqa: PLW2901  to the end of the chain
        if base in _NAMED_BY:
            found[name] = _NAMED_BY[base]
    return found
